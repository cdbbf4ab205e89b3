"""How does an administrator edit scoping filters, and see at once whom they let in?"""
