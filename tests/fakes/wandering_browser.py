"""How does a test go from site to site like a browser: redirects, forms that send themselves, cookies?"""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx2

_FORM = re.compile(r'<form class="brings" action="([^"]*)" method="post">(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_REFRESH = re.compile(r'http-equiv="refresh" content="0;url=([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
_MOST_STEPS = 20


def new_client() -> httpx2.Client:
    """A client that keeps cookies of all ports of this machine, as a browser does."""
    return httpx2.Client(trust_env=False, timeout=30)


@dataclass
class WanderingBrowser:
    """Goes wherever a page leads by itself; `went` are the addresses without their queries, the last one last.

    It stays where it is before it would leave the site `leads_only_to`, if that is given.
    With a form from another site it brings those cookies alone that say SameSite=None, as a browser does.
    """

    http: httpx2.Client = field(default_factory=new_client)
    page: httpx2.Response | None = None
    went: list[str] = field(default_factory=list)
    leads_only_to: str = ""

    def opens(self, address: str) -> httpx2.Response:
        """Where the browser ends up when somebody opens an address."""
        return self._goes_on(self._get(address))

    def sends(self, path: str, **fields: str) -> httpx2.Response:
        """Where it ends up when somebody sends a form of the page that it shows."""
        assert self.page is not None
        found = _TOKEN.search(self.page.text)
        data = ({"csrf_token": html.unescape(found[1])} if found else {}) | fields
        return self._goes_on(self._post(urljoin(str(self.page.url), path), data))

    def brings(self, address: str, fields: dict[str, str]) -> httpx2.Response:
        """Where it ends up when a page of another site sends a form to an address."""
        return self._goes_on(self._post_elsewhere(address, fields))

    def _goes_on(self, page: httpx2.Response) -> httpx2.Response:
        for _ in range(_MOST_STEPS):
            here = str(page.url)
            self.went.append(here.partition("?")[0])
            if page.status_code in (302, 303):
                page = self._get(urljoin(here, page.headers["location"]))
            elif (form := _FORM.search(page.text)) and form[1].startswith(self.leads_only_to):
                fields = {html.unescape(name): html.unescape(value) for name, value in _HIDDEN.findall(form[2])}
                page = self._post_elsewhere(html.unescape(form[1]), fields)
            elif led := _REFRESH.search(page.text):
                page = self._get(html.unescape(led[1]))
            else:
                self.page = page
                return page
        raise AssertionError(f"it goes round and round: {self.went}")

    def _get(self, address: str) -> httpx2.Response:
        return self.http.get(address, follow_redirects=False)

    def _post(self, address: str, fields: dict[str, str]) -> httpx2.Response:
        return self.http.post(address, data=fields, follow_redirects=False)

    def _post_elsewhere(self, address: str, fields: dict[str, str]) -> httpx2.Response:
        with new_client() as client:
            for cookie in self.http.cookies.jar:
                if cookie.get_nonstandard_attr("SameSite") == "None":
                    client.cookies.jar.set_cookie(cookie)
            answer = client.post(address, data=fields, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False)
        for cookie in answer.cookies.jar:
            self.http.cookies.jar.set_cookie(cookie)
        return answer
