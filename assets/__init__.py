"""How do the styles and scripts of others get into the console?"""
