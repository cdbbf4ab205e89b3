"""Which pages are about applications, and who may open them?"""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps import assigning, directory_of_apps, gallery, overview, owners, properties, roles
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.doors import Doors

_READ, _MANAGE = Permission.READ_APPLICATIONS, Permission.MANAGE_APPLICATIONS
_PAGES = (
    ("", overview.overview, Permission.READ_REPORTS),
    ("/properties", properties.show, _READ),
    ("/owners", owners.show, _READ),
    ("/roles", roles.show, _READ),
    ("/roles/new", roles.new, _MANAGE),
    ("/roles/{role}", roles.edit, _MANAGE),
    ("/users-and-groups", assigning.show, _READ),
    ("/users-and-groups/add", assigning.choose, _MANAGE),
    ("/users-and-groups/{principal}", assigning.edit, _MANAGE),
)
_ACTIONS = (
    ("/properties", properties.save),
    ("/owners", owners.add),
    ("/owners/remove", owners.remove),
    ("/roles/new", roles.create),
    ("/roles/{role}", roles.save),
    ("/roles/{role}/remove", roles.remove),
    ("/users-and-groups/add", assigning.add),
    ("/users-and-groups/{principal}", assigning.save),
    ("/users-and-groups/{principal}/unassign", assigning.end),
)


def routes(doors: Doors, desk: Desk) -> list[BaseRoute]:
    """Return the routes of the applications but for those of their provisioning."""
    return [
        doors.page("/apps", _at(desk, directory_of_apps.list_apps), Permission.READ_REPORTS),
        doors.page("/apps/new", _at(desk, gallery.search_gallery), _MANAGE),
        doors.page("/apps/new/{template}", _at(desk, gallery.offer), _MANAGE),
        doors.action("/apps/new/{template}", _at(desk, gallery.add), _MANAGE),
        *(doors.page(f"/apps/{{app}}{path}", desk.about(answer), wants) for path, answer, wants in _PAGES),
        doors.dangerous_action("/apps/{app}/delete", desk.about(properties.delete), _MANAGE),
        *(doors.action(f"/apps/{{app}}{path}", desk.about(answer), _MANAGE) for path, answer in _ACTIONS),
    ]


def _at(desk: Desk, answer: Callable[[Desk, Asked], Response]) -> Callable[[Asked], Response]:
    return lambda asked: answer(desk, asked)
