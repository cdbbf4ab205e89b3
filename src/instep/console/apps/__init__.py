"""What does an administrator do with applications in the browser?"""
