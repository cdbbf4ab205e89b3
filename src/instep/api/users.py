"""What can be done with users, in Graph's form (graph-api.md 1.2, rows 1 to 9)?"""

from collections.abc import Sequence

from instep.access.graph_permissions import GROUPS_READ, MEMBERS_READ, USERS_READ, USERS_WRITE
from instep.admin.user_values import change_user, make_user, set_manager
from instep.admin.users import delete_user, find_user
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import bad_request, not_found
from instep.api.group_shape import shape_group
from instep.api.lists import (
    Page,
    answer_count,
    answer_list,
    answer_page,
    page_size,
    wants_count,
)
from instep.api.references import referred_id
from instep.api.user_shape import KEPT_AT, shape_user, values_from
from instep.api.wishes import as_token, begins_after, wish_of
from instep.directory.errors import NotFound
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Wish
from instep.directory.users import User
from instep.odata.options import parse_expand, parse_select

REQUIRED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
_EXPANDED = 20


def operations() -> list[Operation]:
    """Return the operations on users."""
    return [
        Operation("GET", "users", list_users, USERS_READ, "List users"),
        Operation("POST", "users", create, USERS_WRITE, "Create a user"),
        Operation("GET", "users/$count", count, USERS_READ, "Count users"),
        Operation("GET", "users/{id}", get, USERS_READ, "Get a user by id or userPrincipalName"),
        Operation("PATCH", "users/{id}", update, USERS_WRITE, "Update a user"),
        Operation("DELETE", "users/{id}", delete, USERS_WRITE, "Move a user to the deleted items"),
        Operation("GET", "users/{id}/manager", get_manager, USERS_READ, "Get a user's manager"),
        Operation("GET", "users/{id}/manager/$ref", get_manager, USERS_READ, "Get a reference to a user's manager"),
        Operation("PUT", "users/{id}/manager/$ref", put_manager, USERS_WRITE, "Assign a manager"),
        Operation("DELETE", "users/{id}/manager/$ref", delete_manager, USERS_WRITE, "Remove the manager"),
        Operation("GET", "users/{id}/directReports", direct_reports, USERS_READ, "List direct reports"),
        Operation("GET", "users/{id}/memberOf", member_of, GROUPS_READ, "List the groups that a user is in"),
        Operation("GET", "users/{id}/memberOf/group", member_of, GROUPS_READ, "List the groups that a user is in"),
        Operation("GET", "users/{id}/transitiveMemberOf", transitive_member_of, GROUPS_READ, "List groups, nested too"),
        Operation(
            "GET", "users/{id}/transitiveMemberOf/group", transitive_member_of, GROUPS_READ, "List groups, nested too"
        ),
        Operation("POST", "users/{id}/getMemberGroups", member_groups, MEMBERS_READ, "Get the ids of a user's groups"),
    ]


def answer_users(call: Call, wish: Wish, context: str, kind: str = "") -> Answer:
    """Return a page of the users who answer to a wish; with their type where the list may hold others, too."""
    after = begins_after(call)
    with call.instep.directory.reading() as reading:
        found = reading.search.users(wish, after, page_size(call))
        count = reading.search.count_users(wish) if wants_count(call) else None
        shown = [typed(kind) | shown_user(call, reading, user) for user in found.users]
    return answer_page(call, context, Page(shown, as_token(found.rest), count))


def list_users(call: Call) -> Answer:
    """Return a page of the users."""
    return answer_users(call, wish_of(call, KEPT_AT), "users")


def count(call: Call) -> Answer:
    """Return how many users answer to the filter."""

    def counted() -> int:
        with call.instep.directory.reading() as reading:
            return reading.search.count_users(wish_of(call, KEPT_AT))

    return answer_count(call, counted)


def create(call: Call) -> Answer:
    """Make a user."""
    document = call.document()
    if missing := [name for name in REQUIRED if document.get(name) is None]:
        raise bad_request(f"A value is required for property '{missing[0]}' of resource 'User'.")
    instep = call.instep
    user = make_user(instep.directory, values_from(document), instep.new_id, call.caller.name, instep.clock())
    headers = {"Location": f"{call.base}/users/{user.id}"}
    return Answer(201, {"@odata.context": f"{call.base}/$metadata#users/$entity"} | shape_user(user), headers)


def get(call: Call) -> Answer:
    """Return a user."""
    with call.instep.directory.reading() as reading:
        user = live_user(reading, call.parameters["id"])
        shown = shown_user(call, reading, user)
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#users/$entity"} | shown)


