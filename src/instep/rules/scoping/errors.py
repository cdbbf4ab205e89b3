"""What is wrong with a scoping filter, and where?"""


class FilterError(Exception):
    """A scoping filter that cannot be used; `place` names the filter and, where it is one, the clause."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message
