"""How does another identity provider push users and groups into the directory, over SCIM 2.0?"""
