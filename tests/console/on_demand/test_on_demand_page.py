"""What does an administrator see who provisions somebody on demand in the console?"""

import html
import re
from pathlib import Path

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget


def steps(page: str) -> list[str]:
    return re.findall(r"<h3>\d\. ([^<]*?) <", page)


def test_a_user_goes_through_the_steps_which_show_their_values(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    assert 'value="ada@corp.example"' in root.get(f"{at}?user=ada").text
    page = html.unescape(root.post(at, who="ada@corp.example").text)
    assert steps(page) == [
        "Import user",
        "Determine if user is in scope",
        "Match user between source and target system",
        "Perform action",
    ]
    assert "[userPrincipalName]" in page
    assert "Create: ada@corp.example is active and in scope" in page
    assert admin.link("ada") is not None
    assert "Retry" in page


def test_whoever_is_skipped_is_told_why(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(at)
    page = html.unescape(root.post(at, who="bo@corp.example").text)
    assert "bo@corp.example is not assigned to the application." in page
    assert "Skip: bo@corp.example gets no account, because the user is not assigned to the application." in page
    assert admin.link("bo") is None


def test_a_failure_says_what_to_do_and_is_tried_again(
    root: ConsoleBrowser, admin: Administrator, target: FaultyTarget, at: str
) -> None:
    root.get(at)
    token, target.token = target.token, "another"
    page = root.post(at, who="ada@corp.example").text
    assert "Test connection" in page
    assert "Retry" in page
    target.token = token
    assert "Create: ada@corp.example" in root.post(at, who="ada@corp.example").text


def test_nobody_and_somebody_unknown_are_refused_at_the_field(root: ConsoleBrowser, at: str) -> None:
    root.get(at)
    assert "Choose a user." in root.post(at, who=" ").text
    answer = root.post(at, who="<b>nobody")
    assert answer.status_code == 422
    assert 'id="who-problem"' in answer.text
    assert "<b>nobody" not in answer.text


def test_an_application_without_groups_says_so(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.makes_group("Sales", "ada")
    root.get(at)
    with admin.instep.directory.reading() as reading:
        (group,) = reading.groups_named("Sales")
    page = root.post(f"{at}/group", group=group.id, member=["ada"]).text
    assert "Proxyclick provisions no groups" in page
    assert "There is no group" in html.unescape(root.post(f"{at}/group", group="nonsense").text)


def test_a_group_is_provisioned_with_chosen_members(tmp_path: Path, target: FaultyTarget) -> None:
    with administrator(tmp_path / "groups", "custom-scim") as admin:
        admin.connects(target.tenant_url, target.token)
        admin.hires("ada", "bo")
        admin.makes_group("Sales", "ada", "bo")
        admin.assigns_group("Sales")
        root, at = Site(admin).signed_in(), f"/apps/{admin.app.id}/provisioning/on-demand"
        page = root.get(f"{at}?group=Sales").text
        assert re.findall(r'name="member" value="(\w+)"', page) == ["ada", "bo"]
        group = re.search(r'name="group" value="([^"]+)"', page[page.index("/group") :])
        assert group is not None
        found = root.post(f"{at}/group", group=group[1], member=["ada"]).text
        assert steps(found)[4:6] == ["Import group", "Determine if group is in scope"]
        assert admin.link("ada") is not None
        assert admin.link("bo") is None
        assert "There is no group" in html.unescape(root.get(f"{at}?group=nonsense").text)
