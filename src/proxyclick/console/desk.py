"""By what do pages about people read and write, and what does a refused form show again?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.responses import Response

from proxyclick.admin.acting import NotAllowed, NotThere
from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores
from proxyclick.console.asking import Asked
from proxyclick.console.frame import Frame

T = TypeVar("T")

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Form:
    """What the fields of a form hold, and what is wrong with them, by name; the error of no field has the name ''."""

    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """Pages read by `reading`, in threads; actions write by `writing`, and share commits with all other writes."""

    frame: Frame
    reading: Stores
    accounts: AccountStores

    @property
    def writing(self) -> Stores:
        """What actions write."""
        return self.accounts.kept

    async def write(self, work: Callable[[], T]) -> T:
        """Does it in a transaction, and returns what came of it once that is on disk."""
        return await self.accounts.commits.write(work)

    def refusal(self, asked: Asked, why: NotAllowed | NotThere) -> Response:
        """The page for what was not done, as somebody may not or it is not there."""
        match why:
            case NotAllowed():
                return self.frame.page(asked, "refused.html", 403, title="You may not do this", reason=str(why))
            case NotThere():
                return self.not_there(asked)

    def not_there(self, asked: Asked) -> Response:
        """The page for an address that leads to nothing of this location."""
        reason = "Nothing of this location has this address. It may have been deleted, or be at another location."
        return self.frame.page(asked, "refused.html", 404, title="This is not here", reason=reason)
