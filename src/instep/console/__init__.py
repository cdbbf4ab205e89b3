"""What does an administrator see in the browser?"""
