"""What can be done with groups and their members, in Graph's form (graph-api.md 1.2, rows 11 to 14)?"""

from collections.abc import Mapping, Sequence
from typing import Any

from instep.access.graph_permissions import GROUPS_READ, GROUPS_WRITE, MEMBERS_READ, MEMBERS_WRITE
from instep.admin.group_values import AlreadyMember, add_to_group, change_group, make_group, remove_from_group
from instep.admin.groups import delete_group
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import GraphError, bad_request, not_found
from instep.api.group_shape import SPELT, in_source_attributes, shape_group, source_path, source_term, values_from
from instep.api.lists import Page, answer_count, answer_page, one_order, page_size, place_of, wants_count
from instep.api.references import id_of, referred_id
from instep.api.user_shape import SPELT as USER_PROPERTIES
from instep.api.user_shape import in_source_attributes as of_users
from instep.api.user_shape import shape_user
from instep.api.users import typed
from instep.directory.groups import Group
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Place, Wish
from instep.odata.conditions import Order
from instep.odata.filters import parse_filter
from instep.odata.options import parse_expand, parse_search, parse_select

_REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
_BIND = "members@odata.bind"
_MOST_BOUND = 20
_USERS, _GROUPS = "users", "groups"


def operations() -> list[Operation]:
    """Return the operations on groups."""
    members = [
        Operation("GET", f"groups/{{id}}/{name}{cast}", handler, MEMBERS_READ, f"List {words}")
        for name, words, handlers in (
            ("members", "direct members", (members_of, users_of, groups_of)),
            ("transitiveMembers", "members, of nested groups too", (all_members, all_users, all_groups)),
        )
        for cast, handler in zip(("", "/user", "/group"), handlers, strict=True)
    ]
    counts = [
        Operation("GET", "groups/{id}/members/$count", count_members, MEMBERS_READ, "Count direct members"),
        Operation("GET", "groups/{id}/members/user/$count", count_users, MEMBERS_READ, "Count direct user members"),
    ]
    return [
        Operation("GET", "groups", list_groups, GROUPS_READ, "List groups"),
        Operation("POST", "groups", create, GROUPS_WRITE, "Create a group"),
        Operation("GET", "groups/$count", count, GROUPS_READ, "Count groups"),
        Operation("GET", "groups/{id}", get, GROUPS_READ, "Get a group"),
        Operation("PATCH", "groups/{id}", update, GROUPS_WRITE, "Update a group, or add members"),
        Operation("DELETE", "groups/{id}", delete, GROUPS_WRITE, "Delete a group"),
        *members,
        *counts,
        Operation("POST", "groups/{id}/members/$ref", add_member, MEMBERS_WRITE, "Add a member"),
        Operation("DELETE", "groups/{id}/members/{member}/$ref", remove_member, MEMBERS_WRITE, "Remove a member"),
    ]


def list_groups(call: Call) -> Answer:
    """Return a page of the groups."""
    wish, place = _wish(call), place_of(call)
    with call.instep.directory.reading() as reading:
        found = reading.search.groups(wish, None if place is None else _place(place), page_size(call))
        count = reading.search.count_groups(wish) if wants_count(call) else None
        shown = [_shown(call, reading, group) for group in found.groups]
    rest = None if found.rest is None else [found.rest.key, found.rest.id]
    return answer_page(call, "groups", Page(shown, rest, count))


def count(call: Call) -> Answer:
    """Return how many groups answer to the filter."""

    def counted() -> int:
        with call.instep.directory.reading() as reading:
            return reading.search.count_groups(_wish(call))

    return answer_count(call, counted)


def create(call: Call) -> Answer:
    """Make a group, with members if some are bound."""
    document, members = _without_members(call.document())
    if missing := [name for name in _REQUIRED if document.get(name) is None]:
        raise bad_request(f"A value is required for property '{missing[0]}' of resource 'Group'.")
    instep = call.instep
    values = values_from(document)
    group = make_group(instep.directory, values, members, instep.new_id, call.caller.name, instep.clock())
    headers = {"Location": f"{call.base}/groups/{group.id}"}
    return Answer(201, {"@odata.context": f"{call.base}/$metadata#groups/$entity"} | shape_group(group), headers)


