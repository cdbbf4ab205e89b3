"""What does an administrator see and edit of mappings and scoping filters?"""
