"""Do the pages about applications stay what they are, whatever is typed into their fields?"""

import pytest

from fakes.administrator import ACTOR, Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of
from instep.admin.app_properties import change_properties
from instep.admin.app_roles import RoleTexts, add_role
from instep.directory.errors import DirectoryError

PAGES = ("", "/properties", "/owners", "/users-and-groups", "/provisioning", "/provisioning/connection")


def test_names_and_notes_are_texts_alone(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    instep = admin.instep
    app = change_properties(instep.applications, admin.app, "Plain", "plain", instep.clock, ACTOR)
    plain = {page: structure_of(root.get(at + page).text) for page in PAGES}
    taken = 0
    for number, text in enumerate(NAUGHTY[::5]):
        try:
            app = change_properties(instep.applications, app, text[:100], text[:1000], instep.clock, ACTOR)
        except DirectoryError:
            continue
        taken += 1
        page = PAGES[number % len(PAGES)]
        assert structure_of(root.get(at + page).text) == plain[page], text
        assert structure_of(root.get("/apps").text) == structure_of(root.get("/apps").text.replace(text, "x"))
    assert taken > 20


def test_app_roles_are_texts_alone(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    instep, app = admin.instep, admin.app
    plain = add_role(instep.applications, app, RoleTexts("plain", "", "plain"), instep.clock, instep.new_id, ACTOR)
    form = structure_of(root.get(f"{at}/roles/{plain.id}").text)
    kept = []
    for text in NAUGHTY[::8]:
        try:
            texts = RoleTexts(text[:100], "", text[:1000])
            kept.append(add_role(instep.applications, app, texts, instep.clock, instep.new_id, ACTOR))
        except DirectoryError:
            continue
    page = structure_of(root.get(f"{at}/roles").text)
    assert page.count("script src nonce defer") == form.count("script src nonce defer")
    assert page.count("script") == 0
    for role in kept[::5]:
        assert structure_of(root.get(f"{at}/roles/{role.id}").text) == form, role


@pytest.mark.parametrize("place", ["/apps", "/apps/new"])
def test_what_is_searched_for_is_a_text_alone(root: ConsoleBrowser, place: str) -> None:
    nothing = structure_of(root.get(f"{place}?q=nosuchthingthere").text)
    for text in NAUGHTY[::15]:
        answer = root.http.get(place, params={"q": f"{text} nosuchthingthere"})
        assert answer.status_code == 200, text
        assert structure_of(answer.text) == nothing, text


def test_a_form_that_was_refused_shows_what_was_typed_as_a_text(root: ConsoleBrowser, at: str) -> None:
    root.get(f"{at}/provisioning/connection")
    path = f"{at}/provisioning/connection"
    plain = structure_of(root.post(path, tenant_url="ftp://plain", secret_token="x", notify="nobody").text)
    for text in NAUGHTY[::15]:
        answer = root.post(path, tenant_url=f"ftp://{text}", secret_token="x", notify="nobody")
        assert answer.status_code == 422, text
        assert structure_of(answer.text) == plain, text


def test_a_user_with_a_naughty_name_is_a_text_among_those_who_are_assigned(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    admin.hires("ada", displayName="plain")
    admin.assigns("ada")
    plain = structure_of(root.get(f"{at}/users-and-groups").text)
    for text in NAUGHTY[::20]:
        try:
            admin.changes("ada", displayName=text[:200])
        except DirectoryError:
            continue
        assert structure_of(root.get(f"{at}/users-and-groups").text) == plain, text
