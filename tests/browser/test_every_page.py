"""Is every page of the admin center for everybody: light and dark, wide and narrow, when it has much to show?"""

import asyncio
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.browsing import LOOKS, Console, Visit, enter, visit
from browser.conftest import beside, provision, served
from console.route_table import TABLE
from fakes.administrator import Administrator, administrator, upn
from fakes.administrators import administrator_with
from fakes.faulty_target import answers, faulty_target
from fakes.people import person_state_of
from instep.access.links import PATH, Purpose
from instep.access.people import LINK_PATH
from instep.access.roles import Role
from instep.admin.access.clients import register_client
from instep.admin.access.people import issue_person_link
from instep.admin.access.welcoming import issue_link
from instep.admin.applications import add_app
from instep.admin.drift import sweep
from instep.admin.groups import find_group
from instep.admin.plans import save_plan
from instep.admin.ports import LogQuery
from instep.admin.sign_on.setting_up import save_configuration
from instep.ledger.jobs import JobState
from instep.sign_on.configuration import SamlConfiguration

LOOKS_FOLDER = Path(os.environ["INSTEP_LOOKS"]) if "INSTEP_LOOKS" in os.environ else None
"""Where each page is saved in every look, for somebody to look at, if that was asked for."""
NOT_PAGES = {
    "GET /live": "events",
    "GET /logs/live": "events",
    "GET /apps/{app}/logs/live": "events",
    "GET /apps/{app}/provisioning/live": "events",
    "GET /apps/{app}/provisioning/plans/live": "events",
    "GET /imports/{upload}/live": "events",
    "GET /users/suggestions": "options of a field",
    "GET /groups/suggestions": "options of a field",
    "GET /logs/download/{file}": "a file",
    "GET /apps/{app}/provisioning/plans/{plan}/operations.csv": "a file",
    "GET /apps/{app}/provisioning/plans/{plan}/operations.jsonl": "a file",
    "GET /apps/{app}/provisioning/mappings/schema/download": "a file",
    "GET /apps/{app}/single-sign-on/download/{file}": "a file",
    "GET /saml/{app}/metadata": "a document",
    "GET /saml/{app}/login": "leads on, or refuses",
    "GET /saml/{app}/logout": "leads on, or refuses",
    "GET /saml/{app}/sign-in": "leads on, or refuses",
    "GET /my/apps/{app}": "leads to the application: test_single_sign_on.py",
    "GET /sign-in/code": "leads on, or asks whoever gave the password: test_signing_in.py",
    "GET /my/sign-in/code": "wants a person who waits: test_signing_in.py",
    "GET /sign-in/provider": "leads to the provider",
    "GET /sign-in/callback": "leads back from the provider",
    "GET /confirm": "is asked for by a form: test_signing_in.py",
    "GET /imports/{upload}": "is about a file that was sent: test_identity.py",
    "GET /apps/{app}/provisioning/mappings/impact/{weighing}": "a part of a review: test_mappings_and_logs.py",
    "GET /apps/{app}/provisioning/filters/{whom}/counted/{weighing}": "a part of a page: test_mappings_and_logs.py",
}


SAML = SamlConfiguration("https://saml.example/init/CO-1", ("https://saml.example/consume/CO-1",))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """Two applications: one with removals held, a failure and a plan; one for groups, not connected yet."""
    with faulty_target() as target, administrator(tmp_path_factory.mktemp("company")) as admin:
        instep = admin.instep
        beside(admin.connects, target.tenant_url, target.token)
        admin.hires(*(f"person{number:02d}" for number in range(60)), jobTitle="Engineer", department="Research")
        admin.assigns_everyone()
        admin.makes_group("Reception", "person01", "person02")
        admin.makes_group("Front desk", "person03")
        admin.nests("Reception", "Front desk")
        admin.assigns_group("Reception", "Default Access")
        admin.assigns("person03")
        instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "root")
        target.goes_wrong(answers(400, "the phone is not one"), "POST", "person59")
        provision(admin)
        for number in range(25):
            admin.disables(f"person{number:02d}")
        provision(admin)
        admin.changes("person30", mail=upn("person30"))
        save_configuration(instep.sign_on, admin.app, SAML, "root")
        admin.hires("newcomer", "gone")
        admin.deletes("gone")
        target.accounts[next(iter(target.accounts))]["title"] = "Somebody else"
        beside(lambda: asyncio.run(sweep(instep.service, admin.app)))
        beside(lambda: asyncio.run(save_plan(instep.service, admin.app, "root")))
        add_app(instep.applications, "custom-scim", "Everything else", instep.clock, instep.new_id, "root")
        yield admin


@pytest.fixture(scope="module")
def console(company: Administrator) -> Iterator[Console]:
    with served(company.instep) as found:
        yield found