def get(call: Call) -> Answer:
    """Return a group."""
    with call.instep.directory.reading() as reading:
        shown = _shown(call, reading, live_group(reading, call.parameters["id"]))
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#groups/$entity"} | shown)


def update(call: Call) -> Answer:
    """Give properties other values, and add bound members."""
    document, members = _without_members(call.document())
    instep = call.instep
    try:
        change_group(instep.directory, _id(call), values_from(document), members, call.caller.name, instep.clock())
    except AlreadyMember:
        raise _already_member() from None
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """Delete a group; its members remain users."""
    delete_group(call.instep.directory, _id(call), call.caller.name, call.instep.clock())
    return NO_CONTENT


def members_of(call: Call) -> Answer:
    """Return direct members: users, then groups."""
    return _members(call, (_USERS, _GROUPS), _group_alone)


def users_of(call: Call) -> Answer:
    """Return direct members who are users."""
    return _members(call, (_USERS,), _group_alone)


def groups_of(call: Call) -> Answer:
    """Return direct members that are groups."""
    return _members(call, (_GROUPS,), _group_alone)


def all_members(call: Call) -> Answer:
    """Return members, of nested groups too."""
    return _members(call, (_USERS, _GROUPS), _group_and_nested)


def all_users(call: Call) -> Answer:
    """Return users who are members, of nested groups too."""
    return _members(call, (_USERS,), _group_and_nested)


def all_groups(call: Call) -> Answer:
    """Return groups that are members, of nested groups too."""
    return _members(call, (_GROUPS,), _group_and_nested)


def count_members(call: Call) -> Answer:
    """Return how many direct members there are."""
    return _count_members(call, (_USERS, _GROUPS))


def count_users(call: Call) -> Answer:
    """Return how many direct members are users."""
    return _count_members(call, (_USERS,))


def add_member(call: Call) -> Answer:
    """Make a user or a group a member."""
    member = referred_id(call)
    try:
        add_to_group(call.instep.directory, _id(call), member, call.caller.name, call.instep.clock())
    except AlreadyMember:
        raise _already_member() from None
    return NO_CONTENT


def remove_member(call: Call) -> Answer:
    """End a membership."""
    member = call.parameters["member"]
    remove_from_group(call.instep.directory, _id(call), member, call.caller.name, call.instep.clock())
    return NO_CONTENT


def live_group(reading: DirectoryReading, group_id: str) -> Group:
    """Return the group of an id. Raises GraphError."""
    group = reading.group(group_id) or reading.group(group_id.lower())
    if group is None or group.deleted_at is not None:
        raise not_found(group_id)
    return group


def _wish(call: Call, **more: Any) -> Wish:
    text, search, order = call.options.get("$filter"), call.options.get("$search"), one_order(call)
    if search is not None and not call.is_eventual:
        message = "Request with $search query parameter only works with the header ConsistencyLevel: eventual."
        raise GraphError(400, "Request_UnsupportedQuery", message)
    return Wish(
        condition=None if text is None else in_source_attributes(parse_filter(text)),
        search=() if search is None else tuple(tuple(map(source_term, terms)) for terms in parse_search(search)),
        order=None if order is None else Order(source_path(order.path), order.is_descending),
        **more,
    )


def _members(call: Call, kinds: Sequence[str], groups_asked: Any) -> Answer:
    """A page of one kind after the other; the token says of which kind the next page is, and after whom."""
    size, place = page_size(call), place_of(call)
    kind, after = (kinds[0], None) if place is None else _member_place(place, kinds)
    with call.instep.directory.reading() as reading:
        asked = groups_asked(reading, live_group(reading, call.parameters["id"]))
        shown: list[Document] = []
        rest: list[str] | None = None
        for each in kinds[kinds.index(kind) :]:
            page, place_after = _member_page(call, reading, each, asked, after, size - len(shown))
            shown += page
            after = None
            if place_after is not None:
                rest = [each, place_after.id]
                break
            if len(shown) == size and each != kinds[-1]:
                rest = [kinds[kinds.index(each) + 1], ""]
                break
        total = sum(_counted(call, reading, each, asked) for each in kinds) if wants_count(call) else None
    return answer_page(call, "directoryObjects", Page(shown, rest, total))


