"""Why may a PostgreSQL database not be usable?"""


class DatabaseUnusable(Exception):
    """The PostgreSQL database cannot be used; the text says why, and what to do."""