@pytest.fixture(scope="module")
def pages(company: Administrator) -> dict[str, dict[str, str]]:
    """The addresses of each route, with something that the page says there."""
    admin, instep = company, company.instep
    (other,) = (app for app in instep.applications.all() if app.name == "Everything else")
    with instep.directory.reading() as reading:
        reception = find_group(reading, "Reception")
    one, two = f"/apps/{admin.app.id}", f"/apps/{other.id}"
    entry = instep.jobs.log(LogQuery(limit=1, named="person59"))[0].id
    somebody = administrator_with(instep.access, Role.USER_ADMINISTRATOR)
    may = ("Synchronization.ReadWrite.All", "Application.ReadWrite.All")
    client = register_client(instep.access, "Terraform", may, may, timedelta(days=90), "root").client
    filters, mappings = "provisioning/filters", "provisioning/mappings"
    return {
        "GET /": {"/": "61 users in the directory"},
        "GET /account": {"/account": "Sessions"},
        "GET /account/authenticator": {"/account/authenticator": "No authenticator"},
        "GET /administrators": {"/administrators": "New administrator"},
        "GET /administrators/new": {"/administrators/new": "Reports Reader"},
        "GET /administrators/{id}": {f"/administrators/{somebody.id}": "User Administrator"},
        "GET /clients": {"/clients": "Terraform"},
        "GET /clients/new": {"/clients/new": "Synchronization.ReadWrite.All"},
        "GET /clients/{id}": {f"/clients/{client.id}": "Another client secret"},
        "GET /settings": {"/settings": "Mail"},
        "GET /users": {"/users": "person00", "/users?q=nobody": "Nobody is found"},
        "GET /users/deleted": {"/users/deleted": "Restore"},
        "GET /users/new": {"/users/new": "User principal name"},
        "GET /users/{user}": {"/users/person03": "Engineer", "/users/gone": "Delete for good"},
        "GET /users/{user}/groups": {"/users/person03/groups": "Front desk"},
        "GET /users/{user}/applications": {"/users/person03/applications": "Proxyclick"},
        "GET /users/{user}/sign-in": {"/users/person30/sign-in": "Make a one-time link"},
        "GET /my/sign-in": {"/my/sign-in": "User name"},
        "GET /my/welcome/{secret}": {f"{LINK_PATH}/{issue_person_link(instep.access, 'person31', 'root')}": "Password"},
        "GET /my/account": {"/my/account": "Password until now"},
        "GET /my/account/authenticator": {"/my/account/authenticator": "No authenticator"},
        "GET /my/apps": {"/my/apps": "Proxyclick"},
        "GET /apps/{app}/single-sign-on": {
            f"{one}/single-sign-on": "Token signing certificate",
            f"{two}/single-sign-on": "Nothing is set up yet",
        },
        "GET /apps/{app}/single-sign-on/basic": {f"{one}/single-sign-on/basic": "Reply URL"},
        "GET /apps/{app}/single-sign-on/claims": {
            f"{one}/single-sign-on/claims?who={upn('person30')}": "person30@corp.example"
        },
        "GET /apps/{app}/single-sign-on/test": {f"{one}/single-sign-on/test?who={upn('person30')}": "AuthnStatement"},
        "GET /users/{user}/edit": {"/users/person03/edit": "Job title"},
        "GET /groups": {"/groups": "Reception", "/groups?q=nobody": "found"},
        "GET /groups/new": {"/groups/new": "Name"},
        "GET /groups/{group}": {f"/groups/{reception.id}": "Front desk"},
        "GET /groups/{group}/members": {
            f"/groups/{reception.id}/members": "Person01",
            "/groups/all-users/members": "All users",
        },
        "GET /groups/{group}/edit": {f"/groups/{reception.id}/edit": "Description"},
        "GET /imports": {"/imports": "File of users"},
        "GET /apps": {"/apps": "Everything else"},
        "GET /apps/new": {"/apps/new": "Search the gallery", "/apps/new?q=zzz": "No application of the gallery"},
        "GET /apps/new/{template}": {"/apps/new/proxyclick": "Proxyclick"},
        "GET /apps/{app}": {one: "Getting started", two: "Getting started"},
        "GET /apps/{app}/properties": {f"{one}/properties": "Application ID"},
        "GET /apps/{app}/owners": {f"{one}/owners?q=person1": upn("person10")},
        "GET /apps/{app}/roles": {f"{one}/roles": "Default Access"},
        "GET /apps/{app}/roles/new": {f"{one}/roles/new": "Display name"},
        "GET /apps/{app}/roles/{role}": {f"{one}/roles/{admin.app.roles[0].id}": "Display name"},
        "GET /apps/{app}/users-and-groups": {
            f"{one}/users-and-groups": "not provisioned",
            f"{two}/users-and-groups": "Add user/group",
        },
        "GET /apps/{app}/users-and-groups/add": {f"{one}/users-and-groups/add?q=person": upn("person00")},
        "GET /apps/{app}/users-and-groups/{principal}": {f"{one}/users-and-groups/person03": "Unassign"},
        "GET /apps/{app}/provisioning": {
            f"{one}/provisioning": "Synchronization Details",
            f"{two}/provisioning": "Not connected yet",
        },
        "GET /apps/{app}/provisioning/connection": {
            f"{one}/provisioning/connection": "A token is saved",
            f"{two}/provisioning/connection": "Tenant URL",
        },
        "GET /apps/{app}/provisioning/settings": {f"{one}/provisioning/settings": "Prevent accidental deletions"},
        "GET /apps/{app}/provisioning/held": {f"{one}/provisioning/held": "25 held removals"},
        "GET /apps/{app}/provisioning/cycles": {
            f"{one}/provisioning/cycles": "held",
            f"{two}/provisioning/cycles": "Connect it first",
        },
        "GET /apps/{app}/provisioning/cycles/{cycle}": {
            f"{one}/provisioning/cycles/{instep.jobs.last_cycles(admin.job, 9)[-1].id}": "Undo this cycle"
        },
        "GET /apps/{app}/provisioning/drift": {
            f"{one}/provisioning/drift": "came to its end",
            f"{one}/provisioning/drift?q=nobody": "Nothing is found",
            f"{two}/provisioning/drift": "Connect it first",
        },
        "GET /apps/{app}/provisioning/plans": {f"{one}/provisioning/plans": "Waits for approval"},
        "GET /apps/{app}/provisioning/plans/{plan}": {
            f"{one}/provisioning/plans/2": f"{upn('newcomer')} gets an account"
        },
        "GET /apps/{app}/logs": {f"{one}/logs": "Target system"},
        "GET /apps/{app}/logs/charts": {f"{one}/logs/charts": "Latency"},
        "GET /logs": {"/logs": "Target system", "/logs?q=nobody": "Nothing is found"},
        "GET /logs/charts": {"/logs/charts": "Latency"},
        "GET /audit": {"/audit": "provisioning configuration"},
        "GET /logs/{entry}": {f"/logs/{entry}": "Export"},
        "GET /logs/{entry}/troubleshooting": {f"/logs/{entry}/troubleshooting": "the phone is not one"},
        "GET /logs/{entry}/modified": {f"/logs/{entry}/modified": "New value"},
        "GET /logs/{entry}/summary": {f"/logs/{entry}/summary": "Change ID"},
        "GET /apps/{app}/provisioning/mappings": {
            f"{one}/{mappings}": "Synchronize Microsoft Entra users to Proxyclick",
            f"{two}/{mappings}": "groups",
        },
        "GET /apps/{app}/provisioning/mappings/schema": {f"{one}/{mappings}/schema": "Or edit it here"},
        "GET /apps/{app}/provisioning/mappings/{whom}": {
            f"{one}/{mappings}/users": "Target object actions",
            f"{two}/{mappings}/groups": "Target object actions",
        },
        "GET /apps/{app}/provisioning/mappings/{whom}/attributes": {
            f"{one}/{mappings}/users/attributes": "Multi-value?",
            f"{two}/{mappings}/groups/attributes": "Multi-value?",
        },
        "GET /apps/{app}/provisioning/mappings/{whom}/new": {
            f"{one}/{mappings}/users/new": "Mapping type",
            f"{two}/{mappings}/groups/new": "Mapping type",
        },
        "GET /apps/{app}/provisioning/mappings/{whom}/edit": {
            f"{one}/{mappings}/users/edit?target=userName": "cannot have two sources",
            f"{one}/{mappings}/users/edit?target=active": "Insert a function",
            f"{two}/{mappings}/groups/edit?target=displayName": "Mapping type",
        },
        "GET /apps/{app}/provisioning/mappings/{whom}/attributes/new": {
            f"{two}/{mappings}/users/attributes/new": "Name"
        },
        "GET /apps/{app}/provisioning/mappings/{whom}/attributes/edit": {
            f"{one}/{mappings}/users/attributes/edit?name=userName": "userName"
        },
        "GET /apps/{app}/provisioning/on-demand": {f"{one}/provisioning/on-demand?user={upn('person03')}": "User"},
        "GET /apps/{app}/provisioning/filters": {f"{two}/{filters}": "filter"},
        "GET /apps/{app}/provisioning/filters/{whom}": {
            f"{one}/{filters}/users": "in scope with these filters",
            f"{two}/{filters}/groups": "filter",
        },
        "GET /sign-in": {"/sign-in": "Sign in"},
        "GET /saml/{app}/sign-out": {f"/saml/{admin.app.id}/sign-out": "You are signed out"},
        "GET /welcome/{secret}": {f"{PATH}/{issue_link(instep.access, somebody, Purpose.CHOOSE, 'root')}": "Password"},
    }


