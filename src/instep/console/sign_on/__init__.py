"""How do people get from here to applications and back: what SAML brings, and how an application is set up for it?"""
