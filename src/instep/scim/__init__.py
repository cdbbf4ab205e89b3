"""What can be said in SCIM 2.0 (RFC 7643, RFC 7644), and what does it mean? Pure: no I/O, no clock, no ids."""
