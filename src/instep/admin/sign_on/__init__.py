"""What can be done about single sign-on: setting it up, signing people in to applications, and out?"""
