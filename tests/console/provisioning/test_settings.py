"""Are the settings of a job changed by its page, and does Provisioning Status On start it?"""

from collections.abc import Iterator

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, faulty_target
from instep.admin.job_creation import create_job
from instep.console.provisioning.setting_words import words_of
from instep.ledger.jobs import Approval, JobSettings, JobState, Vanished
from instep.rules.health.budgets import Percent
from instep.rules.scoping.standing import Scope


@pytest.fixture
def connected(admin: Administrator) -> Iterator[FaultyTarget]:
    with faulty_target() as target:
        admin.connects(target.tenant_url, target.token)
        yield target


def as_shown(admin: Administrator) -> dict[str, str]:
    """What stands in the form when the page is opened."""
    status = "on" if admin.job.state is JobState.ACTIVE else "off"
    return {**words_of(admin.job.settings), "status": status}


def test_without_a_connection_the_page_says_where_to_make_one(root: ConsoleBrowser, at: str) -> None:
    assert "Connect it first" in root.get(f"{at}/provisioning/settings").text


def test_what_needs_a_connection_leads_to_where_one_is_made(root: ConsoleBrowser, at: str) -> None:
    root.get(f"{at}/provisioning")
    for path in ("start", "stop", "plans/preview", "restart"):
        answer = root.post(f"{at}/provisioning/{path}", scope=["Watermark"])
        assert answer.headers["location"] == f"{at}/provisioning/connection"
    assert "is not connected yet" in root.follow(answer).text


def test_a_job_that_a_program_made_without_a_connection_is_not_turned_on(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    create_job(admin.instep.service, admin.app, "a program")
    assert "Connect it first" in root.get(f"{at}/provisioning/settings").text
    assert root.post(f"{at}/provisioning/settings", status="on").headers["location"] == f"{at}/provisioning/connection"
    assert root.post(f"{at}/provisioning/start").headers["location"] == f"{at}/provisioning/connection"
    job = admin.instep.jobs.job_of(admin.app)
    assert job is not None
    assert job.state is JobState.PAUSED


def test_turned_on_the_initial_cycle_begins(
    root: ConsoleBrowser, admin: Administrator, at: str, connected: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning/settings")
    answer = root.post(f"{at}/provisioning/settings", **{**as_shown(admin), "status": "on"})
    assert answer.headers["location"] == f"{at}/provisioning"
    assert "The initial cycle begins" in root.follow(answer).text
    assert admin.job.state is JobState.ACTIVE
    root.post(f"{at}/provisioning/settings", **{**as_shown(admin), "status": "off"})
    assert admin.job.state is JobState.PAUSED


def test_saving_what_is_shown_changes_nothing(
    root: ConsoleBrowser, admin: Administrator, at: str, connected: FaultyTarget
) -> None:
    admin.sets(budget_removals="7%", interval="90s", prevent_accidental_deletions="50", rate="5")
    before = admin.job
    root.get(f"{at}/provisioning/settings")
    root.post(f"{at}/provisioning/settings", **as_shown(admin))
    assert admin.job == before


def test_every_field_is_saved(root: ConsoleBrowser, admin: Administrator, at: str, connected: FaultyTarget) -> None:
    root.get(f"{at}/provisioning/settings")
    words = {
        "scope": "all", "interval": "2h", "on_change": "", "prevent": "yes", "prevent_at": "30", "removals": "12",
        "creates": "10%", "updates": "100", "approval": "yes", "approval_of_removals": "yes", "rate": "9",
        "concurrency": "3", "timeout": "11", "log_retention": "forever", "skip": "yes", "nested_groups": "direct",
        "vanished": "report",
    }  # fmt: skip
    answer = root.post(f"{at}/provisioning/settings", **{**as_shown(admin), **words})
    assert answer.status_code == 303, answer.text
    assert admin.job.settings == JobSettings(
        scope=Scope.ALL,
        interval_seconds=7200,
        on_change=False,
        deletion_threshold=30,
        removals=12,
        creates=Percent(10),
        updates=100,
        approval=Approval.REQUIRED,
        approval_of_removals=Approval.REQUIRED,
        requests_per_second=9.0,
        concurrency=3,
        timeout_seconds=11.0,
        log_retention_days=None,
        skip_out_of_scope_deletions=True,
        vanished=Vanished.REPORT,
    )


def test_what_a_field_does_not_take_is_told_there_and_nothing_is_saved(
    root: ConsoleBrowser, admin: Administrator, at: str, connected: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning/settings")
    wrong = {"interval": "soon", "removals": "many", "rate": "9", "status": "on"}
    refused = root.post(f"{at}/provisioning/settings", **{**as_shown(admin), **wrong})
    assert refused.status_code == 422
    assert 'id="interval-problem">Give a time such as 40m' in refused.text
    assert 'id="removals-problem">Give a whole number' in refused.text
    assert 'value="soon"' in refused.text
    assert admin.job.settings == JobSettings()
    assert admin.job.state is JobState.PAUSED


def test_users_and_groups_are_protected_by_name(
    root: ConsoleBrowser, admin: Administrator, at: str, connected: FaultyTarget
) -> None:
    admin.hires("ada")
    admin.makes_group("Board")
    root.get(f"{at}/provisioning/settings")
    for name in ("ada@corp.example", "Board"):
        said = root.follow(root.post(f"{at}/provisioning/settings/protect", name=name)).text
        assert f"{name} is protected" in said
    assert len(admin.instep.protections.all(admin.app.id)) == 2
    assert root.post(f"{at}/provisioning/settings/protect", name="nobody").status_code == 409
    said = root.follow(root.post(f"{at}/provisioning/settings/unprotect", principal="ada")).text
    assert "ada@corp.example is no longer protected" in said
    assert len(admin.instep.protections.all(admin.app.id)) == 1


def test_a_reader_sees_no_button_to_save(site: Site, at: str, connected: FaultyTarget) -> None:
    from instep.access.roles import Role

    reader = site.signed_in(Role.USER_ADMINISTRATOR)
    page = reader.get(f"{at}/provisioning/settings")
    assert page.status_code == 200
    assert ">Save<" not in page.text
