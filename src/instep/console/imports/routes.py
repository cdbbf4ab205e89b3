"""At which addresses are the pages about imports, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.imports.pages import ImportPages
from instep.console.imports.uploads import Uploads
from instep.wiring import Instep

MANAGE = Permission.MANAGE_USERS


def routes(doors: Doors, instep: Instep, frame: Frame) -> list[BaseRoute]:
    """Everything below /imports. That more may go than the budget allows is approved as what is held is."""
    pages = ImportPages(instep, frame, Uploads(instep))
    return [
        doors.page("/imports", pages.overview, MANAGE),
        doors.upload("/imports", pages.upload, MANAGE),
        doors.page("/imports/{upload}", pages.show, MANAGE),
        doors.live("/imports/{upload}/live", pages.live, MANAGE),
        doors.action("/imports/{upload}/apply", pages.apply, MANAGE),
        doors.dangerous_action("/imports/{upload}/let-go", pages.let_go, MANAGE),
        doors.action("/imports/{upload}/drop", pages.drop, MANAGE),
    ]
