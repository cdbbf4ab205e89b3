"""At which addresses are the pages for people of the directory, and what applications send them to?"""

from starlette.routing import BaseRoute

from instep.admin.sign_on.waiting import kept_departures, kept_goodbyes, kept_requests
from instep.console.access.second_step import SecondStepPages
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.my.account import PeopleAccounts
from instep.console.my.apps import MyApps
from instep.console.my.authenticator import PeopleAuthenticators
from instep.console.my.second_step import PEOPLES_WAY
from instep.console.my.sign_in import PeopleSignIn
from instep.console.sign_on.bringing import Bringing
from instep.console.sign_on.endpoints import Endpoints
from instep.console.sign_on.leaving import Leaving
from instep.console.site import Site
from instep.wiring import Instep


def routes(doors: Doors, instep: Instep, frame: Frame, site: Site) -> list[BaseRoute]:
    """Everything below /my and /saml."""
    access, bringing = instep.access, Bringing(instep.sign_on, frame, site.for_people)
    keeping = (instep.sign_on.waiting, instep.clock)
    leaving = Leaving(instep, access, bringing, kept_goodbyes(*keeping), kept_departures(*keeping))
    return [
        *PeopleSignIn(access, frame, site.for_people, leaving).routes(doors),
        *SecondStepPages(access, frame, site.for_people, PEOPLES_WAY).routes(doors),
        *PeopleAccounts(access, frame).routes(doors),
        *PeopleAuthenticators(access, frame).routes(doors),
        *MyApps(instep, frame).routes(doors),
        *Endpoints(instep, bringing, leaving, kept_requests(*keeping)).routes(doors),
    ]
