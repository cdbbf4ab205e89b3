"""Which words does a setting take, and how is any other refused?"""


class SettingRefused(Exception):
    """A setting that is not known, or a value that it does not take."""


def whole(name: str, value: str, least: int, most: int, otherwise: str) -> int:
    """Return the whole number that a word says. Raises SettingRefused; `otherwise` ends its sentence."""
    if not (value.isascii() and value.isdigit() and least <= int(value[:12]) <= most):
        raise SettingRefused(f"{name} takes a whole number from {least} to {most}{otherwise}, not {value!r}.")
    return int(value)


def truth(name: str, value: str) -> bool:
    """Return whether a word says yes. Raises SettingRefused."""
    if value.casefold() not in ("true", "false"):
        raise SettingRefused(f"{name} takes 'true' or 'false', not {value!r}.")
    return value.casefold() == "true"
