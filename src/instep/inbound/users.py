"""What can an identity provider do with users (RFC 7644, 3.3 to 3.6)?"""

from collections.abc import Callable, Sequence

from instep.admin.pushed_users import Values, change_pushed_user, live_user, push_user, remove_pushed_user
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Wish
from instep.directory.users import User
from instep.inbound.attributes import INSTEP_USER_URN
from instep.inbound.calls import Answer, Call, Resource, answer_changed, answer_read, with_meta
from instep.inbound.listing import Kind
from instep.inbound.schemas import UNDERSTOOD_USERS, USERS
from instep.inbound.user_filters import ABOUT_USERS
from instep.inbound.user_form import differences, resource_of, values_of
from instep.scim.messages import ENTERPRISE_USER_URN, SearchRequest
from instep.scim.patch import apply_patch, parse_patch


def create(call: Call) -> Answer:
    """POST: 201 with the user, who may be one that was deleted (decision 87)."""
    values = values_of(UNDERSTOOD_USERS.clean(call.body))
    if values["accountEnabled"] is None:
        values["accountEnabled"] = True
    instep = call.instep
    user = push_user(instep.directory, values, instep.new_id, call.caller, instep.clock())
    return answer_changed(call, USERS, _read(call, user.id), 201)


def read(call: Call) -> Answer:
    """GET: 200 with the user; 304 when the client has this version."""
    return answer_read(call, USERS, _read(call, call.resource_id))


def patch(call: Call) -> Answer:
    """PATCH: 200 with the user, changed or not; all operations, or none."""
    operations = parse_patch(call.body)

    def after(before: Resource) -> Resource:
        return apply_patch(before, operations, UNDERSTOOD_USERS).resource

    return _changed(call, after)


def replace(call: Call) -> Answer:
    """PUT: 200 with the user; what the body leaves out is gone, but for `active` and what SCIM cannot say."""
    return _changed(call, lambda before: UNDERSTOOD_USERS.replacement(before, call.body) | _untold(before, call.body))


def delete(call: Call) -> Answer:
    """DELETE: 204; the user is in the recycle bin."""

    def check(reading: DirectoryReading, user: User) -> None:
        call.check_version(user.id, reading.versions.of_users([user.id])[user.id])

    instep = call.instep
    remove_pushed_user(instep.directory, call.resource_id, check, call.caller, instep.clock())
    return Answer(204)


def _changed(call: Call, change: Callable[[Resource], Resource]) -> Answer:
    def values(reading: DirectoryReading, user: User) -> Values:
        call.check_version(user.id, reading.versions.of_users([user.id])[user.id])
        before = resource_of(user, reading.user(user.manager_id) if user.manager_id else None)
        return differences(before, change(before))

    instep = call.instep
    user = change_pushed_user(instep.directory, call.resource_id, values, call.caller, instep.clock())
    return answer_changed(call, USERS, _read(call, user.id))


def _untold(before: Resource, body: object) -> Resource:
    """The extension of this service, which other clients do not know: a PUT without it leaves it as it is."""
    told = isinstance(body, dict) and any(name.lower() == INSTEP_USER_URN.lower() for name in body)
    return {} if told or INSTEP_USER_URN not in before else {INSTEP_USER_URN: before[INSTEP_USER_URN]}


def _read(call: Call, user_id: str) -> Resource:
    with call.instep.directory.reading() as reading:
        return _resources(call, reading, [live_user(reading, user_id)])[0]


def _resources(call: Call, reading: DirectoryReading, users: Sequence[User]) -> list[Resource]:
    managers = reading.users_with_ids([user.manager_id for user in users if user.manager_id])
    versions = reading.versions.of_users([user.id for user in users])

    def resource(user: User) -> Resource:
        said = resource_of(user, managers.get(user.manager_id or ""))
        manager = said.get(ENTERPRISE_USER_URN, {}).get("manager")
        if manager is not None:
            manager["$ref"] = f"{call.address}/Users/{manager['value']}"
        return with_meta(said, "User", f"{call.address}/Users/{user.id}", user.created_at, versions[user.id])

    return [resource(user) for user in users]


def _count(reading: DirectoryReading, wish: Wish) -> int:
    return reading.count_live_users() if wish.condition is None else reading.search.count_users(wish)


def _page(call: Call, reading: DirectoryReading, wish: Wish, skip: int, limit: int, _: SearchRequest) -> list[Resource]:
    return _resources(call, reading, reading.search.users(wish, None, limit, skip).users)


KIND = Kind(USERS, ABOUT_USERS, _count, _page)
