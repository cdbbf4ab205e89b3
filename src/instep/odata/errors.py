"""What is wrong with a query option, and where?"""


class QueryRefused(Exception):
    """A query option is not understood, or not supported; the message says which, where, and what would be."""

    def __init__(self, message: str, at: int | None = None) -> None:
        super().__init__(message if at is None else f"{message} (at position {at + 1})")
        self.at = at
