"""At which addresses are the pages about users, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.site import Site
from instep.console.users.editing import UserEditing
from instep.console.users.listing import UserLists
from instep.console.users.signing_in import UserSignIn
from instep.console.users.user import UserPages
from instep.wiring import Instep

READ, MANAGE = Permission.READ_DIRECTORY, Permission.MANAGE_USERS


def routes(doors: Doors, instep: Instep, frame: Frame, site: Site) -> list[BaseRoute]:
    """Everything below /users; what has a name of its own comes before the user of that id."""
    lists, pages, editing = UserLists(instep, frame), UserPages(instep, frame), UserEditing(instep, frame)
    signing_in = UserSignIn(pages, site)
    return [
        doors.page("/users", lists.users, READ),
        doors.page("/users/deleted", lists.deleted, READ),
        doors.page("/users/suggestions", lists.suggestions, READ),
        doors.page("/users/new", editing.new, MANAGE),
        doors.action("/users/new", editing.create, MANAGE),
        doors.page("/users/{user}", pages.properties, READ),
        doors.page("/users/{user}/groups", pages.memberships, READ),
        doors.action("/users/{user}/groups", editing.join, MANAGE),
        doors.action("/users/{user}/groups/leave", editing.leave, MANAGE),
        doors.page("/users/{user}/applications", pages.applications, READ),
        doors.page("/users/{user}/sign-in", signing_in.show, READ),
        doors.dangerous_action("/users/{user}/sign-in/link", signing_in.issue_link, MANAGE),
        doors.dangerous_action("/users/{user}/sign-in/authenticator/reset", signing_in.reset_authenticator, MANAGE),
        doors.action("/users/{user}/sign-in/end", signing_in.end_sessions, MANAGE),
        doors.page("/users/{user}/edit", editing.edit, MANAGE),
        doors.action("/users/{user}/edit", editing.save, MANAGE),
        doors.action("/users/{user}/disable", editing.disable, MANAGE),
        doors.action("/users/{user}/enable", editing.enable, MANAGE),
        doors.action("/users/{user}/delete", editing.delete, MANAGE),
        doors.action("/users/{user}/restore", editing.restore, MANAGE),
        doors.action("/users/{user}/purge", editing.purge, MANAGE),
    ]
