"""How is a token shown once, on the page after the one that issued it, and never again?"""

from collections import OrderedDict

from proxyclick.admin.integrations import Issued
from proxyclick.integrations.tokens import Secret

_MOST_KEPT = 100


class ShownOnce:
    """The tokens that were issued and not shown yet, in memory; only the session that had them issued sees them."""

    def __init__(self) -> None:
        self._issued: OrderedDict[tuple[bytes, int], Secret] = OrderedDict()

    def keep(self, session: bytes, issued: Issued) -> None:
        """Keeps a token until it is shown. One that nobody looks at gives way to others, and is to be rotated."""
        self._issued[session, issued.installation] = issued.secret
        if len(self._issued) > _MOST_KEPT:
            self._issued.popitem(last=False)

    def take(self, session: bytes, installation: int) -> Secret | None:
        """The token that was not shown yet, which is forgotten thereby."""
        return self._issued.pop((session, installation), None)
