"""Users, locations and visits on their pages."""

import re

import pytest

from fakes.staff_of_groups import Staff
from proxyclick.people.user_groups import UserGroup

DAY = "2099-05-01"
GRACE = {"email": "grace@corp.example", "first_name": "Grace", "last_name": "Hopper"}


def error_of(html: str, field: str) -> str:
    """What stands beside a field, which must be marked as wrong and name its error."""
    tag = re.search(rf'<(?:input|select)[^>]* id="{field}"[^>]*>', html)
    assert tag is not None
    assert 'aria-invalid="true"' in tag[0]
    assert f'aria-describedby="{field}-error"' in tag[0]
    found = re.search(rf'id="{field}-error">([^<]*)<', html)
    assert found is not None
    return found[1]


def test_a_user_is_added_edited_made_inactive_and_deleted(staff: Staff) -> None:
    root = staff.root
    page = root.post("/users/new", **GRACE, city="London", mobile_phone="+32 470 00 00 00")
    assert page.status_code == 200
    assert "Grace Hopper was added." in page.text
    assert "Added to Main location by hand" in page.text
    path = page.url.path
    root.post(f"{path}/edit", **GRACE, revision="1", title="Rear admiral")
    assert "Rear admiral" in root.get(path).text
    assert "is inactive" in root.post(f"{path}/disable").text
    assert "Grace Hopper" in root.get("/users", status="inactive").text
    assert "Grace Hopper" not in root.get("/users", status="active", q="grace").text
    assert "active again" in root.post(f"{path}/enable").text
    assert "Grace Hopper was deleted." in root.post(f"{path}/delete").text
    assert root.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"email": ""}, "email", "Enter an e-mail address"),
        ({"email": "grace"}, "email", "no e-mail address"),
        ({"first_name": " "}, "first_name", "Enter a first name"),
        ({"mobile_phone": "0470"}, "mobile_phone", "no international number"),
        ({"language": "!"}, "language", "no language"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_stays(
    staff: Staff, fields: dict[str, str], field: str, said: str
) -> None:
    typed = GRACE | {"title": "Typed before"} | fields
    answer = staff.root.post("/users/new", **typed)
    assert answer.status_code == 422
    assert said in error_of(answer.text, field)
    assert 'value="Typed before"' in answer.text
    assert "grace@corp.example" not in staff.root.get("/users", q="grace@corp").text.partition('id="users"')[2]


def test_what_people_are_called_is_never_markup(staff: Staff) -> None:
    hostile = '"><script>alert(1)</script>'
    made = staff.tenant.create("eve@markup.example", title=hostile, name={"givenName": hostile, "familyName": "E"})
    for path in (f"/users/{made['id']}", f"/users/{made['id']}/edit", f"/users/{made['id']}/delete"):
        answer = staff.root.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_somebody_provisioned_is_told_to_be_so(staff: Staff) -> None:
    made = staff.tenant.create("provisioned@corp.example")
    assert "Provisioned by Microsoft Entra ID (User Provisioning)" in staff.root.get(f"/users/{made['id']}").text
    assert "keeps this user in step" in staff.root.get(f"/users/{made['id']}/edit").text


def test_who_was_added_by_hand_and_is_written_to_by_the_integration_is_adopted(staff: Staff) -> None:
    page = staff.root.post("/users/new", email="adopted@corp.example", first_name="A", last_name="B")
    user_id = page.url.path.rpartition("/")[2]
    change = {"op": "Replace", "path": "title", "value": "Adopted"}
    assert staff.tenant.patch(user_id, change).status_code == 200
    assert "Added by hand, adopted by Microsoft Entra ID" in staff.root.get(f"/users/{user_id}").text


def test_somebody_inactive_is_out_of_the_console_at_once(staff: Staff) -> None:
    agent, path = staff.visitors[UserGroup.AGENTS], f"/users/{staff.ids[UserGroup.AGENTS]}"
    assert agent.get("/logbook").url.path == "/logbook"
    staff.root.get(path)
    assert staff.root.post(f"{path}/disable").status_code == 200
    assert agent.get("/logbook").url.path == "/sign-in"
    assert staff.root.post(f"{path}/enable").status_code == 200


def test_the_search_for_hosts_leaves_out_who_is_inactive(staff: Staff) -> None:
    made = staff.tenant.create("bobby@corp.example", name={"givenName": "Bobby", "familyName": "Tables"})
    hosts = staff.root.get("/hosts", q="bob").json()["hosts"]
    assert [(host["id"], host["name"]) for host in hosts] == [(made["id"], "Bobby Tables")]
    staff.tenant.patch(made["id"], {"op": "Replace", "path": "active", "value": "False"})
    answer = staff.root.get("/hosts", q="bob").json()
    assert answer["hosts"] == []
    assert "No active user" in answer["hint"]
    assert "first 3 letters" in staff.root.get("/hosts", q="bo").json()["hint"]


def test_a_disabled_host_is_refused_also_when_their_id_is_posted(staff: Staff) -> None:
    made = staff.tenant.create("gone@corp.example", name={"givenName": "Gone", "familyName": "Away"}, active=False)
    visit = {"visitor": "Charles", "day": DAY, "time": "23:59", "host": made["id"]}
    answer = staff.root.post("/logbook/new", **visit)
    assert answer.status_code == 422
    assert "Gone Away is not active" in answer.text.partition('id="host-error">')[2]
    assert "Charles" not in staff.root.get("/logbook", day=DAY).text


def test_a_host_who_was_typed_is_chosen_from_a_list_without_a_script(staff: Staff) -> None:
    made = staff.tenant.create("zelda@corp.example", name={"givenName": "Zelda", "familyName": "Fitz"})
    visit = {"visitor": "Scott", "day": DAY, "time": "23:58", "host": "", "host_name": "zel"}
    answer = staff.root.post("/logbook/new", **visit)
    assert answer.status_code == 422
    assert f'type="radio" name="host" value="{made["id"]}"' in answer.text
    page = staff.root.post("/logbook/new", **visit | {"host": made["id"], "host_name": ""}).text
    assert "Scott is expected by Zelda Fitz." in page


def test_a_visitor_is_checked_in_and_out_in_the_logbook(staff: Staff) -> None:
    root = staff.root
    me = staff.ids[UserGroup.ADMINISTRATORS]
    page = root.post("/logbook/new", visitor="Ada Augusta", company="", day=DAY, time="23:00", host=me).text
    found = re.search(r'action="/logbook/(VI-\w+)/status"', page.partition("Ada Augusta")[2])
    assert found is not None
    assert "Ada Augusta is Checked-in now." in root.post(f"/logbook/{found[1]}/status", status="Checked-in").text
    answer = root.post(f"/logbook/{found[1]}/status", status="Expected")
    assert answer.status_code == 422
    assert "cannot become Expected" in answer.text
    assert root.post(f"/logbook/{found[1]}/status", status="Vanished").status_code == 422
    assert "was deleted" in root.post(f"/logbook/{found[1]}/delete").text


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "0001-01-01", "9999-12-31", "<b>"])
def test_a_day_that_is_none_shows_today(staff: Staff, day: str) -> None:
    answer = staff.root.get("/logbook", day=day)
    assert answer.status_code == 200
    assert "Today" in answer.text


