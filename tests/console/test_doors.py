"""No page without a session, no action without its form, nothing without the permission: for every route there is."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from console.console_site import URL, Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import GRANTED, Permission, Role
from instep.console.doors import ANY_PERSON, EVERYBODY, PERSON, Door, Kind


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    with administrator(tmp_path_factory.mktemp("doors")) as found:
        yield found


@pytest.fixture(scope="module")
def site(admin: Administrator) -> Site:
    return Site(admin)


@pytest.fixture(scope="module")
def root(site: Site) -> ConsoleBrowser:
    return site.signed_in()


@pytest.fixture
def nobody(site: Site, root: ConsoleBrowser) -> ConsoleBrowser:
    """A browser that has seen the sign-in page, and in which nobody is signed in."""
    browser = ConsoleBrowser(site.new_client())
    browser.get("/sign-in")
    return browser


def doors(site: Site, *kinds: Kind) -> list[tuple[str, Door]]:
    routes = [route for route in site.app.routes if isinstance(route, Route)]
    found = [(route.path, route.endpoint) for route in routes if isinstance(route.endpoint, Door)]
    return [(filled(path), door) for path, door in found if not kinds or door.kind in kinds]


def pages(site: Site) -> list[tuple[str, Door]]:
    return doors(site, Kind.PAGE)


def actions(site: Site) -> list[tuple[str, Door]]:
    return doors(site, Kind.ACTION, Kind.DANGEROUS_ACTION, Kind.UPLOAD)


def filled(path: str) -> str:
    """An address of a route."""
    return re.sub(r"\{\w+(:\w+)?\}", "1", path)


def test_every_route_is_a_door_an_asset_or_the_health(site: Site) -> None:
    others = {route.path for route in site.app.routes if not isinstance(getattr(route, "endpoint", None), Door)}
    assert {path.split("/")[1] for path in others} == {"assets", "healthz"}
    assert len(doors(site)) > 5


def test_without_a_session_every_page_leads_to_the_sign_in_page_and_back(site: Site, nobody: ConsoleBrowser) -> None:
    for path, door in pages(site):
        if door.wants not in (EVERYBODY, ANY_PERSON):
            answer = nobody.get(path)
            page = "/my/sign-in" if door.wants is PERSON else "/sign-in"
            wanted = page if path == "/" else f"{page}?next={path}"
            assert (answer.status_code, answer.headers["location"]) == (303, wanted)


def test_without_a_session_htmx_is_led_to_the_sign_in_page_as_a_whole(nobody: ConsoleBrowser) -> None:
    answer = nobody.http.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (200, "/sign-in", "")


def test_without_a_session_nothing_is_told_of_what_moves(site: Site, nobody: ConsoleBrowser) -> None:
    for path, _ in doors(site, Kind.LIVE):
        assert nobody.get(path).status_code == 204


def test_an_action_needs_somebody_who_is_signed_in(site: Site, nobody: ConsoleBrowser) -> None:
    for path, door in actions(site):
        if door.wants not in (EVERYBODY, ANY_PERSON):
            nobody.get("/my/sign-in" if door.wants is PERSON else "/sign-in")
            answer = nobody.http.post(path, data={"csrf_token": nobody.csrf_token}, follow_redirects=False)
            page = "/my/sign-in" if door.wants is PERSON else "/sign-in"
            assert (answer.status_code, answer.headers["location"]) == (303, page), path


WRONG = [
    "no token",
    "another token",
    "the token of somebody else",
    "no cookie",
    "from another site",
    "from an opaque one",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_no_action_is_done_without_the_form_of_the_session(
    site: Site, root: ConsoleBrowser, nobody: ConsoleBrowser, wrong: str
) -> None:
    tokens = {"no token": "", "another token": "x" * 43, "the token of somebody else": nobody.csrf_token}
    origins = {"from another site": "https://evil.example", "from an opaque one": "null"}
    headers = {"Origin": origins[wrong]} if wrong in origins else {}
    for path, _ in actions(site):
        http = site.new_client() if wrong == "no cookie" else root.http
        answer = http.post(path, data={"csrf_token": tokens.get(wrong, root.csrf_token)}, headers=headers)
        assert (answer.status_code, "nothing was done" in answer.text) == (403, True), path
    assert root.get("/").status_code == 200


@pytest.mark.parametrize("told", ["cross-site", "same-site"])
def test_a_browser_that_tells_of_another_site_is_believed(site: Site, root: ConsoleBrowser, told: str) -> None:
    for path, _ in actions(site):
        fields = {"csrf_token": root.csrf_token}
        assert root.http.post(path, data=fields, headers={"Sec-Fetch-Site": told}).status_code == 403, path


@pytest.mark.parametrize("header", [{"Origin": URL}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_the_token_may_be_sent_as_a_header(root: ConsoleBrowser, header: dict[str, str]) -> None:
    answer = root.http.post("/confirm", headers={"X-CSRF-Token": root.csrf_token, **header})
    assert answer.status_code == 409  # nothing was kept; but the form was good


@pytest.mark.parametrize("body", [b"csrf_token=" + b"x" * 600_000, b"a=" * 300_000])
def test_a_form_beyond_reason_is_refused(root: ConsoleBrowser, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert root.http.post("/sign-in", content=body, headers=headers).status_code == 413
    assert root.http.post("/sign-in", content=iter([body]), headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b"--x"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2_001))),
    ],
)
def test_what_is_no_form_is_refused(root: ConsoleBrowser, kind: str, body: bytes) -> None:
    assert root.http.post("/sign-in", content=body, headers={"Content-Type": kind}).status_code in (400, 403)


def test_every_answer_forbids_frames_and_foreign_scripts(site: Site, root: ConsoleBrowser) -> None:
    for browser in (root, ConsoleBrowser(site.new_client())):
        for path, _ in [*pages(site), ("/no/such/page", None)]:
            headers = browser.get(path).headers
            if path == "/no/such/page":
                continue
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'"), path
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-frame-options"] == "DENY"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"


def test_a_nonce_is_never_used_twice(root: ConsoleBrowser) -> None:
    policies = [root.get("/").headers["content-security-policy"] for _ in range(3)]
    assert len(set(policies)) == 3


@pytest.mark.parametrize("role", list(Role))
def test_whoever_lacks_the_permission_of_a_door_is_told_so_and_which_role_has_it(site: Site, role: Role) -> None:
    browser = site.signed_in(role)
    for path, door in [*pages(site), *actions(site)]:
        if isinstance(door.wants, Permission) and door.wants not in GRANTED[role]:
            answer = browser.get(path) if door.kind is Kind.PAGE else browser.post(path)
            assert answer.status_code == 403, path
            assert "Your roles do not let you" in answer.text
            assert "Ask a Global Administrator" in answer.text
