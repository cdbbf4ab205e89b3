"""What does an administrator see of mappings and scoping filters before they are saved?"""
