"""When does each job run, and who sees to it that it does?"""
