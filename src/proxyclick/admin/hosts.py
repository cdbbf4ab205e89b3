"""Who may be the host of a visitor who types the first letters of a name?"""

from dataclasses import dataclass
from itertools import islice

from proxyclick.admin.acting import Actor, NotAllowed
from proxyclick.admin.stores import Stores, read
from proxyclick.people.host_search import FIRST_LETTERS, host_query, is_host
from proxyclick.people.person import Person, person_of
from proxyclick.people.user_groups import Right

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who may be visited."""

    id: str
    person: Person


@dataclass(frozen=True, slots=True)
class TooShort:
    """Too few letters were typed for a search."""

    def __str__(self) -> str:
        return f"Type the first {FIRST_LETTERS} letters of the host's name."


def search_hosts(stores: Stores, actor: Actor, text: str) -> list[Host] | TooShort | NotAllowed:
    """The first active users of the actor's location of whom one of the names begins so."""
    if not actor.may(Right.CREATE_VISITS):
        return NotAllowed(Right.CREATE_VISITS)
    query = host_query(text)
    if query is None:
        return TooShort()
    # Names are asked one word at a time: `search_text` has them in another order, or a line each.
    records = stores.colleagues.candidates(actor.organisation, actor.location, query.split()[0])
    found = (Host(record.id, person_of(read(record))) for record in records)
    return list(islice((host for host in found if is_host(host.person, query)), MOST_FOUND))