def test_locations_are_added_and_edited(staff: Staff) -> None:
    root = staff.root
    london = {"name": "London", "city": "London", "country": "UK", "timezone": "Europe/London", "language": "en"}
    assert "London was added, and you are its administrator" in root.post("/locations/new", **london).text
    answer = root.post("/locations/new", **london)
    assert (answer.status_code, "already" in error_of(answer.text, "name")) == (422, True)
    listed = root.get("/locations").text
    found = re.search(r'href="/locations/(CO-\w+)/edit">Edit<span class="hidden"> London', listed)
    assert found is not None
    answer = root.post(f"/locations/{found[1]}/edit", **london | {"timezone": "Mars"})
    assert "no time zone" in error_of(answer.text, "timezone")
    assert "On-site" in root.post(f"/locations/{found[1]}/edit", **london, on_site="yes").text


def test_the_mapping_of_an_integration_is_changed_on_its_page(staff: Staff) -> None:
    root = staff.root
    root.post("/locations/new", name="Paris", timezone="Europe/Paris", language="fr")
    page = root.get("/settings/integrations/1/locations").text
    found = re.search(r'name="on-(\d+)"[^>]*>\s*<span><strong[^>]*>Paris', page)
    assert found is not None
    number = found[1]
    fields = {
        f"on-{number}": "yes",
        f"who-{number}": "some",
        f"cities-{number}": "",
        f"languages-{number}": "français!",
    }
    path = "/settings/integrations/1/locations"
    answer = root.post(path, **fields, home="")
    assert answer.status_code == 422
    assert "no language" in error_of(answer.text, f"languages-{number}")
    assert "The mapping was saved." in root.post(path, **fields | {f"languages-{number}": "fr"}, home="").text
    made = staff.tenant.create("chloe@corp.example", preferredLanguage="fr-BE")
    assert re.search(
        r"<strong>Paris</strong>\s*<span class=\"hint\">Brought here by", root.get(f"/users/{made['id']}").text
    )


