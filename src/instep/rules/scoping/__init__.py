"""Should this user have an account, and an active one?"""
