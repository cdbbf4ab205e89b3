"""How do administrators get in and out, and what do they see of themselves and of each other?"""
