"""What is going on: the service, its applications, the newest entries of the log?"""
