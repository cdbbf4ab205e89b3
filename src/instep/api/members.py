"""Who is in a group, and how does somebody come into it or leave, in Graph's form (graph-api.md 1.2, rows 12 to 14)?"""

from collections.abc import Callable, Sequence
from typing import Final

from instep.access.graph_permissions import MEMBERS_READ, MEMBERS_WRITE
from instep.admin.group_values import AlreadyMember, add_to_group, remove_from_group
from instep.api import group_shape, user_shape
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Handler, Operation
from instep.api.errors import GraphError, bad_request, not_found
from instep.api.lists import Page, answer_count, answer_page, page_size, place_of, wants_count
from instep.api.references import referred_id
from instep.api.users import typed
from instep.directory.groups import Group
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Place, Wish
from instep.odata.options import parse_select

_USERS, _GROUPS = "users", "groups"
_CASTS: Final = {"": (_USERS, _GROUPS), "/user": (_USERS,), "/group": (_GROUPS,)}
_PROPERTIES: Final = {_USERS: user_shape.KEPT_AT, _GROUPS: group_shape.KEPT_AT}
_KNOWN: Final = {_USERS: frozenset(user_shape.SPELT), _GROUPS: frozenset(group_shape.SPELT)}
_Reach = Callable[[DirectoryReading, Group], tuple[str, ...]]


def operations() -> list[Operation]:
    """Return the operations on the members of groups."""
    lists = [
        Operation("GET", f"groups/{{id}}/{name}{cast}", _listing(kinds, reach), MEMBERS_READ, f"List {words}")
        for name, reach, words in (
            ("members", _group_alone, "direct members"),
            ("transitiveMembers", _group_and_nested, "members, of nested groups too"),
        )
        for cast, kinds in _CASTS.items()
    ]
    counts = [
        Operation("GET", f"groups/{{id}}/{name}{cast}/$count", _counting(kinds, reach), MEMBERS_READ, "Count members")
        for name, reach in (("members", _group_alone), ("transitiveMembers", _group_and_nested))
        for cast, kinds in _CASTS.items()
    ]
    return [
        *lists,
        *counts,
        Operation("POST", "groups/{id}/members/$ref", add_member, MEMBERS_WRITE, "Add a member"),
        Operation("DELETE", "groups/{id}/members/{member}/$ref", remove_member, MEMBERS_WRITE, "Remove a member"),
    ]


def add_member(call: Call) -> Answer:
    """Make a user or a group a member."""
    member = referred_id(call)
    try:
        add_to_group(call.instep.directory, live_id(call), member, call.caller.name, call.instep.clock())
    except AlreadyMember:
        raise already_member() from None
    return NO_CONTENT


def remove_member(call: Call) -> Answer:
    """End a membership."""
    member = call.parameters["member"]
    remove_from_group(call.instep.directory, live_id(call), member, call.caller.name, call.instep.clock())
    return NO_CONTENT


def already_member() -> GraphError:
    """The error for somebody who is to come into a group that they are in."""
    message = "One or more added object references already exist for the following modified properties: 'members'."
    return GraphError(400, "Request_BadRequest", message)


def live_group(reading: DirectoryReading, group_id: str) -> Group:
    """Return the group of an id. Raises GraphError."""
    group = reading.group(group_id) or reading.group(group_id.lower())
    if group is None or group.deleted_at is not None:
        raise not_found(group_id)
    return group


def live_id(call: Call) -> str:
    """Return the id of the group of the address, which may be typed in capitals. Raises GraphError."""
    with call.instep.directory.reading() as reading:
        return live_group(reading, call.parameters["id"]).id


def _listing(kinds: Sequence[str], reach: _Reach) -> Handler:
    """A page of one kind after the other; the token says of which kind the next page is, and after whom."""

    def answer(call: Call) -> Answer:
        size, (kind, after) = page_size(call), _begin(call, kinds)
        shown: list[Document] = []
        rest: list[str] | None = None
        with call.instep.directory.reading() as reading:
            asked = reach(reading, live_group(reading, call.parameters["id"]))
            for each in kinds[kinds.index(kind) :]:
                if len(shown) == size:
                    rest = [each, ""]
                    break
                page, place = _page(call, reading, each, asked, after, size - len(shown))
                shown, after = shown + page, None
                if place is not None:
                    rest = [each, place.id]
                    break
            total = sum(_counted(call, reading, each, asked) for each in kinds) if wants_count(call) else None
        return answer_page(call, "directoryObjects", Page(shown, rest, total))

    return answer


def _counting(kinds: Sequence[str], reach: _Reach) -> Handler:
    def answer(call: Call) -> Answer:
        def counted() -> int:
            with call.instep.directory.reading() as reading:
                asked = reach(reading, live_group(reading, call.parameters["id"]))
                return sum(_counted(call, reading, kind, asked) for kind in kinds)

        return answer_count(call, counted)

    return answer


def _begin(call: Call, kinds: Sequence[str]) -> tuple[str, Place | None]:
    match place_of(call):
        case None:
            return kinds[0], None
        case [str(kind), str(id_)] if kind in kinds:
            return kind, Place("", id_) if id_ else None
    raise bad_request("The $skiptoken is of another list; begin at the first page.")


def _page(
    call: Call, reading: DirectoryReading, kind: str, asked: tuple[str, ...], after: Place | None, limit: int
) -> tuple[list[Document], Place | None]:
    wish, select = _wish(call, kind, asked), _selected(call, kind)
    if kind == _USERS:
        users = reading.search.users(wish, after, limit)
        return [typed("user") | user_shape.shape_user(each, select) for each in users.users], users.rest
    groups = reading.search.groups(wish, after, limit)
    return [typed("group") | group_shape.shape_group(each, select) for each in groups.groups], groups.rest


def _counted(call: Call, reading: DirectoryReading, kind: str, asked: tuple[str, ...]) -> int:
    wish = _wish(call, kind, asked)
    return reading.search.count_users(wish) if kind == _USERS else reading.search.count_groups(wish)


def _wish(call: Call, kind: str, asked: tuple[str, ...]) -> Wish:
    text = call.options.get("$filter")
    return Wish(None if text is None else _PROPERTIES[kind].condition(text), of_groups=asked)


def _selected(call: Call, kind: str) -> Sequence[str] | None:
    """What of a selection a user or a group has: a mixed list selects what either has."""
    text = call.options.get("$select")
    if text is None:
        return None
    is_known = _KNOWN[kind]
    return [each for each in parse_select(text) if each.lower() in is_known or each.lower().startswith("extension_")]


def _group_alone(_: DirectoryReading, group: Group) -> tuple[str, ...]:
    return (group.id,)


def _group_and_nested(reading: DirectoryReading, group: Group) -> tuple[str, ...]:
    return (group.id, *(each.id for each in reading.search.groups_within(group.id)))
