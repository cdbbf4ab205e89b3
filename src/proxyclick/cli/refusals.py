"""How does a command say that it cannot do what it was asked to?"""


class CannotDo(Exception):
    """The command ends with status 1; the message says what, why, and what to do instead."""


class WrongInput(CannotDo):
    """What was typed is not understood; the message says what would be. The exit code is 2."""