def test_a_name_that_was_typed_over_the_chosen_host_counts(staff: Staff) -> None:
    made = staff.tenant.create("typed@corp.example", name={"givenName": "Typed", "familyName": "Over"})
    own = staff.ids[UserGroup.ADMINISTRATORS]
    visit = {"visitor": "Maria", "day": DAY, "time": "22:00", "host": own, "host_name": "typ"}
    answer = staff.root.post("/logbook/new", **visit)
    assert answer.status_code == 422
    assert f'type="radio" name="host" value="{made["id"]}"' in answer.text


def test_the_history_of_a_user_tells_what_integrations_and_people_did(staff: Staff) -> None:
    made = staff.tenant.create(
        "history@corp.example", title="Analyst", phoneNumbers=[{"type": "work", "value": "0470"}]
    )
    path = f"/users/{made['id']}"
    staff.tenant.patch(made["id"], {"op": "Replace", "path": "title", "value": "Director"})
    staff.tenant.http.get(f"/Users/{made['id']}")
    staff.root.get(path)
    staff.root.post(f"{path}/disable")
    staff.root.post(f"{path}/groups", groups="Reception")
    staff.tenant.patch(made["id"], {"op": "Replace", "path": "active", "value": "True"})
    history = staff.root.get(path).text.partition('class="timeline"')[2].partition("</ol>")[0]
    told = re.findall(r'<p class="what">([^<]*)</p>\s*<p class="who">([^·]*) ·', history)
    entra = "Microsoft Entra ID (User Provisioning)"
    assert told == [
        ("Enabled", entra),
        ("Put into Reception", "Root Administrator"),
        ("Disabled by hand", "Root Administrator"),
        ("Updated", entra),
        ("Created", entra),
    ]
    assert "Analyst</bdi></del>" in history
    assert "was left blank" in history


def test_the_history_tells_to_which_locations_the_mapping_brought_somebody(staff: Staff) -> None:
    root = staff.root
    root.post("/locations/new", name="Lisbon", timezone="Europe/Lisbon", language="pt")
    page = root.get("/settings/integrations/1/locations").text
    found = re.search(r'name="on-(\d+)"[^>]*>\s*<span><strong[^>]*>Lisbon', page)
    assert found is not None
    fields = {f"on-{found[1]}": "yes", f"who-{found[1]}": "some", f"cities-{found[1]}": "Lisbon"}
    assert "was saved" in root.post("/settings/integrations/1/locations", **fields, home="").text
    made = staff.tenant.create("lisbon@corp.example", addresses=[{"type": "work", "locality": "Lisbon"}])
    moved = {"op": "Replace", "path": 'addresses[type eq "work"].locality', "value": "Porto"}
    assert staff.tenant.patch(made["id"], moved).status_code == 200
    history = root.get(f"/users/{made['id']}").text
    assert ("Joined Lisbon." in history, "Left Lisbon." in history) == (True, True)
