"""How does an administrator provision one user, or one group, now?"""
