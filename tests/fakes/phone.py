"""What does somebody with an authenticator have in the hand? An app of an independent library, and recovery codes."""

import re
from collections.abc import Sequence

import pyotp

from fakes.administrator import Clock


class Phone:
    """A telephone that has scanned the key of a page, and whose clock is that of the test."""

    def __init__(self, clock: Clock, page: str) -> None:
        self._clock = clock
        (self.key,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
        self.codes: Sequence[str] = ()

    def code(self) -> str:
        """The six digits that are shown now."""
        return pyotp.TOTP(self.key).at(self._clock())


def recovery_codes_of(page: str) -> Sequence[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>", page)
