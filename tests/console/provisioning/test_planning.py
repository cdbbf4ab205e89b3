"""Is the next cycle previewed, looked through, downloaded, approved and applied exactly, by the pages?"""

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, answers, faulty_target
from instep.admin.plans import plans_of
from instep.admin.provisioning import provision, require_job
from instep.console.provisioning.tasks import Task, Tasks
from instep.ledger.plans import PlanState
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression


@pytest.fixture
def target(admin: Administrator) -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        admin.connects(found.tenant_url, found.token)
        admin.assigns_everyone()
        yield found


def until_over(root: ConsoleBrowser, path: str, **fields: str) -> str:
    """The page after a button whose task may still be under way."""
    answer = root.post(path, **fields)
    location = answer.headers["location"]
    for _ in range(200):
        page = root.get(location).text
        if "You can leave this page" not in page:
            return page
        time.sleep(0.02)
    raise AssertionError("it does not end")


def test_a_preview_is_kept_looked_through_approved_and_applied(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    root.get(f"{at}/provisioning/plans")
    page = until_over(root, f"{at}/provisioning/plans/preview")
    (plan,) = plans_of(admin.instep.service, admin.app)
    assert f"Plan {plan.id}" in page
    assert target.writes == []
    place = f"{at}/provisioning/plans/{plan.id}"
    page = root.get(place).text
    assert "Waits for approval" in page
    assert "ada@corp.example gets an account" in page
    assert "bo@corp.example" not in root.get(f"{place}?q=ada").text
    assert "No operation is found" in root.get(f"{place}?kind=delete").text
    assert "is approved" in root.follow(root.post(f"{place}/approve", left="2")).text
    until_over(root, f"{place}/apply")
    assert plans_of(admin.instep.service, admin.app)[0].state is PlanState.APPLIED
    assert len(target.named("ada@corp.example")) == 1
    assert "Applied" in root.get(f"{at}/provisioning/plans").text


def test_a_plan_is_downloaded_as_a_table_and_as_json(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo", displayName="=cmd()")
    root.get(f"{at}/provisioning/plans")
    until_over(root, f"{at}/provisioning/plans/preview")
    place = f"{at}/provisioning/plans/1"
    table = root.get(f"{place}/operations.csv")
    assert "attachment" in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.text.lstrip("\ufeff"))))
    assert [row["operation"] for row in rows] == ["create", "create"]
    assert json.loads(rows[0]["after"])["name.formatted"] == "=cmd()"
    lines = root.get(f"{place}/operations.jsonl").text.splitlines()
    assert {json.loads(line)["user"] for line in lines} == {"ada@corp.example", "bo@corp.example"}


