"""What does a cycle ask of the application?"""

from collections import Counter
from collections.abc import Awaitable, Collection
from typing import Protocol

from instep.cycle.groups.ports import GroupTarget
from instep.rules.health.outcomes import FailedRequest, Outcome
from instep.scim.syntax import Literal


class Target(Protocol):
    """The door to one application: requests in, outcomes out; it waits and repeats only as the target asked (429)."""

    requests: Counter[str]

    def shut(self) -> None:
        """Let no further request leave: those that wait come back as not sent; those under way finish."""

    @property
    def failed_requests(self) -> Collection[FailedRequest]:
        """The last few requests that did not work, the oldest first."""

    @property
    def groups(self) -> GroupTarget:
        """The application's groups."""

    def create(self, body: bytes) -> Awaitable[Outcome]:
        """POST one user."""

    def patch(self, account_id: str, body: bytes) -> Awaitable[Outcome]:
        """PATCH one user."""

    def replace(self, account_id: str, body: bytes, if_match: str | None = None) -> Awaitable[Outcome]:
        """PUT one user, whole; if it is of that version still, where one is given."""

    def delete(self, account_id: str) -> Awaitable[Outcome]:
        """DELETE one user."""

    def read(self, account_id: str) -> Awaitable[Outcome]:
        """GET one user by id."""

    def find(self, attribute: str, value: Literal) -> Awaitable[Outcome]:
        """GET the users whose attribute equals a value."""

    def page(self, start_index: int, count: int) -> Awaitable[Outcome]:
        """GET one page of all users."""

    def page_at(self, cursor: str, count: int) -> Awaitable[Outcome]:
        """GET the page of all users that a cursor names; the empty one names the first."""

    def everything(self) -> Awaitable[Outcome]:
        """GET all users at once."""
