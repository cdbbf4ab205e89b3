"""An administrator of one organisation reaches nothing of another, by any route of the console about a single thing."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_doors import paths

from fakes.console_visitor import Visitor, administrator_of
from fakes.tenancy import add_location, add_organisation
from fakes.visited_company import VisitedCompany, visited_company
from proxyclick.people.identifiers import identifier

SHARED = ("/settings/integrations/marketplace/", "/welcome/", "/saml/", "/{rest")
"""What is nobody's: offers, links that are secrets themselves, what identity providers reach, and what is not there."""


def of_single_things(method: str) -> list[str]:
    return [path for path in paths(method) if "{" in path and not path.startswith(SHARED)]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitedCompany]:
    with visited_company(tmp_path_factory.mktemp("company")) as found:
        yield found


@pytest.fixture(scope="module")
def stranger(company: VisitedCompany) -> Iterator[Visitor]:
    """Somebody who may do everything, in another organisation."""
    data = company.tenant.data
    place = identifier("CO", add_location(data, "Elsewhere", add_organisation(data, "Another")))
    with administrator_of(company.tenant.site, data, place, "root@another.example") as visitor:
        yield visitor


@pytest.fixture(scope="module")
def insider(company: VisitedCompany) -> Iterator[Visitor]:
    with administrator_of(company.tenant.site, company.tenant.data, email="root@inside.example") as visitor:
        yield visitor


def address(path: str, company: VisitedCompany) -> str:
    """The address at which one of the company's own would find it."""
    kinds = {"/users": company.ids["Marcus"], "/locations": "CO-A000", "/logbook": "VI-A001", "/settings": "1"}
    thing = next(thing for start, thing in kinds.items() if path.startswith(start))
    return re.sub(r"\{\w+(:int)?\}", thing, path)


def everything(insider: Visitor, company: VisitedCompany) -> list[str]:
    shown = ("/users", f"/users/{company.ids['Marcus']}", "/locations", "/logbook", "/settings/integrations/1")
    pages = [insider.get(path).text for path in shown]
    changing = re.compile(r'value="[^"]*"|nonce="[^"]*"|<td data-label="Last used".*?</td>')
    return [changing.sub("", page) for page in pages]


def test_there_are_such_routes() -> None:
    assert len(of_single_things("GET")) > 5
    assert len(of_single_things("POST")) > 5


@pytest.mark.parametrize("path", of_single_things("GET"))
def test_a_page_about_what_is_another_organisations_is_not_there(
    company: VisitedCompany, stranger: Visitor, path: str
) -> None:
    assert stranger.get(address(path, company)).status_code == 404


@pytest.mark.parametrize("path", of_single_things("POST"))
def test_an_action_on_what_is_another_organisations_does_nothing(
    company: VisitedCompany, stranger: Visitor, insider: Visitor, path: str
) -> None:
    before = everything(insider, company)
    stranger.get("/settings/sessions")
    fields = {"keep_old": "0", "status": "Checked-in", "email": "x@y.example", "first_name": "X", "last_name": "Y"}
    answer = stranger.post(address(path, company), **fields)
    assert answer.status_code == 404
    assert everything(insider, company) == before
