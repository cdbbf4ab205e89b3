"""What do the query options of a call ask of the users or groups of the directory?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from instep.api.calls import Call
from instep.api.errors import GraphError, bad_request
from instep.api.lists import one_order, place_of
from instep.directory.searching import Place, Wish
from instep.odata.conditions import Condition, Lambda, Order, Path, SearchTerm
from instep.odata.filters import parse_filter
from instep.odata.options import parse_search
from instep.odata.rewriting import rewritten


@dataclass(frozen=True, slots=True)
class Properties:
    """Where what a property says is kept; both raise QueryRefused for what cannot be asked."""

    path_to: Callable[[Path], Path]
    collection: Callable[[Lambda], Condition]

    def condition(self, text: str) -> Condition:
        """Return what a filter says, of what is kept. Raises QueryRefused."""
        return rewritten(parse_filter(text), self.path_to, self.collection)


def wish_of(call: Call, properties: Properties, **more: Any) -> Wish:
    """Return what the options ask. Raises QueryRefused or GraphError."""
    text, search, order = call.options.get("$filter"), call.options.get("$search"), one_order(call)
    if search is not None and not call.is_eventual:
        message = "Request with $search query parameter only works with the header ConsistencyLevel: eventual."
        raise GraphError(400, "Request_UnsupportedQuery", message)

    def term(each: SearchTerm) -> SearchTerm:
        return SearchTerm(str(properties.path_to(Path((each.property,)))), each.text)

    return Wish(
        condition=None if text is None else properties.condition(text),
        search=() if search is None else tuple(tuple(map(term, terms)) for terms in parse_search(search)),
        order=None if order is None else Order(properties.path_to(order.path), order.is_descending),
        **more,
    )


def begins_after(call: Call) -> Place | None:
    """Return after whom the page begins. Raises GraphError for the token of another list."""
    match place_of(call):
        case None:
            return None
        case [str(key), str(id_)]:
            return Place(key, id_)
    raise bad_request("The $skiptoken is of another list; begin at the first page.")


def as_token(rest: Place | None) -> list[str] | None:
    """Return what the next page's link says of where it begins."""
    return None if rest is None else [rest.key, rest.id]
