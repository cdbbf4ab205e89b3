"""How is the tenant spoken to in SCIM 2.0, over HTTP?"""
