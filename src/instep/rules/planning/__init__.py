"""What is to be done: wanted against current, as one operation?"""
