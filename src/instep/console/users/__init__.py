"""Which pages are about users?"""
