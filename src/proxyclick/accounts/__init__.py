"""How do people sign in: passwords, sessions, one-time links, and what limits the tries?"""
