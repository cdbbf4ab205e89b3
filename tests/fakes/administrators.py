"""Who can sign in, in a test? Administrators of an installation that is there, and the time by which they are seen."""

from instep.access.administrators import Administrator
from instep.access.roles import Role
from instep.access.sessions import SignInMethod
from instep.admin.access.administrators import add_administrator
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import Browser, SignedIn, begin_session, signed_in

BROWSER = Browser("192.0.2.7", "a browser in a test")
SOMEBODY = "the tests"


def administrator_with(access: Access, *roles: Role, user_name: str = "") -> Administrator:
    """An administrator with these roles; made when there is none of the name."""
    name = user_name or f"{'-'.join(role.name.lower() for role in roles)}@corp.example".replace("_", "-")
    found = access.administrators.named(name)
    return found or add_administrator(access, name, f"{roles[0]}", roles, SOMEBODY)


def session_of(access: Access, administrator: Administrator) -> str:
    """The secret of a new session, as the browser of somebody who has just signed in has it."""
    return begin_session(access, administrator, SignInMethod.LOCAL, BROWSER)


def acts(access: Access, administrator: Administrator) -> SignedIn:
    """Somebody who is signed in."""
    found = signed_in(access, session_of(access, administrator))
    assert found is not None
    return found
