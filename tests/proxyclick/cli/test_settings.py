"""`proxyclick settings`: how the tenant answers, set while it serves."""

import json
from pathlib import Path

import pytest

from fakes.served_tenant import ServedTenant, run_command, user

DEFAULTS = {
    "patch-answer": "200",
    "email-rule": "refuse",
    "unquoted-values": "accept",
    "requests-per-second": "0",
    "activity-days": "90",
}


def set_to(tenant: ServedTenant, *assignments: str) -> None:
    outcome = run_command("settings", "set", *assignments, "--data", str(tenant.data))
    assert outcome.returncode == 0, outcome.stderr


def test_the_defaults_are_shown(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    assert json.loads(run_command("settings", "show", "--json", *data).stdout) == DEFAULTS
    assert run_command("settings", "show", *data).stdout.splitlines()[0] == "patch-answer=200"


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("patch-answer=201", "patch-answer is one of 200, 204, not '201'"),
        ("nosuch=1", "There is no setting 'nosuch', but patch-answer"),
        ("patch-answer", "write NAME=VALUE"),
    ],
)
def test_what_is_no_setting_changes_nothing(tmp_path: Path, assignment: str, message: str) -> None:
    data = ["--data", str(tmp_path)]
    outcome = run_command("settings", "set", "email-rule=apart", assignment, *data)
    assert (outcome.returncode, message in outcome.stderr) == (2, True)
    assert json.loads(run_command("settings", "show", "--json", *data).stdout) == DEFAULTS


def test_a_patch_is_answered_with_nothing_where_that_is_set_unless_attributes_are_asked_for(
    own_tenant: ServedTenant,
) -> None:
    made = own_tenant.create("ada@corp.example")
    operation = {"op": "replace", "path": "title", "value": "Engineer"}
    set_to(own_tenant, "patch-answer=204")
    answer = own_tenant.patch(made["id"], operation)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"] == 'W/"2"'
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    url = f"/Users/{made['id']}"
    assert own_tenant.http.patch(url, json=body, params={"attributes": "title"}).json()["title"] == "Engineer"
    assert own_tenant.http.patch(url, json=body, headers={"Prefer": "return=representation"}).status_code == 200


def test_the_email_rule_is_what_is_set(own_tenant: ServedTenant) -> None:
    emails = [{"type": "work", "value": "other@corp.example"}]
    assert own_tenant.http.post("/Users", json=user("a@corp.example", emails=emails)).status_code == 400
    set_to(own_tenant, "email-rule=follow")
    assert own_tenant.create("a@corp.example", emails=emails)["userName"] == "other@corp.example"
    set_to(own_tenant, "email-rule=apart")
    made = own_tenant.create("just a name", emails=[{"type": "work", "value": "third@corp.example"}])
    assert (made["userName"], made["emails"][0]["value"]) == ("just a name", "third@corp.example")
    renamed = own_tenant.patch(made["id"], {"op": "replace", "path": "userName", "value": "another"}).json()
    assert renamed["emails"][0]["value"] == "third@corp.example"


def test_text_without_quotes_is_found_unless_that_is_refused(own_tenant: ServedTenant) -> None:
    made = own_tenant.create("ada@corp.example", externalId="ada")
    assert own_tenant.find("externalId eq ada") == own_tenant.find('externalId eq "ada"') == [made]
    set_to(own_tenant, "unquoted-values=refuse")
    answer = own_tenant.http.get("/Users", params={"filter": "externalId eq ada"})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidFilter")
