"""Does an application of the gallery start with what it is known to need? (targets-and-sources.md 3.2)"""

import asyncio
from pathlib import Path

import pytest

from fakes.installation import install, open_database
from instep.admin.applications import default_schema, default_settings
from instep.admin.provisioning import connect
from instep.gallery.template import Template
from instep.gallery.templates import load_template, search
from instep.ledger.jobs import JobSettings, JobState, dialect_of
from instep.ledger.schema import ALL_ACTIONS, TargetAction
from instep.scim.dialects import ENTRA, Dialect, DisabledAccounts

TEMPLATES = [load_template(summary.id) for summary in search("")]
WITH_SETTINGS = [template for template in TEMPLATES if template.settings]
URL = "https://scim.example/v2"


def dialect(template_id: str) -> Dialect:
    return dialect_of(URL, default_settings(load_template(template_id)))


@pytest.mark.parametrize("template", WITH_SETTINGS, ids=lambda template: template.id)
def test_every_setting_of_a_template_is_one_that_there_is(template: Template) -> None:
    settings = default_settings(template)
    schema = default_schema(template)
    assert settings != JobSettings() or schema.users.actions != ALL_ACTIONS or schema.groups is not None
    spoken = dialect_of(URL, settings)
    known = {attribute.name for attribute in template.target_attributes}
    for name in (*(spoken.create_only or ()), *(spoken.filterable or ())):
        assert name in known or name == "externalId", name
    assert {*(spoken.group_create_only or ())} <= {attribute.name for attribute in template.group_attributes}


def test_most_applications_are_spoken_to_as_entra_does() -> None:
    assert len(WITH_SETTINGS) < 30
    for template in TEMPLATES:
        if not template.settings:
            assert default_settings(template) == JobSettings()
            assert default_schema(template).users.actions == ALL_ACTIONS
    assert dialect("custom-scim") == dialect("proxyclick") == ENTRA


def test_what_is_known_of_an_application_is_what_it_starts_with() -> None:
    assert dialect("aws-single-sign-on").members_per_request == 100
    assert dialect("smartsheet").disabled_accounts is DisabledAccounts.DELETED
    assert dialect("atlassian-cloud").disabled_accounts is DisabledAccounts.FROZEN
    assert not dialect("fuze").can_filter("userName")
    assert default_settings(load_template("ringcentral")).requests_per_second == 5
    assert default_schema(load_template("salesforce")).users.actions == ALL_ACTIONS - {TargetAction.DELETE}
    groups = default_schema(load_template("miro")).groups
    assert groups is not None
    assert groups.actions == {TargetAction.UPDATE}


def test_the_first_connection_starts_with_them_and_a_later_one_keeps_what_was_set(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        instep = install(database, "smartsheet")
        with database.write() as connection:
            connection.exec_driver_sql("DELETE FROM jobs")
        job = asyncio.run(connect(instep.service, instep.app, URL, "t", "me"))
        assert job.state is JobState.PAUSED
        assert instep.job.settings.switches == {"disabled_accounts": "deleted"}
        instep.settle(switches={})
        asyncio.run(connect(instep.service, instep.app, f"{URL}/other", "t", "me"))
        assert instep.job.settings.switches == {}
