"""Which pages are about importing users?"""
