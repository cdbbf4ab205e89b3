"""How is a list answered: filtered, ordered, page by page, with a count (graph-api.md 1.1)?"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import orjson

from instep.api.calls import Answer, Call, Document
from instep.api.errors import GraphError, bad_request
from instep.odata.conditions import Order
from instep.odata.evaluate import holds, ordered
from instep.odata.filters import parse_filter
from instep.odata.options import parse_order, parse_select, whole_number

DEFAULT_PAGE, LARGEST_PAGE = 100, 999
_SKIP_TOKEN = "$skiptoken"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Page:
    """What a page has, where the next one begins (None: there is none), and how many there are if that was asked."""

    values: Sequence[Document]
    next_place: Any | None = None
    count: int | None = None


def page_size(call: Call, largest: int = LARGEST_PAGE) -> int:
    """Return how many are asked for a page. Raises QueryRefused in Graph's words."""
    return whole_number(call.options, "$top", 1, largest, min(DEFAULT_PAGE, largest))


def place_of(call: Call) -> Any | None:
    """Return where the page begins, as `answer_page` wrote it. Raises GraphError for a token that is none."""
    token = call.options.get(_SKIP_TOKEN)
    if token is None:
        return None
    try:
        return orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (ValueError, binascii.Error):
        raise bad_request("The $skiptoken is none that this service gave out; begin at the first page.") from None


def wants_count(call: Call) -> bool:
    """Whether the number of all is asked for; without the header the option is passed over, as Graph does."""
    return call.options.get("$count", "").lower() == "true" and call.is_eventual


def answer_page(call: Call, context: str, page: Page) -> Answer:
    """Return a page, with the absolute address of the next one, which carries all options."""
    said: Document = {"@odata.context": f"{call.base}/$metadata#{context}"}
    if page.count is not None and _SKIP_TOKEN not in call.options:
        said["@odata.count"] = page.count
    if page.next_place is not None:
        said["@odata.nextLink"] = _with_option(call.url, _SKIP_TOKEN, _token(page.next_place))
    return Answer(200, said | {"value": list(page.values)})


def answer_list(
    call: Call, context: str, documents: Sequence[Document], shown: Callable[[Document], Document] | None = None
) -> Answer:
    """Return a page of what is in memory; `shown` selects what is answered of a document with all its properties."""
    found = filtered(call, documents)
    if (text := call.options.get("$orderby")) is not None:
        found = list(ordered(found, parse_order(text)))  # type: ignore[arg-type]
    begin = place_of(call) or 0
    if not isinstance(begin, int):
        raise bad_request("The $skiptoken is of another list; begin at the first page.")
    begin = max(begin, whole_number(call.options, "$skip", 0, 10**9, 0)) if _SKIP_TOKEN not in call.options else begin
    size = page_size(call)
    selected = [(shown or selection(call))(each) for each in found[begin : begin + size]]
    rest = begin + size if begin + size < len(found) else None
    return answer_page(call, context, Page(selected, rest, len(found) if wants_count(call) else None))


def answer_count(call: Call, count: Callable[[], int]) -> Answer:
    """Return the bare number for an address that ends in $count; Graph wants the header for it."""
    if not call.is_eventual:
        raise GraphError(400, "Request_BadRequest", "$count is not currently supported.")
    return Answer(200, str(count()))


def filtered(call: Call, documents: Sequence[Document]) -> list[Document]:
    """Return the documents of which the filter holds."""
    if "$search" in call.options:
        raise GraphError(400, "Request_UnsupportedQuery", "$search is not supported for this resource.")
    text = call.options.get("$filter")
    if text is None:
        return list(documents)
    condition = parse_filter(text)
    return [each for each in documents if holds(condition, each)]


def selection(call: Call) -> Callable[[Document], Document]:
    """Return what of a document is answered: all, or what `$select` names; the id always."""
    text = call.options.get("$select")
    if text is None:
        return lambda document: document
    names = parse_select(text)
    return lambda document: document if "*" in names else select_from(document, names)


def select_from(document: Mapping[str, Any], names: Sequence[str]) -> Document:
    """Return these properties, in any letter case, with the id and the annotations."""
    folded = {name.lower() for name in names} | {"id"}
    if unknown := folded - {name.lower() for name in document}:
        name = next(name for name in (*names, "id") if name.lower() in unknown)
        raise bad_request(f"Could not find a property named '{name}'.", "BadRequest")
    return {name: value for name, value in document.items() if name.lower() in folded or name.startswith("@")}


def one_order(call: Call, default: Order | None = None) -> Order | None:
    """Return by what a large list is ordered: by one property. Raises GraphError for several."""
    text = call.options.get("$orderby")
    if text is None:
        return default
    orders = parse_order(text)
    if len(orders) > 1:
        raise GraphError(400, "Request_UnsupportedQuery", "$orderby takes one property for this resource.")
    return orders[0]


def _token(place: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def _with_option(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    kept = [(key, each) for key, each in parse_qsl(parts.query, keep_blank_values=True) if key.lower() != name]
    query = "&".join(f"{quote(key, safe='$')}={quote(each, safe='')}" for key, each in [*kept, (name, value)])
    return urlunsplit(parts._replace(query=query))
