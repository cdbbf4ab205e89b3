"""Which pages does the console have?"""

from starlette.routing import BaseRoute

from proxyclick.admin.integrations import IntegrationStores
from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores
from proxyclick.console.activity_pages import ActivityPages
from proxyclick.console.assets import asset_routes
from proxyclick.console.desk import Desk
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame
from proxyclick.console.integration_pages import IntegrationPages
from proxyclick.console.locations_pages import LocationsPages
from proxyclick.console.logbook_pages import LogbookPages
from proxyclick.console.mapping_page import MappingPage
from proxyclick.console.marketplace_pages import MarketplacePages
from proxyclick.console.settings_page import SettingsPage
from proxyclick.console.shown_once import ShownOnce
from proxyclick.console.sign_in_pages import SignInPages
from proxyclick.console.sign_on_pages import SignOnPages
from proxyclick.console.sign_on_settings_page import SignOnSettingsPage
from proxyclick.console.user_forms import UserForms
from proxyclick.console.user_groups_page import UserGroupsPage
from proxyclick.console.user_pages import UserPages
from proxyclick.console.users_page import UsersPage
from proxyclick.console.visit_form import VisitForms
from proxyclick.store.activity import ActivityLog


def console_routes(accounts: AccountStores, shown: Stores, site: str, activity: ActivityLog) -> list[BaseRoute]:
    """The routes of all pages. Pages read what is `shown`, in threads; actions write through the group commit."""
    frame = Frame(shown.organisations, shown.users, shown.profile.name, site)
    doors = Doors(accounts, frame)
    desk = Desk(frame, shown, accounts)
    return [
        *asset_routes(),
        *SignInPages(accounts, frame).routes(doors),
        *SignOnPages(accounts, frame).routes(doors),
        *_routes_about_people(desk, doors),
        *_routes_about_integrations(desk, doors, activity),
        *SettingsPage(frame).routes(doors),
    ]


def _routes_about_integrations(desk: Desk, doors: Doors, activity: ActivityLog) -> list[BaseRoute]:
    kept, once = desk.writing, ShownOnce()
    stores = IntegrationStores(kept.installations, desk.accounts.audit, kept.clock, kept.reach_changed)
    return [
        *MarketplacePages(desk, stores, once).routes(doors),
        *IntegrationPages(desk, stores, once).routes(doors),
        *SignOnSettingsPage(desk).routes(doors),
        *ActivityPages(desk, activity).routes(doors),
    ]


def _routes_about_people(desk: Desk, doors: Doors) -> list[BaseRoute]:
    """The routes of what people do at their locations; forms for something new stand before pages of one thing."""
    return [
        *UsersPage(desk).routes(doors),
        *UserForms(desk).routes(doors),
        *UserPages(desk).routes(doors),
        *UserGroupsPage(desk).routes(doors),
        *LocationsPages(desk).routes(doors),
        *MappingPage(desk).routes(doors),
        *VisitForms(desk).routes(doors),
        *LogbookPages(desk).routes(doors),
    ]
