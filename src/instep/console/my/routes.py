"""At which addresses are the pages for people of the directory?"""

from starlette.routing import BaseRoute

from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.my.account import PeopleAccounts
from instep.console.my.apps import MyApps
from instep.console.my.sign_in import PeopleSignIn
from instep.console.site import Site
from instep.wiring import Instep


def routes(doors: Doors, instep: Instep, frame: Frame, site: Site) -> list[BaseRoute]:
    """Everything below /my."""
    access = instep.access
    return [
        *PeopleSignIn(access, frame, site.for_people).routes(doors),
        *PeopleAccounts(access, frame).routes(doors),
        *MyApps(frame).routes(doors),
    ]
