"""Are users and groups assigned with a role, given another one, and unassigned?"""

from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from instep.console.paths import in_path
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID
from instep.directory.groups import ALL_USERS_GROUP_ID


def role(admin: Administrator, name: str = "User") -> str:
    return next(each.id for each in admin.app.roles if each.display_name == name)


def held(admin: Administrator) -> list[tuple[str, str]]:
    kept = admin.instep.applications.assignments(admin.app.id)
    return sorted((each.principal_id, each.role_id) for each in kept)


def test_everybody_is_offered_first_and_default_access_with_a_warning(root: ConsoleBrowser, at: str) -> None:
    page = root.get(f"{at}/users-and-groups/add").text
    assert f"Group:{ALL_USERS_GROUP_ID}" in page
    assert "Not provisioned:" in page
    assert "whoever holds Default Access alone gets no account" in page


def test_several_are_assigned_at_once(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.hires("ada", "adam", "bo")
    admin.makes_group("Adaptors")
    found = root.get(f"{at}/users-and-groups/add?q=ada").text
    assert "Adaptors" in found
    assert "bo@corp.example" not in found
    chosen = ["User:ada", "User:adam"]
    said = root.follow(root.post(f"{at}/users-and-groups/add", principal=chosen, role=role(admin)))
    assert "2 users and groups now have the role User of Proxyclick" in said.text
    assert held(admin) == [("ada", role(admin)), ("adam", role(admin))]
    assert "2 users and 0 groups assigned" in said.text


def test_nothing_chosen_is_told_and_nothing_assigned(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/users-and-groups/add")
    refused = root.post(f"{at}/users-and-groups/add", role=role(admin))
    assert refused.status_code == 422
    assert "Choose at least one user or group" in refused.text
    wrong = root.post(f"{at}/users-and-groups/add", principal=[f"Group:{ALL_USERS_GROUP_ID}"], role="none")
    assert "Choose one of the roles" in wrong.text
    gone = root.post(f"{at}/users-and-groups/add", principal=["User:nobody"], role=role(admin))
    assert gone.status_code == 409
    assert held(admin) == []


def test_default_access_is_marked_as_not_provisioned(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.hires("ada")
    root.get(f"{at}/users-and-groups/add")
    root.post(f"{at}/users-and-groups/add", principal=["User:ada"], role=DEFAULT_ACCESS_ROLE_ID)
    assert "not provisioned" in root.get(f"{at}/users-and-groups").text


def test_another_role_takes_the_place_of_the_first(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.hires("ada")
    admin.assigns("ada")
    root.get(f"{at}/users-and-groups/{in_path('ada')}")
    said = root.follow(root.post(f"{at}/users-and-groups/{in_path('ada')}", role=role(admin, "msiam_access")))
    assert "ada@corp.example has the role msiam_access of Proxyclick" in said.text
    assert held(admin) == [("ada", role(admin, "msiam_access"))]


def test_an_assignment_is_ended(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.assigns_everyone()
    root.get(f"{at}/users-and-groups/{in_path(ALL_USERS_GROUP_ID)}")
    said = root.follow(root.post(f"{at}/users-and-groups/{in_path(ALL_USERS_GROUP_ID)}/unassign"))
    assert "All users is no longer assigned to Proxyclick" in said.text
    assert held(admin) == []
    assert root.get(f"{at}/users-and-groups/{in_path(ALL_USERS_GROUP_ID)}").status_code == 409


def test_the_list_is_paged_and_searched(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    names = [f"p{number:02d}" for number in range(60)]
    admin.hires(*names)
    for name in names:
        admin.assigns(name)
    first = root.get(f"{at}/users-and-groups").text
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = root.get(following).text
    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 10
    assert root.get(f"{at}/users-and-groups?q=p07").text.count('<th scope="row">') == 1


def test_an_id_with_any_character_leads_to_its_assignment(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    for name in ("add", "a/b?c#d", "..", "<b>"):
        admin.hires(name)
        admin.assigns(name)
        assert f"{at}/users-and-groups/{in_path(name)}" in root.get(f"{at}/users-and-groups").text
        assert "Unassign" in root.get(f"{at}/users-and-groups/{in_path(name)}").text
