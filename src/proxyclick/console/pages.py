"""Which pages does the console have?"""

from starlette.routing import BaseRoute

from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores
from proxyclick.console.assets import asset_routes
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame
from proxyclick.console.settings_page import SettingsPage
from proxyclick.console.sign_in_pages import SignInPages
from proxyclick.console.users_page import UsersPage


def console_routes(accounts: AccountStores, shown: Stores, site: str) -> list[BaseRoute]:
    """The routes of all pages. Pages read what is `shown`, in threads; actions write through the group commit."""
    frame = Frame(shown.organisations, shown.users, shown.profile.name, site)
    doors = Doors(accounts, frame)
    return [
        *asset_routes(),
        *SignInPages(accounts, frame).routes(doors),
        *UsersPage(shown.users, frame).routes(doors),
        *SettingsPage(frame).routes(doors),
    ]
