"""At which addresses are the pages about groups, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.groups.editing import GroupEditing
from instep.console.groups.listing import GroupPages
from instep.wiring import Instep

READ, MANAGE = Permission.READ_DIRECTORY, Permission.MANAGE_USERS


def routes(doors: Doors, instep: Instep, frame: Frame) -> list[BaseRoute]:
    """Everything below /groups; what has a name of its own comes before the group of that id."""
    pages, editing = GroupPages(instep, frame), GroupEditing(instep, frame)
    return [
        doors.page("/groups", pages.groups, READ),
        doors.page("/groups/suggestions", pages.suggestions, READ),
        doors.page("/groups/new", editing.new, MANAGE),
        doors.action("/groups/new", editing.create, MANAGE),
        doors.page("/groups/{group}", pages.overview, READ),
        doors.page("/groups/{group}/members", pages.members, READ),
        doors.action("/groups/{group}/members", editing.add_member, MANAGE),
        doors.action("/groups/{group}/members/remove", editing.remove_member, MANAGE),
        doors.action("/groups/{group}/nested", editing.nest, MANAGE),
        doors.action("/groups/{group}/nested/remove", editing.unnest, MANAGE),
        doors.page("/groups/{group}/edit", editing.edit, MANAGE),
        doors.action("/groups/{group}/edit", editing.save, MANAGE),
        doors.action("/groups/{group}/delete", editing.delete, MANAGE),
    ]
