"""How does a test look at the console: in a browser without scripts, in which somebody is signed in?

`browser_of(access, http, role)` gives one; it needs no sign-in page, as it begins the session in the store. A browser
with scripts gets the same by `state_of`.
"""

import html
import re
from dataclasses import dataclass

import httpx2
from playwright.sync_api import StorageState

from fakes.administrators import administrator_with, session_of
from instep.access.administrators import Administrator
from instep.access.roles import Role
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import signed_in

_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


@dataclass
class ConsoleBrowser:
    """Keeps its cookies, and sends the token of the last page with every form; `http` is a client of its own."""

    http: httpx2.Client
    csrf_token: str = ""

    def get(self, path: str = "/", **headers: str) -> httpx2.Response:
        """A page; redirects are not followed."""
        return self._seen(self.http.get(path, headers=headers, follow_redirects=False))

    def post(self, path: str, **fields: str | list[str]) -> httpx2.Response:
        """What is answered to a form; redirects are not followed."""
        data = {"csrf_token": self.csrf_token, **fields}
        return self._seen(self.http.post(path, data=data, follow_redirects=False))

    def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """The page to which an answer leads."""
        assert answer.status_code == 303, (answer.status_code, answer.text)
        return self.get(answer.headers["location"])

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        found = _TOKEN.search(answer.text)
        if found:
            self.csrf_token = html.unescape(found[1])
        return answer


def browser_of(
    access: Access, http: httpx2.Client, role: Role = Role.GLOBAL_ADMINISTRATOR
) -> tuple[ConsoleBrowser, Administrator]:
    """A browser in which an administrator of a role is signed in, and who that is."""
    administrator = administrator_with(access, role)
    browser = ConsoleBrowser(http)
    let_in(access, http, administrator)
    browser.get("/")
    return browser, administrator


def let_in(access: Access, http: httpx2.Client, administrator: Administrator) -> None:
    """Begin a session of an administrator in a client, unless there is a good one."""
    name = cookie_name(str(http.base_url))
    if signed_in(access, http.cookies.get(name, "")) is None:
        http.cookies.set(name, session_of(access, administrator), domain="127.0.0.1")


def state_of(access: Access, url: str, role: Role = Role.GLOBAL_ADMINISTRATOR) -> StorageState:
    """What a browser with scripts keeps of a new session."""
    secret = session_of(access, administrator_with(access, role))
    cookie = {"name": cookie_name(url), "value": secret, "domain": "127.0.0.1", "path": "/", "expires": -1}
    return {"cookies": [{**cookie, "httpOnly": True, "secure": False, "sameSite": "Lax"}], "origins": []}  # type: ignore[list-item]


def cookie_name(url: str) -> str:
    """The name of the session's cookie at a loopback address."""
    return f"instep-{httpx2.URL(url).port or 80}"
