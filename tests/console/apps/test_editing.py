"""Are properties, owners and app roles of an application edited, and what is said where that is refused?"""

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget
from instep.admin.ports import AuditQuery
from instep.directory.applications import App


def now(admin: Administrator) -> App:
    return admin.instep.applications.all()[0]


def test_properties_are_saved_by_whoever_is_signed_in(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/properties")
    said = root.follow(root.post(f"{at}/properties", name="Visitors", notes="Call Ada"))
    assert "The properties of Visitors were saved" in said.text
    assert (now(admin).name, now(admin).notes) == ("Visitors", "Call Ada")
    row, *_ = admin.instep.history.audit(AuditQuery(limit=1))
    assert row.actor.endswith("@corp.example")
    refused = root.post(f"{at}/properties", name=" ", notes="kept")
    assert refused.status_code == 422
    assert "needs a name" in refused.text
    assert "kept" in refused.text


def test_an_owner_is_found_by_name_added_and_removed(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    admin.hires("ada", "bo")
    found = root.get(f"{at}/owners?q=ada").text
    assert "ada@corp.example" in found
    assert "bo@corp.example" not in found
    added = root.follow(root.post(f"{at}/owners", user="ada"))
    assert "ada@corp.example answers for Proxyclick" in added.text
    assert "1 owner" in added.text
    assert 'value="ada"' in added.text
    removed = root.follow(root.post(f"{at}/owners/remove", user="ada"))
    assert "ada@corp.example no longer answers for Proxyclick" in removed.text
    assert "Nobody owns it yet" in removed.text


def test_an_app_role_is_added_changed_and_removed(root: ConsoleBrowser, admin: Administrator, at: str) -> None:
    root.get(f"{at}/roles/new")
    texts = {"display_name": "Reception", "value": "reception", "description": "At the desk", "is_enabled": "yes"}
    assert "The app role Reception was added" in root.follow(root.post(f"{at}/roles/new", **texts)).text
    role = next(role for role in now(admin).roles if role.display_name == "Reception")
    assert role.is_enabled
    assert 'value="reception"' in root.get(f"{at}/roles/{role.id}").text
    root.follow(root.post(f"{at}/roles/{role.id}", **{**texts, "is_enabled": "", "value": "desk"}))
    changed = next(role for role in now(admin).roles if role.display_name == "Reception")
    assert (changed.value, changed.is_enabled) == ("desk", False)
    assert "was removed" in root.follow(root.post(f"{at}/roles/{role.id}/remove")).text
    assert role.id not in {each.id for each in now(admin).roles}


def test_what_is_no_app_role_is_told_at_its_field(root: ConsoleBrowser, at: str) -> None:
    root.get(f"{at}/roles/new")
    refused = root.post(f"{at}/roles/new", display_name="Two", value="two words", is_enabled="yes")
    assert refused.status_code == 422
    assert 'id="value-problem"' in refused.text


def test_a_role_that_somebody_holds_stays_and_the_page_says_why(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    admin.assigns_everyone()
    role = next(role for role in now(admin).roles if role.display_name == "User")
    root.get(f"{at}/roles/{role.id}")
    refused = root.post(f"{at}/roles/{role.id}/remove")
    assert refused.status_code == 409
    assert "1 user or group holds the role User" in refused.text


def test_an_application_is_deleted_for_good_and_its_accounts_stay(
    site: Site, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    admin.assigns_everyone()
    admin.connects(target.tenant_url, target.token)
    admin.provisions()
    root = site.signed_in()
    shown = root.get(f"{at}/properties").text
    assert "With it go 1 assignment," in shown
    assert "2 accounts in the application stay as they are, 2 of them active" in shown
    target.forget_arrivals()
    said = root.follow(root.post(f"{at}/delete"))
    assert "Proxyclick was deleted. Its accounts stay as they are." in said.text
    assert admin.instep.applications.all() == []
    assert target.arrived() == []
    assert root.get(f"{at}/properties").status_code == 404


def test_an_application_that_holds_removals_says_so_and_stays(
    site: Site, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    names = [f"person{number}" for number in range(8)]
    admin.hires(*names)
    admin.assigns_everyone()
    admin.connects(target.tenant_url, target.token)
    admin.provisions()
    for name in names:
        admin.disables(name)
    admin.provisions()
    root = site.signed_in()
    assert "8 held removals</a> must be approved or rejected first" in root.get(f"{at}/properties").text
    refused = root.post(f"{at}/delete")
    assert refused.status_code == 409
    assert "once the job is gone nobody disables these accounts" in refused.text
    assert admin.instep.applications.all() != []
