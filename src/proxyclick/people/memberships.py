"""What do the members of a group say, beyond the ids that were sent (RFC 7643, 4.2)?"""

from collections.abc import Mapping
from typing import Any

from proxyclick.people.identifiers import number_of

Group = dict[str, Any]

_KINDS = {"US": ("User", "Users"), "GR": ("Group", "Groups")}


class GroupRules:
    """A member that has an id of this tenant is said to be a user or a group, with its address, if it says none itself.

    The address is relative to that of the service (RFC 7643, 2.3.7), so that it holds wherever the tenant is served.
    Other members stay as they came: a client may know of some that the tenant has never seen.
    """

    def created(self, group: Group) -> Group:
        """The group as it is kept."""
        if "members" not in group:
            return group
        return {**group, "members": [_described(member) for member in group["members"]]}

    def changed(self, before: Mapping[str, Any], after: Group) -> Group:
        """The group as it is kept."""
        return after if after.get("members") == before.get("members") else self.created(after)


def _described(member: Mapping[str, Any]) -> Mapping[str, Any]:
    value = member.get("value", "")
    kind = _KINDS.get(value[:2])
    if kind is None or number_of(value[:2], value) is None:
        return member
    name, endpoint = kind
    return {"$ref": f"{endpoint}/{value}", "type": name, **member}
