"""The door to a SCIM 2.0 application, over HTTP."""
