"""Which users or groups does a query find, page by page (RFC 7644, 3.4.2 and 3.4.3)?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from instep.directory.ports import DirectoryReading
from instep.directory.searching import Wish
from instep.inbound.calls import Answer, Call, Handler, Resource, shown
from instep.inbound.filters import Asking
from instep.scim.errors import InvalidCursor
from instep.scim.list_bodies import list_bytes
from instep.scim.messages import SearchRequest, parse_search_request
from instep.scim.schemas import ResourceSchema

DEFAULT_PAGE, MAX_PAGE = 100, 1000
_LAST_INDEX = 2**53


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of resource, with how many answer to a wish, and a page of them: so many after so many others."""

    schema: ResourceSchema
    asking: Asking
    count: Callable[[DirectoryReading, Wish], int]
    page: Callable[[Call, DirectoryReading, Wish, int, int, SearchRequest], list[Resource]]

    def wish(self, query: SearchRequest) -> Wish:
        """Return what a query asks of the directory. Raises InvalidFilter."""
        return Wish(
            condition=None if query.filter is None else self.asking.condition(query.filter),
            order=self.asking.order(query.sort_by, is_descending=query.descending),
        )


def by_address(kinds: Sequence[Kind]) -> Handler:
    """Return what answers a GET: 200 with a page, be it empty."""
    return lambda call: _answer(call, kinds, call.query)


def by_body(kinds: Sequence[Kind]) -> Handler:
    """Return what answers a POST on `.search`: the same, with the query in the body, where it is in no log."""
    return lambda call: _answer(call, kinds, parse_search_request(call.body))


def _answer(call: Call, kinds: Sequence[Kind], query: SearchRequest) -> Answer:
    if query.cursor is not None:
        raise InvalidCursor("There is no paging by cursor here: use 'startIndex' and 'count'.")
    start = min(max(query.start_index, 1), _LAST_INDEX)
    limit = DEFAULT_PAGE if query.count is None else min(max(query.count, 0), MAX_PAGE)
    bodies: list[bytes] = []
    total = 0
    with call.instep.directory.reading() as reading:
        for kind in kinds:
            wish, left, skip = kind.wish(query), limit - len(bodies), max(start - 1 - total, 0)
            found = kind.page(call, reading, wish, skip, left, query) if left > 0 else []
            bodies += [orjson.dumps(shown(kind.schema, each, query)) for each in found]
            # A page that is not full has told how many there are: most filters find nobody, or one.
            is_told = skip == 0 and len(found) < left
            total += len(found) if is_told else kind.count(reading, wish)
    return Answer(200, list_bytes(bodies, total, start))