def update(call: Call) -> Answer:
    """Give properties other values; one that is not named stays as it is."""
    values = values_from(call.document())
    change_user(call.instep.directory, _id(call), values, call.caller.name, call.instep.clock())
    return NO_CONTENT


def delete(call: Call) -> Answer:
    """Move a user to the deleted items."""
    delete_user(call.instep.directory, _id(call), call.caller.name, call.instep.clock())
    return NO_CONTENT


def get_manager(call: Call) -> Answer:
    """Return the manager, or a reference to them."""
    with call.instep.directory.reading() as reading:
        user = live_user(reading, call.parameters["id"])
        manager = reading.user(user.manager_id) if user.manager_id else None
        if manager is None or manager.deleted_at is not None:
            raise not_found("manager")
        if call.url.partition("?")[0].rstrip("/").lower().endswith("/$ref"):
            return Answer(200, {"@odata.id": f"{call.base}/directoryObjects/{manager.id}"})
        shown = typed("user") | shown_user(call, reading, manager)
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#directoryObjects/$entity"} | shown)


def put_manager(call: Call) -> Answer:
    """Name the manager."""
    manager = referred_id(call)
    set_manager(call.instep.directory, _id(call), manager, call.caller.name, call.instep.clock())
    return NO_CONTENT


def delete_manager(call: Call) -> Answer:
    """Leave a user without a manager."""
    set_manager(call.instep.directory, _id(call), None, call.caller.name, call.instep.clock())
    return NO_CONTENT


def direct_reports(call: Call) -> Answer:
    """Return whose manager a user is."""
    with call.instep.directory.reading() as reading:
        user = live_user(reading, call.parameters["id"])
        reports = [each for each in reading.reports_of(user.id) if each.deleted_at is None]
    return answer_list(call, "directoryObjects", [typed("user") | shape_user(each) for each in reports])


def member_of(call: Call) -> Answer:
    """Return the groups of which a user is a direct member."""
    with call.instep.directory.reading() as reading:
        found = reading.groups_of(live_user(reading, call.parameters["id"]).id)
    return answer_list(call, "directoryObjects", [typed("group") | shape_group(each) for each in found])


def transitive_member_of(call: Call) -> Answer:
    """Return the groups that a user is in, directly or by other groups."""
    with call.instep.directory.reading() as reading:
        found = reading.search.groups_around(live_user(reading, call.parameters["id"]).id)
    return answer_list(call, "directoryObjects", [typed("group") | shape_group(each) for each in found])


def member_groups(call: Call) -> Answer:
    """Return the ids of all groups that a user is in, nested ones too."""
    with call.instep.directory.reading() as reading:
        found = reading.search.groups_around(live_user(reading, call.parameters["id"]).id)
    context = f"{call.base}/$metadata#Collection(Edm.String)"
    return Answer(200, {"@odata.context": context, "value": [group.id for group in found]})


def live_user(reading: DirectoryReading, who: str) -> User:
    """Return the user of an id or userPrincipalName who is not deleted. Raises GraphError."""
    try:
        user = find_user(reading, who)
    except NotFound:
        raise not_found(who) from None
    if user.deleted_at is not None:
        raise not_found(who)
    return user


def shown_user(call: Call, reading: DirectoryReading, user: User) -> Document:
    """Return what the options select of a user, and what they expand."""
    select = call.options.get("$select")
    shown = shape_user(user, None if select is None else parse_select(select))
    for expansion in parse_expand(call.options["$expand"]) if "$expand" in call.options else ():
        within: Sequence[str] | None = expansion.select or None
        if expansion.name == "manager":
            manager = reading.user(user.manager_id) if user.manager_id else None
            if manager is not None and manager.deleted_at is None:
                shown["manager"] = typed("user") | shape_user(manager, within)
        elif expansion.name == "memberOf":
            around = reading.groups_of(user.id)[:_EXPANDED]
            shown["memberOf"] = [typed("group") | shape_group(group, within) for group in around]
        else:
            raise bad_request(f"Could not find a property named '{expansion.name}' on type 'microsoft.graph.user'.")
    return shown


def typed(kind: str) -> Document:
    """Return the annotation that says what an object of a mixed list is; nothing for no kind."""
    return {"@odata.type": f"#microsoft.graph.{kind}"} if kind else {}


def _id(call: Call) -> str:
    with call.instep.directory.reading() as reading:
        return live_user(reading, call.parameters["id"]).id
