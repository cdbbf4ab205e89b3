"""Which user groups does the location have, who is in them, and what may each do?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.stores import read
from proxyclick.console.asking import Asked
from proxyclick.console.desk import Desk
from proxyclick.console.doors import Doors
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import GROUPS_WITH, Right, UserGroup

_MOST_MEMBERS = 100
_ABOUT = {
    UserGroup.DEFAULT: "Everyone of the location. Hosts see their own visits.",
    UserGroup.ADMINISTRATORS: "May do everything at the location.",
    UserGroup.RECEPTION: "Sees and manages all visits of the day.",
    UserGroup.SECURITY: "As Reception; also approves visits and sees the employee logbook.",
    UserGroup.ASSISTANTS: "Announce visits for other hosts.",
    UserGroup.AGENTS: "A spare group, for integrations for example.",
}


class UserGroupsPage:
    """The user groups with their members and rights."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.route("/user-groups", self.user_groups, right=Right.SEE_USERS)]

    def user_groups(self, asked: Asked) -> Response:
        """Each group with who is in it, and the matrix of rights."""
        return self._desk.frame.page(
            asked,
            "user_groups.html",
            groups=[(group, _ABOUT[group], *self._members(asked, group)) for group in UserGroup],
            rights=[(right, [group in GROUPS_WITH[right] for group in UserGroup]) for right in Right],
            names=list(UserGroup),
        )

    def _members(self, asked: Asked, group: UserGroup) -> tuple[int, list[tuple[str, str]]]:
        """How many members a group has, and the ids and names of the first; of Default, who are all, none is named."""
        stores, actor = self._desk.reading, asked.actor
        if group is UserGroup.DEFAULT:
            return stores.organisations.users_at(actor.location), []
        numbers = stores.groups.of_group(actor.location, group)
        users = stores.users_at(actor.organisation, actor.location).numbered(numbers[:_MOST_MEMBERS])
        return len(numbers), [(record.id, person_of(read(record)).name) for record in users]
