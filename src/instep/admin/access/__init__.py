"""What can be done about administrators, their sessions and their API tokens?"""
