"""How are administrators told by e-mail that a job needs them?"""
