"""What can be done with deleted users, and with objects whose kind the caller does not name (rows 16 to 18)?"""

from instep.access.graph_permissions import ANYBODY, GROUPS_READ, MEMBERS_READ, USERS_READ, USERS_WRITE
from instep.admin.users import find_deleted_user, purge_user, restore_deleted_user
from instep.api.calls import NO_CONTENT, Answer, Call, Operation
from instep.api.errors import bad_request, not_found
from instep.api.group_shape import shape_group
from instep.api.lists import answer_list
from instep.api.user_shape import KEPT_AT, all_of, shape_user
from instep.api.users import answer_users, live_user, typed
from instep.api.wishes import wish_of
from instep.directory.errors import NotFound, NotPossible

_DELETED = "directory/deletedItems"


def operations() -> list[Operation]:
    """Return the operations."""
    return [
        Operation("GET", f"{_DELETED}/user", deleted_users, USERS_READ, "List deleted users"),
        Operation("GET", f"{_DELETED}/group", deleted_groups, GROUPS_READ, "List deleted groups: there are none"),
        Operation(
            "GET", f"{_DELETED}/servicePrincipal", deleted_groups, GROUPS_READ, "List deleted applications: none"
        ),
        Operation("GET", f"{_DELETED}/{{id}}", get_deleted, USERS_READ, "Get a deleted user"),
        Operation("POST", f"{_DELETED}/{{id}}/restore", restore, USERS_WRITE, "Restore a deleted user"),
        Operation("DELETE", f"{_DELETED}/{{id}}", purge, USERS_WRITE, "Delete a deleted user for good"),
        Operation("GET", "directoryObjects/{id}", get, MEMBERS_READ, "Get a user or a group"),
        Operation(
            "POST", "directoryObjects/{id}/checkMemberGroups", check_member_groups, MEMBERS_READ, "Check memberships"
        ),
        Operation(
            "POST", "directoryObjects/{id}/getMemberGroups", get_member_groups, MEMBERS_READ, "Get the ids of groups"
        ),
        Operation("POST", "users/{id}/checkMemberGroups", check_member_groups, MEMBERS_READ, "Check memberships"),
        Operation("GET", "me", me, ANYBODY, "Get the user that the caller is"),
    ]


def deleted_users(call: Call) -> Answer:
    """Return a page of the deleted users, with when each was deleted."""
    return answer_users(call, wish_of(call, KEPT_AT, are_deleted=True), "directoryObjects", "user")


def deleted_groups(call: Call) -> Answer:
    """Return nothing: groups and applications are deleted for good."""
    return answer_list(call, "directoryObjects", [])


def get_deleted(call: Call) -> Answer:
    """Return a deleted user."""
    with call.instep.directory.reading() as reading:
        try:
            user = find_deleted_user(reading, call.parameters["id"])
        except (NotFound, NotPossible):
            raise not_found(call.parameters["id"]) from None
    context = f"{call.base}/$metadata#directoryObjects/$entity"
    return Answer(200, {"@odata.context": context} | typed("user") | all_of(user))


def restore(call: Call) -> Answer:
    """Take a user out of the deleted items."""
    instep = call.instep
    try:
        user = restore_deleted_user(instep.directory, call.parameters["id"], call.caller.name, instep.clock()).user
    except (NotFound, NotPossible):
        raise not_found(call.parameters["id"]) from None
    context = f"{call.base}/$metadata#directoryObjects/$entity"
    return Answer(200, {"@odata.context": context} | typed("user") | shape_user(user))


def purge(call: Call) -> Answer:
    """Delete a deleted user for good."""
    instep = call.instep
    try:
        purge_user(instep.directory, call.parameters["id"], call.caller.name, instep.clock())
    except (NotFound, NotPossible):
        raise not_found(call.parameters["id"]) from None
    return NO_CONTENT


def get(call: Call) -> Answer:
    """Return the user or the group of an id."""
    asked = call.parameters["id"]
    with call.instep.directory.reading() as reading:
        group = reading.group(asked)
        if group is not None and group.deleted_at is None:
            shown = typed("group") | shape_group(group)
        else:
            shown = typed("user") | shape_user(live_user(reading, asked))
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#directoryObjects/$entity"} | shown)


def check_member_groups(call: Call) -> Answer:
    """Return which of some groups a user or a group is in, nested ones too."""
    asked = call.document().get("groupIds")
    if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked) or len(asked) > 20:
        raise bad_request("groupIds must be a list of at most 20 ids.")
    around = _around(call)
    return _ids(call, [each for each in asked if each in around])


def get_member_groups(call: Call) -> Answer:
    """Return the groups that a user or a group is in, nested ones too."""
    return _ids(call, _around(call))


def me(call: Call) -> Answer:
    """Return the user with the name of the administrator who calls; programs are nobody."""
    with call.instep.directory.reading() as reading:
        named = [user for user in reading.users_named(call.caller.name) if user.deleted_at is None]
    if not named:
        raise bad_request("/me request is only valid with delegated authentication flow.", "BadRequest")
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#users/$entity"} | shape_user(named[0]))


def _around(call: Call) -> list[str]:
    asked = call.parameters["id"]
    with call.instep.directory.reading() as reading:
        group = reading.group(asked)
        member = asked if group is not None and group.deleted_at is None else live_user(reading, asked).id
        return [each.id for each in reading.search.groups_around(member)]


def _ids(call: Call, ids: list[str]) -> Answer:
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#Collection(Edm.String)", "value": ids})
