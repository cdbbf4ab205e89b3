"""At which addresses are the pages for people of the directory, and what applications send them to?"""

from starlette.routing import BaseRoute

from instep.admin.sign_on.requests import Kept
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.my.account import PeopleAccounts
from instep.console.my.apps import MyApps
from instep.console.my.sign_in import PeopleSignIn
from instep.console.sign_on.bringing import Bringing
from instep.console.sign_on.endpoints import Endpoints
from instep.console.sign_on.leaving import Leaving
from instep.console.site import Site
from instep.wiring import Instep


def routes(doors: Doors, instep: Instep, frame: Frame, site: Site) -> list[BaseRoute]:
    """Everything below /my and /saml."""
    access, bringing = instep.access, Bringing(instep.sign_on, frame, site.for_people)
    leaving = Leaving(instep, access, bringing, Kept(instep.clock), Kept(instep.clock))
    return [
        *PeopleSignIn(access, frame, site.for_people, leaving).routes(doors),
        *PeopleAccounts(access, frame).routes(doors),
        *MyApps(instep, frame).routes(doors),
        *Endpoints(instep, bringing, leaving, Kept(instep.clock)).routes(doors),
    ]
