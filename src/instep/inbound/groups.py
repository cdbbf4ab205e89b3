"""What can an identity provider do with groups and their members (RFC 7644, 3.3 to 3.6)?"""

from collections.abc import Callable, Sequence

from instep.admin.pushed_groups import (
    GroupChange,
    change_pushed_group,
    push_group,
    pushable_group,
    remove_pushed_group,
)
from instep.directory.attributes import EXTERNAL_ID
from instep.directory.groups import DISPLAY_NAME, Group
from instep.directory.ports import DirectoryReading
from instep.directory.searching import Wish
from instep.inbound.calls import Answer, Call, Resource, answer_changed, answer_read, tag_of, with_meta
from instep.inbound.group_filters import ABOUT_GROUPS
from instep.inbound.listing import Kind
from instep.inbound.schemas import GROUPS, UNDERSTOOD_GROUPS
from instep.scim.edits import Verb
from instep.scim.memberships import MemberStep, member_ids, member_steps
from instep.scim.messages import SearchRequest
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.projection import projection

_EVERYONE = 10**9
_PROBE = {"schemas": [GROUPS.core.id], "id": "", "members": [{"value": ""}]}


def create(call: Call) -> Answer:
    """POST: 201 with the group."""
    resource = UNDERSTOOD_GROUPS.clean(call.body)
    wanted = GroupChange(_values(resource), [MemberStep(Verb.ADD, member_ids(resource))])
    instep = call.instep
    group = push_group(instep.directory, wanted, instep.new_id, call.caller, instep.clock())
    return answer_changed(call, GROUPS, _read(call, group.id), 201)


def read(call: Call) -> Answer:
    """GET: 200 with the group; 304 when the client has this version."""
    return answer_read(call, GROUPS, _read(call, call.resource_id))


def patch(call: Call) -> Answer:
    """PATCH: 204, as clients prefer of a group that may have many members; 200 where attributes are asked for."""
    operations, steps = member_steps(parse_patch(call.body))

    def change(group: Group) -> GroupChange:
        before = _resource(group)
        after = apply_patch(before, operations, UNDERSTOOD_GROUPS).resource if operations else before
        return GroupChange(_differences(before, after), steps)

    group_id = _change(call, change)
    if call.query.attributes or call.query.excluded_attributes:
        return answer_changed(call, GROUPS, _read(call, group_id))
    with call.instep.directory.reading() as reading:
        version = reading.versions.of_groups([group_id])[group_id]
    return Answer(204, None, {"Location": f"{call.address}/Groups/{group_id}", "ETag": tag_of(version)})


def replace(call: Call) -> Answer:
    """PUT: 200 with the group; without `members` in the body its members stay, with an empty list they go."""
    resource = UNDERSTOOD_GROUPS.clean(call.body)
    tells_members = isinstance(call.body, dict) and any(name.lower() == "members" for name in call.body)
    steps = [MemberStep(Verb.REPLACE, member_ids(resource))] if tells_members else []
    group_id = _change(call, lambda group: GroupChange(_differences(_resource(group), resource), steps))
    return answer_changed(call, GROUPS, _read(call, group_id))


def delete(call: Call) -> Answer:
    """DELETE: 204."""

    def check(reading: DirectoryReading, group: Group) -> None:
        call.check_version(group.id, reading.versions.of_groups([group.id])[group.id])

    instep = call.instep
    remove_pushed_group(instep.directory, call.resource_id, check, call.caller, instep.clock())
    return Answer(204)


def _change(call: Call, change: Callable[[Group], GroupChange]) -> str:
    def wanted(reading: DirectoryReading, group: Group) -> GroupChange:
        call.check_version(group.id, reading.versions.of_groups([group.id])[group.id])
        return change(group)

    instep = call.instep
    return change_pushed_group(instep.directory, call.resource_id, wanted, call.caller, instep.clock()).id


def _resource(group: Group) -> Resource:
    """A group in SCIM without its members, which may be very many."""
    said = {"schemas": [GROUPS.core.id], "id": group.id, DISPLAY_NAME: group.display_name}
    external_id = group.attributes.get(EXTERNAL_ID)
    return said | ({EXTERNAL_ID: external_id} if external_id else {})


def _values(resource: Resource) -> dict[str, object]:
    return {name: resource.get(name) for name in (DISPLAY_NAME, EXTERNAL_ID)}


def _differences(before: Resource, after: Resource) -> dict[str, object]:
    old = _values(before)
    return {name: value for name, value in _values(after).items() if value != old[name]}


def _read(call: Call, group_id: str) -> Resource:
    with call.instep.directory.reading() as reading:
        return _resources(call, reading, [pushable_group(reading, group_id)], call.query)[0]


def _resources(call: Call, reading: DirectoryReading, groups: Sequence[Group], query: SearchRequest) -> list[Resource]:
    versions = reading.versions.of_groups([group.id for group in groups])
    are_members_shown = "members" in projection(GROUPS, query.attributes, query.excluded_attributes)(_PROBE)

    def resource(group: Group) -> Resource:
        said = _resource(group)
        if are_members_shown and (members := _members(call, reading, group)):
            said["members"] = members
        location = f"{call.address}/Groups/{group.id}"
        return with_meta(said, "Group", location, group.created_at, versions[group.id])

    return [resource(group) for group in groups]


def _members(call: Call, reading: DirectoryReading, group: Group) -> list[Resource]:
    nested = {each.id for each in reading.groups_in(group.id)}

    def member(member_id: str) -> Resource:
        kind = "Group" if member_id in nested else "User"
        return {"value": member_id, "type": kind, "$ref": f"{call.address}/{kind}s/{member_id}"}

    return [member(each) for each in reading.following.member_ids(group.id, "", _EVERYONE)]


def _count(reading: DirectoryReading, wish: Wish) -> int:
    return reading.search.count_groups(wish)


def _page(
    call: Call, reading: DirectoryReading, wish: Wish, skip: int, limit: int, query: SearchRequest
) -> list[Resource]:
    return _resources(call, reading, reading.search.groups(wish, None, limit, skip).groups, query)


KIND = Kind(GROUPS, ABOUT_GROUPS, _count, _page)
