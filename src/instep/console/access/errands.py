"""Which browsers were sent to the provider, and what for?"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.access.secret_values import digest_of, draw
from instep.admin.access.by_provider import Errand
from instep.clock import Clock

KEPT_FOR = timedelta(minutes=15)
_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class ToSignIn:
    """To sign in, and then to see a page of this site."""

    next_path: str


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """To show anew who one is, for a form that is kept."""

    form: str


@dataclass(frozen=True, slots=True)
class ToConnect:
    """To be able to sign in by the provider from then on."""


Purpose = ToSignIn | ToConfirm | ToConnect


class Errands:
    """Kept in memory, each for the browser that was sent; whoever comes back late begins anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._errands: OrderedDict[tuple[bytes, str], tuple[datetime, Errand, Purpose]] = OrderedDict()

    def begin(self, cookie: str, redirect_uri: str, purpose: Purpose) -> Errand:
        """Return what a browser is sent with, which holds this cookie."""
        errand = Errand(redirect_uri, draw(), draw(), draw())
        self._errands[digest_of(cookie), errand.state] = (self._clock(), errand, purpose)
        while len(self._errands) > _MOST_KEPT:
            self._errands.popitem(last=False)
        return errand

    def end(self, cookie: str, state: str) -> tuple[Errand, Purpose] | None:
        """Return what the browser with this cookie was sent with, once; None when it was not, or too long ago."""
        found = self._errands.pop((digest_of(cookie), state), None)
        if found is None or self._clock() - found[0] >= KEPT_FOR:
            return None
        return found[1], found[2]
