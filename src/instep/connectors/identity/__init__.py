"""How does Instep learn from others who somebody is?"""