SIGNED_OUT = (
    "GET /sign-in",
    "GET /welcome/{secret}",
    "GET /my/sign-in",
    "GET /my/welcome/{secret}",
    "GET /saml/{app}/sign-out",
)
OF_PEOPLE = ("GET /my/account", "GET /my/account/authenticator", "GET /my/apps")


def test_every_page_of_the_route_table_is_looked_at(pages: dict[str, dict[str, str]]) -> None:
    assert pages.keys() | NOT_PAGES.keys() == {name for name in TABLE if name.startswith("GET ")}


def test_every_page_can_be_read_by_everybody_and_fits_in_every_look(
    browser: Browser, console: Console, pages: dict[str, dict[str, str]]
) -> None:
    found: list[object] = []
    others = (*SIGNED_OUT, *OF_PEOPLE)
    addresses = [address for name, of in pages.items() if name not in others for address in of.items()]
    with enter(browser, console, *LOOKS[0], "/apps") as visited:
        for place, (path, said) in enumerate(addresses):
            visited.page.goto(console.url + path)
            found += troubles(visited, place, path, said)
    assert found == []


def test_the_pages_before_one_has_signed_in_can_be_read_by_everybody_too(
    browser: Browser, console: Console, pages: dict[str, dict[str, str]]
) -> None:
    found: list[object] = []
    addresses = [address for name in SIGNED_OUT for address in pages[name].items()]
    for place, (path, said) in enumerate(addresses):
        with visit(browser, console.url + path, *LOOKS[0]) as visited:
            found += troubles(visited, place, path, said)
    assert found == []


