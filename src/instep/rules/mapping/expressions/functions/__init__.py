"""Which functions does the language have, and what does each one do?"""
