"""Which pages are about groups?"""