def test_the_pages_of_people_can_be_read_by_everybody_and_fit_in_every_look(
    browser: Browser, console: Console, pages: dict[str, dict[str, str]]
) -> None:
    found: list[object] = []
    addresses = [address for name in OF_PEOPLE for address in pages[name].items()]
    state = person_state_of(console.access, console.url, "person30")
    with visit(browser, console.url + "/my/apps", *LOOKS[0], state) as visited:
        for place, (path, said) in enumerate(addresses):
            visited.page.goto(console.url + path)
            found += troubles(visited, place, path, said)
    assert found == []


def troubles(visited: Visit, place: int, path: str, said: str) -> list[object]:
    """What is wrong with the page that is open: in each look, whether it fits; in one, whether everybody can read it.

    Each page has its turn in another look than the page before. With INSTEP_LOOKS each is read in all of them.
    """
    expect(visited.page.locator("body")).to_contain_text(said)
    wrong: list[object] = []
    for number, (scheme, width) in enumerate(LOOKS):
        visited.turn_to(scheme, width)
        if not visited.fits():
            wrong.append((path, scheme, width, f"{visited.overflow()} pixels too wide"))
        wrong += [(path, scheme, width, cut) for cut in visited.cut_off()]
        if LOOKS_FOLDER or number == place % len(LOOKS):
            wrong += [(path, scheme, width, *violation) for violation in visited.violations()]
        if LOOKS_FOLDER:
            visited.page.screenshot(path=LOOKS_FOLDER / file_name(path, scheme, width), full_page=True)
    return wrong


def file_name(path: str, scheme: str, width: int) -> str:
    """Where a look of a page is saved."""
    page = re.sub(r"[^\w.-]+", "_", path.strip("/")) or "home"
    return f"{page}-{scheme}-{width}.png"


def test_a_command_that_asks_is_answered_with_the_keyboard(
    browser: Browser, console: Console, company: Administrator
) -> None:
    with enter(browser, console, *LOOKS[0], f"/apps/{company.app.id}/provisioning") as visited:
        page = visited.page
        page.get_by_text("Restart provisioning").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name="Watermark")).to_be_checked()
        page.keyboard.press("Escape")
        expect(page.get_by_role("checkbox", name="Watermark")).to_be_hidden()
        assert visited.violations() == []


def test_the_gallery_is_searched_while_one_types(browser: Browser, console: Console) -> None:
    with enter(browser, console, *LOOKS[0], "/apps/new") as visited:
        page = visited.page
        page.get_by_label("Search the gallery").press_sequentially("proxycl")
        expect(page.get_by_role("link", name="Proxyclick", exact=True)).to_be_visible()
        expect(page.locator(".gallery-card")).to_have_count(1)
        expect(page).to_have_url(f"{console.url}/apps/new?q=proxycl")
