"""How does a test get into the console: by a one-time link, as an administrator, with the forms that pages show?"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from proxyclick.accounts.links import Purpose
from proxyclick.cli.administering import administrator_link
from proxyclick.settings import Settings

ADMINISTRATOR = "root@console.example"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


class Visitor:
    """A browser without scripts: it keeps cookies, and sends the token of the last page with every form."""

    def __init__(self, site: str) -> None:
        self.http = httpx2.Client(base_url=site, trust_env=False, timeout=30)
        self.csrf_token = ""

    def get(self, path: str, **query: str) -> httpx2.Response:
        """A page; redirects are followed."""
        return self._seen(self.http.get(path, params=query, follow_redirects=True))

    def post(self, path: str, **fields: str) -> httpx2.Response:
        """The page to which a form leads."""
        answer = self.http.post(path, data={"csrf_token": self.csrf_token, **fields}, follow_redirects=True)
        return self._seen(answer)

    def sign_in(self, email: str, password: str) -> httpx2.Response:
        """What follows on the sign-in form."""
        self.get("/sign-in")
        return self.post("/sign-in", email=email, password=password)

    def _seen(self, answer: httpx2.Response) -> httpx2.Response:
        found = _TOKEN.search(answer.text)
        if found:
            self.csrf_token = html.unescape(found[1])
        return answer


def sign_in_link(data: Path, email: str = ADMINISTRATOR, location: str | None = None) -> str:
    """The address at which one click signs in somebody who thereby becomes an administrator."""
    names = ("Root", "Administrator")
    return administrator_link(Settings(data=data), email, location, Purpose.SIGN_IN, *names)


@contextmanager
def administrator_of(
    site: str, data: Path, location: str | None = None, email: str = ADMINISTRATOR
) -> Iterator[Visitor]:
    """A visitor who is signed in as an administrator of a location."""
    visitor = Visitor(site)
    try:
        link = sign_in_link(data, email, location)
        visitor.get(link.removeprefix(site))
        answer = visitor.post(link.removeprefix(site), first_name="Root", last_name="Administrator")
        assert answer.status_code == 200, answer.text
        yield visitor
    finally:
        visitor.http.close()
