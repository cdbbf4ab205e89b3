"""Which account is theirs?"""