def test_a_preview_says_what_a_cycle_would_hold_and_who_would_fail(
    site: Site, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    admin.provisions()
    admin.sets(budget_removals="0")
    admin.disables("ada")
    root = site.signed_in()
    root.get(f"{at}/provisioning/plans")
    page = until_over(root, f"{at}/provisioning/plans/preview")
    assert "1 removal exceeds the budget of 0. A cycle would hold them; the approved plan would not." in page


def test_a_preview_lists_who_would_fail_where_why_and_what_to_do(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    schema = admin.instep.applications.schema(admin.app.id)
    mapping = AttributeMapping("active", FromExpression('IIF([surname]="Pilot", "perhaps", "True")'))
    others = [each for each in schema.users.mappings if each.target != "active"]
    wrong = replace(schema, users=replace(schema.users, mappings=(*others, mapping)))
    admin.instep.applications.save_schema(admin.app, schema, wrong, admin.clock(), "root")
    admin.hires("cleo", surname="Pilot")
    root.get(f"{at}/provisioning/plans")
    page = until_over(root, f"{at}/provisioning/plans/preview")
    assert "1 would fail: nothing is sent for it" in page
    assert "2 operations, 1 failure" in page
    place = f"{at}/provisioning/plans/1"
    failing = root.get(f"{place}?state=would+fail").text
    assert "cleo@corp.example" in failing
    assert "ada@corp.example" not in failing
    assert "At <code>active</code>" in failing
    assert "Correct the user&#39;s source attribute" in failing
    table = root.get(f"{place}/operations.csv").text.lstrip("\ufeff")
    (row,) = [row for row in csv.DictReader(io.StringIO(table)) if row["state"] == "would fail"]
    assert (row["name"], row["attribute"]) == ("cleo@corp.example", "active")
    lines = [json.loads(line) for line in root.get(f"{place}/operations.jsonl").text.splitlines()]
    (fails,) = [line for line in lines if line["operation"] is None]
    assert (fails["code"], fails["attribute"]) == ("AttributeValidationFailed", "active")


def test_a_preview_that_is_interrupted_leaves_no_plan_and_says_why(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada")
    target.goes_wrong(answers(401, "no"), "GET")
    root.get(f"{at}/provisioning/plans")
    page = until_over(root, f"{at}/provisioning/plans/preview")
    assert "The preview was interrupted" in page
    assert plans_of(admin.instep.service, admin.app) == []


def test_a_preview_that_ended_with_its_process_is_told_until_there_is_another(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada")
    service = admin.instep.service
    service.plans.begin(require_job(service, admin.app), admin.clock(), "somebody@corp.example")
    page = root.get(f"{at}/provisioning/plans").text
    assert "A preview is not at its end" in page
    assert "somebody@corp.example" in page
    until_over(root, f"{at}/provisioning/plans/preview")
    assert "A preview is not at its end" not in root.get(f"{at}/provisioning/plans").text


def test_a_plan_is_rejected_and_cannot_be_applied(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada")
    root.get(f"{at}/provisioning/plans")
    until_over(root, f"{at}/provisioning/plans/preview")
    place = f"{at}/provisioning/plans/1"
    assert "is rejected" in root.follow(root.post(f"{place}/reject")).text
    page = until_over(root, f"{place}/apply")
    assert "cannot be applied: it was rejected already" in page
    assert root.get(f"{at}/provisioning/plans/99").status_code == 409
    assert root.get(f"{at}/provisioning/plans/one").status_code == 409


def test_an_application_has_one_task_at_a_time(admin: Administrator) -> None:
    tasks = Tasks(admin.clock)
    may_end = Event()

    async def waits(_: Task) -> str:
        await asyncio.to_thread(may_end.wait)
        return "/done"

    assert tasks.begin("app", "A preview", "root", waits)
    assert not tasks.begin("app", "Another", "root", waits)
    may_end.set()
    task = tasks.of("app")
    assert task is not None
    while not task.is_over:
        time.sleep(0.005)
    assert task.address == "/done"
    assert tasks.begin("app", "Another", "root", waits)


def test_an_task_that_fails_says_that_the_log_knows_why(admin: Administrator) -> None:
    tasks = Tasks(admin.clock)

    async def fails(_: Task) -> str:
        raise ValueError("of no use to anybody else")

    tasks.begin("app", "A preview", "root", fails)
    task = tasks.of("app")
    assert task is not None
    while not task.is_over:
        time.sleep(0.005)
    assert task.problem == "It failed; the log of the server says why."


def cycle_of(admin: Administrator) -> str:
    """The id of a cycle that is run now; the session lasts."""
    return asyncio.run(provision(admin.instep.service, admin.app)).cycle_id


def test_a_cycle_is_undone_by_a_plan(root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget) -> None:
    admin.hires("ada", jobTitle="Engineer")
    cycle_of(admin)
    admin.changes("ada", jobTitle="Captain")
    cycle = f"{at}/provisioning/cycles/{cycle_of(admin)}"
    assert cycle in root.get(f"{at}/provisioning/cycles").text
    assert "Undo this cycle" in root.get(cycle).text
    page = until_over(root, f"{cycle}/undo")
    (plan,) = plans_of(admin.instep.service, admin.app)
    assert f"Plan {plan.id}" in page
    assert "Undoes a cycle" in page
    assert "Applying it stops the job" in page
    place = f"{at}/provisioning/plans/{plan.id}"
    assert "is approved" in root.follow(root.post(f"{place}/approve", left="1")).text
    until_over(root, f"{place}/apply")
    assert [account["title"] for account in target.named("ada@corp.example")] == ["Engineer"]


def test_a_cycle_that_wrote_nothing_has_no_button(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    page = root.get(f"{at}/provisioning/cycles/{cycle_of(admin)}").text
    assert "It cannot be undone: it wrote nothing" in page
    assert "Undo this cycle" not in page