def _member_page(
    call: Call, reading: DirectoryReading, kind: str, asked: tuple[str, ...], after: Place | None, limit: int
) -> tuple[list[Document], Place | None]:
    select = parse_select(call.options["$select"]) if "$select" in call.options else None
    wish = _member_wish(call, kind, asked)
    if kind == _USERS:
        users = reading.search.users(wish, after, limit)
        return [typed("user") | shape_user(user, _known_to(select, "user")) for user in users.users], users.rest
    groups = reading.search.groups(wish, after, limit)
    return [typed("group") | shape_group(group, _known_to(select, "group")) for group in groups.groups], groups.rest


def _member_wish(call: Call, kind: str, asked: tuple[str, ...]) -> Wish:
    text = call.options.get("$filter")
    if text is None:
        return Wish(of_groups=asked)
    condition = parse_filter(text)
    return Wish((of_users if kind == _USERS else in_source_attributes)(condition), of_groups=asked)


def _known_to(select: Sequence[str] | None, kind: str) -> Sequence[str] | None:
    """What of a selection a user or a group has: a mixed list selects what either has."""
    if select is None:
        return None
    known = _KNOWN[kind]
    return [name for name in select if name.lower() in known or name.lower().startswith("extension_")]


def _counted(call: Call, reading: DirectoryReading, kind: str, asked: tuple[str, ...]) -> int:
    wish = _member_wish(call, kind, asked)
    return reading.search.count_users(wish) if kind == _USERS else reading.search.count_groups(wish)


def _count_members(call: Call, kinds: Sequence[str]) -> Answer:
    def counted() -> int:
        with call.instep.directory.reading() as reading:
            asked = _group_alone(reading, live_group(reading, call.parameters["id"]))
            return sum(_counted(call, reading, kind, asked) for kind in kinds)

    return answer_count(call, counted)


def _group_alone(_: DirectoryReading, group: Group) -> tuple[str, ...]:
    return (group.id,)


def _group_and_nested(reading: DirectoryReading, group: Group) -> tuple[str, ...]:
    return (group.id, *(each.id for each in reading.search.groups_within(group.id)))


def _shown(call: Call, reading: DirectoryReading, group: Group) -> Document:
    select = call.options.get("$select")
    shown = shape_group(group, None if select is None else parse_select(select))
    for expansion in parse_expand(call.options["$expand"]) if "$expand" in call.options else ():
        if expansion.name != "members":
            raise bad_request(f"Could not find a property named '{expansion.name}' on type 'microsoft.graph.group'.")
        within = expansion.select or None
        found = reading.search.users(Wish(of_groups=(group.id,)), None, _MOST_BOUND).users
        shown["members"] = [typed("user") | shape_user(user, within) for user in found]
    return shown


def _without_members(document: Mapping[str, Any]) -> tuple[Document, list[str]]:
    kept = {name: value for name, value in document.items() if name != _BIND}
    bound = document.get(_BIND, [])
    if not isinstance(bound, list) or len(bound) > _MOST_BOUND:
        raise bad_request(f"{_BIND} takes a list of at most {_MOST_BOUND} addresses.")
    return kept, [id_of(each) for each in bound]


def _already_member() -> GraphError:
    message = "One or more added object references already exist for the following modified properties: 'members'."
    return GraphError(400, "Request_BadRequest", message)


def _id(call: Call) -> str:
    with call.instep.directory.reading() as reading:
        return live_group(reading, call.parameters["id"]).id


def _place(place: object) -> Place:
    match place:
        case [str(key), str(id_)]:
            return Place(key, id_)
    raise bad_request("The $skiptoken is of another list; begin at the first page.")


def _member_place(place: object, kinds: Sequence[str]) -> tuple[str, Place | None]:
    match place:
        case [str(kind), str(id_)] if kind in kinds:
            return kind, Place("", id_) if id_ else None
    raise bad_request("The $skiptoken is of another list; begin at the first page.")


_KNOWN = {"user": frozenset(USER_PROPERTIES), "group": frozenset(SPELT)}
