"""The page that lists the users."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx2
import pytest

from fakes.console_visitor import Visitor, administrator_of
from fakes.served_tenant import ServedTenant


@pytest.fixture(scope="module")
def root(tenant: ServedTenant) -> Iterator[Visitor]:
    with administrator_of(tenant.site, tenant.data) as visitor:
        yield visitor


class Reader(HTMLParser):
    """What is addressed, and which tags there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src", "action") and value]


def page(root: Visitor, path: str = "/users", **query: str) -> httpx2.Response:
    return root.get(path, **query)


def test_the_page_of_a_tenant_from_its_first_day_on(own_tenant: ServedTenant) -> None:
    with administrator_of(own_tenant.site, own_tenant.data) as root:
        assert "1 person" in page(root, "/").text
        for number in range(50):
            own_tenant.create(f"p{number:02}@corp.example")
        first, second = page(root).text, page(root, page="2").text
        assert ("51 people" in first, "1–50 of 51" in first, "51–51 of 51" in second) == (True, True, True)
        assert ("p49@corp.example" in first, "p49@corp.example" in second) == (True, False)
        assert "root@console.example" in second
        for strange in ("0", "-1", "x", "99999999999", "²"):
            assert page(root, page=strange).status_code == 200


def test_everyone_is_shown_with_what_is_known_of_them(tenant: ServedTenant, root: Visitor) -> None:
    ada = tenant.create(
        "ada@page.example", title="Engineer of pages", addresses=[{"type": "work", "locality": "Brussels"}],
        phoneNumbers=[{"type": "mobile", "value": "+32470000000"}],
    )  # fmt: skip
    chinese = {"givenName": "雷", "familyName": "李", "formatted": "李雷"}
    tenant.create("李@page.example", active=False, name=chinese)
    html = page(root, q="@page.example").text
    for shown in ("Ada Example", "Engineer of pages", "Brussels", "+32470000000", ada["id"], "李雷", "Inactive"):
        assert shown in html


def test_users_are_searched_by_name_email_and_title(tenant: ServedTenant, root: Visitor) -> None:
    tenant.create("grace@search.example", title="Compiler builder")
    tenant.create("bob@search.example", name={"givenName": "Bob", "familyName": "Searchable"})
    for text, found in (("COMPILER", "grace@"), ("searchable", "bob@"), ("bob@search", "bob@")):
        assert re.findall(r"(grace@|bob@)search.example<", page(root, q=text).text) == [found]
    assert "No one matches “zzz”" in page(root, q="zzz").text


def test_what_people_are_called_is_never_markup(tenant: ServedTenant, root: Visitor) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    tenant.create("eve@markup.example", title=hostile, name={"givenName": hostile, "familyName": "E"})
    for answer in (page(root, q="eve@markup"), page(root, q=hostile)):
        assert "eve@markup" in answer.text
        assert "script" not in Reader(answer.text).tags
        assert Reader(answer.text).tags.count("img") == 1


def test_nothing_comes_from_elsewhere_and_no_script_may_run_but_our_own(root: Visitor) -> None:
    answer = page(root)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert all(address.startswith(("/", "#")) for address in Reader(answer.text).addresses)
    for asset in ("/assets/console.css", "/assets/mark.svg"):
        found = page(root, asset)
        assert found.status_code == 200
        assert "@import" not in found.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_a_foreign_name_for_this_machine_is_turned_away(tenant: ServedTenant, host: str) -> None:
    answer = httpx2.get(f"{tenant.site}/users", headers={"Host": host}, trust_env=False)
    assert answer.status_code == 403
