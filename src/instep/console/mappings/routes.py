"""Which pages are about mappings, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.doors import Doors
from instep.console.mappings import trying
from instep.console.mappings.attributes import AttributeListPages
from instep.console.mappings.object_mapping import opening
from instep.console.mappings.pages import MappingPages, list_mappings
from instep.console.mappings.reviewing import Reviewing
from instep.console.mappings.schema_page import SchemaPages
from instep.console.mappings.weighings import Weighings

_READ, _MANAGE = Permission.READ_APPLICATIONS, Permission.MANAGE_PROVISIONING
_HERE = "/apps/{app}/provisioning/mappings"


def routes(doors: Doors, desk: Desk, weighings: Weighings) -> list[BaseRoute]:
    """Return the routes of the mappings."""
    reviewing = Reviewing(weighings)
    pages, attributes, schema = MappingPages(reviewing), AttributeListPages(reviewing), SchemaPages(reviewing)
    of_all = (
        doors.page(_HERE, desk.about(list_mappings), _READ),
        doors.action(f"{_HERE}/save", desk.about(reviewing.save), _MANAGE),
        doors.page(f"{_HERE}/impact/{{weighing}}", desk.about(reviewing.impact), _MANAGE),
        doors.page(f"{_HERE}/schema", desk.about(schema.show), _READ),
        doors.page(f"{_HERE}/schema/download", desk.about(schema.download), _READ),
        doors.upload(f"{_HERE}/schema", desk.about(schema.put), _MANAGE),
        doors.action(f"{_HERE}/restore", desk.about(schema.restore), _MANAGE),
    )
    shown = (
        ("", pages.show, _READ),
        ("/new", pages.new, _MANAGE),
        ("/edit", pages.edit, _MANAGE),
        ("/attributes", attributes.show, _READ),
        ("/attributes/new", attributes.new, _MANAGE),
        ("/attributes/edit", attributes.edit, _MANAGE),
    )
    done = (
        ("/settings", pages.settings),
        ("/put", pages.put),
        ("/remove", pages.remove),
        ("/try", trying.try_it),
        ("/attributes/put", attributes.put),
        ("/attributes/remove", attributes.remove),
    )
    return [
        *of_all,
        *(doors.page(f"{_HERE}/{{whom}}{path}", opening(desk, answer), wants) for path, answer, wants in shown),
        *(doors.action(f"{_HERE}/{{whom}}{path}", opening(desk, answer), _MANAGE) for path, answer in done),
    ]
