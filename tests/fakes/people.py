"""Who of the directory is signed in to My apps, in a test?"""

import httpx2
from playwright.sync_api import StorageState

from fakes.administrators import BROWSER
from fakes.console_browser import ConsoleBrowser
from instep.access.sessions import SignInMethod
from instep.admin.access.people import begin_person_session
from instep.admin.access.ports import Access


def person_session_of(access: Access, user_id: str) -> str:
    """The secret of a new session, as the browser of somebody who has just signed in has it."""
    person = access.people.find(user_id)
    assert person is not None
    return begin_person_session(access, person, SignInMethod.LOCAL, BROWSER)


def person_in(access: Access, http: httpx2.Client, user_id: str) -> ConsoleBrowser:
    """A browser in which a person has just signed in."""
    http.cookies.set(cookie_name(str(http.base_url)), person_session_of(access, user_id), domain="127.0.0.1")
    browser = ConsoleBrowser(http)
    browser.get("/my/apps")
    return browser


def person_state_of(access: Access, url: str, user_id: str) -> StorageState:
    """What a browser with scripts keeps of a new session."""
    secret = person_session_of(access, user_id)
    cookie = {"name": cookie_name(url), "value": secret, "domain": "127.0.0.1", "path": "/", "expires": -1}
    return {"cookies": [{**cookie, "httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}  # type: ignore[list-item]


def cookie_name(url: str) -> str:
    """The name of the cookie of people at a loopback address."""
    return f"instep-my-{httpx2.URL(url).port or 80}"
