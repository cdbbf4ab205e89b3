"""Where is it kept who may sign in, and who has?"""

from instep.store.access.administrators import AdministratorStore
from instep.store.access.authenticators import PEOPLE, AuthenticatorStore
from instep.store.access.clients import ClientStore
from instep.store.access.links import LinkStore
from instep.store.access.people import PeopleStore
from instep.store.access.sessions import SessionStore
from instep.store.access.tokens import TokenStore

__all__ = [
    "PEOPLE",
    "AdministratorStore",
    "AuthenticatorStore",
    "ClientStore",
    "LinkStore",
    "PeopleStore",
    "SessionStore",
    "TokenStore",
]
