"""Which groups are there, and who is in one of them?"""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from instep.admin.groups import ListedGroup, find_group
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.lists import selection_of
from instep.console.paths import from_path, in_path
from instep.console.phrases import counted
from instep.console.places import listed
from instep.directory.groups import ALL_USERS, Group
from instep.directory.listing import Place, Section
from instep.directory.ports import DirectoryReading
from instep.directory.users import name_key
from instep.wiring import Instep

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class GroupPages:
    """The list of groups, and the pages about one."""

    instep: Instep
    frame: Frame

    def groups(self, asked: Asked) -> Response:
        """All groups, or those with a text in their names, each with how many members it has."""
        selection = selection_of(asked.request, "q")
        part = selection.word("q")
        with self.instep.directory.reading() as reading:
            lists = reading.lists
            page = listed(
                selection,
                lambda place, limit: _counted(reading, lists.groups_after(part, place, limit)),
                lambda place, limit: _counted(reading, lists.groups_before(part, place, limit)),
                lambda row: _place(row.group),
                counted(
                    lists.count_groups(part), "group is found" if part else "group", "groups are found" if part else ""
                ),
            )
            everyone = reading.count_live_users()
        return self.frame.page(
            asked, "groups/list.html", title="Groups", listed=page, all_users=ALL_USERS, everyone=everyone
        )

    def overview(self, asked: Asked) -> Response:
        """What the group is, and the groups within it."""
        with self.instep.directory.reading() as reading:
            group = _group(reading, asked)
            values = {"members": reading.count_members(group.id), "nested": reading.groups_in(group.id)}
        return self._page(asked, "groups/overview.html", group, **values)

    def members(self, asked: Asked) -> Response:
        """The direct members, by name."""
        selection = selection_of(asked.request)
        with self.instep.directory.reading() as reading:
            group, lists = _group(reading, asked), reading.lists
            page = listed(
                selection,
                lambda place, limit: lists.members(group, place, limit),
                lambda place, limit: lists.members_before(group, place, limit),
                lambda row: row.place,
                counted(reading.count_members(group.id), "direct member"),
            )
        return self._page(asked, "groups/members.html", group, listed=page)

    def suggestions(self, asked: Asked) -> Response:
        """The groups that may be meant by what was typed so far, for a field that names one."""
        typed = asked.query("group") or asked.query("nested")
        with self.instep.directory.reading() as reading:
            found = reading.lists.groups_after(typed, None, SUGGESTED) if typed else []
        return self.frame.fragment(asked, "groups/suggestions.html", groups=found)

    def _page(self, asked: Asked, template: str, group: Group, **values: Any) -> Response:
        at = f"/groups/{in_path(group.id)}"
        tabs = [("Overview", at), ("Members", f"{at}/members")]
        return self.frame.page(asked, template, title=group.display_name, group=group, at=at, tabs=tabs, **values)


def _counted(reading: DirectoryReading, groups: list[Group]) -> list[ListedGroup]:
    return [ListedGroup(group, reading.count_members(group.id)) for group in groups]


def _place(group: Group) -> Place:
    return Place(Section.DISPLAY_NAME, name_key(group.display_name), group.id)


def _group(reading: DirectoryReading, asked: Asked) -> Group:
    return find_group(reading, from_path(asked.path("group")))
