"""How is it said that somebody may not be made, changed or let in so?"""


class AccessRefused(Exception):
    """Nothing was changed; the text says why and what to do. `field` is what of a form it is about, if any."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field
