"""What can be done with groups, in Graph's form (graph-api.md 1.2, row 11)?"""

from collections.abc import Mapping
from typing import Any

from instep.access.graph_permissions import GROUPS_READ, GROUPS_WRITE
from instep.admin.group_values import AlreadyMember, change_group, make_group
from instep.admin.groups import delete_group
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import bad_request
from instep.api.group_shape import KEPT_AT, shape_group, values_from
from instep.api.lists import Page, answer_count, answer_page, page_size, wants_count
from instep.api.members import already_member, live_group, live_id
from instep.api.references import id_of
from instep.api.user_shape import shape_user
from instep.api.users import typed
from instep.api.wishes import as_token, begins_after, wish_of
from instep.directory.groups import Group
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Wish
from instep.odata.options import parse_expand, parse_select

_REQUIRED = ("displayName", "mailEnabled", "mailNickname", "securityEnabled")
_BIND = "members@odata.bind"
_MOST_BOUND = 20


def operations() -> list[Operation]:
    """Return the operations on groups."""
    return [
        Operation("GET", "groups", list_groups, GROUPS_READ, "List groups"),
        Operation("POST", "groups", create, GROUPS_WRITE, "Create a group"),
        Operation("GET", "groups/$count", count, GROUPS_READ, "Count groups"),
        Operation("GET", "groups/{id}", get, GROUPS_READ, "Get a group"),
        Operation("PATCH", "groups/{id}", update, GROUPS_WRITE, "Update a group, or add members"),
        Operation("DELETE", "groups/{id}", delete, GROUPS_WRITE, "Delete a group"),
    ]


def list_groups(call: Call) -> Answer:
    """Return a page of the groups."""
    wish = wish_of(call, KEPT_AT)
    with call.instep.directory.reading() as reading:
        found = reading.search.groups(wish, begins_after(call), page_size(call))
        count = reading.search.count_groups(wish) if wants_count(call) else None
        shown = [_shown(call, reading, group) for group in found.groups]
    return answer_page(call, "groups", Page(shown, as_token(found.rest), count))


def count(call: Call) -> Answer:
    """Return how many groups answer to the filter."""

    def counted() -> int:
        with call.instep.directory.reading() as reading:
            return reading.search.count_groups(wish_of(call, KEPT_AT))

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
        change_group(instep.directory, live_id(call), values_from(document), members, call.caller.name, instep.clock())
    except AlreadyMember:
        raise already_member() from None
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """Delete a group; its members remain users."""
    delete_group(call.instep.directory, live_id(call), call.caller.name, call.instep.clock())
    return NO_CONTENT


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
