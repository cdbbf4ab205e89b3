"""What does an administrator of the tenant see in the browser?"""
