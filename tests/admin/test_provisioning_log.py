"""Is the log read in pages that fit together, and are hidden values hidden wherever it is shown?"""

from dataclasses import replace

import pytest

from fakes.installation import Installation
from instep.admin import provisioning_log
from instep.admin.ports import LogQuery
from instep.admin.provisioning_log import ShownEntry, read_log
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression
from instep.store.documents import schema_text


def read(installed: Installation, contains: str | None = None, **query: object) -> list[ShownEntry]:
    return list(read_log(installed.applications, installed.jobs, LogQuery(**query), contains))  # type: ignore[arg-type]


def users(entries: list[ShownEntry]) -> list[str]:
    return [each.recorded.entry.user_id for each in entries]


def redact(installed: Installation, target: str, source: str) -> None:
    """Changes one mapping to Redact, as the administrator saves it."""
    schema = installed.applications.schema(installed.app.id)
    hidden = AttributeMapping(target, FromExpression(f"Redact([{source}])"))
    mappings = tuple(hidden if mapping.target == target else mapping for mapping in schema.users.mappings)
    text = schema_text(replace(schema, users=replace(schema.users, mappings=mappings)))
    with installed.database.write() as connection:
        connection.exec_driver_sql("UPDATE apps SET schema = ?", (text,))


@pytest.mark.parametrize("limit", [1, 3, 4, 7, 100])
def test_pages_are_joined_without_a_gap_or_a_repetition(
    installed: Installation, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    names = [f"u{number}" for number in range(7)]
    installed.hire_all(names)
    installed.assign_all()
    installed.cycle()
    monkeypatch.setattr(provisioning_log, "PAGE_SIZE", 3)
    assert users(read(installed, limit=limit)) == list(reversed(names))[:limit]
    assert users(read(installed, contains="corp.example", limit=limit)) == list(reversed(names))[:limit]
    assert users(read(installed, contains="u1@", limit=limit)) == ["u1"]


def test_an_entry_that_is_written_meanwhile_does_not_show_up(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed.hire_all(["a", "b", "c"])
    installed.assign_all()
    installed.cycle()
    monkeypatch.setattr(provisioning_log, "PAGE_SIZE", 2)
    reading = read_log(installed.applications, installed.jobs, LogQuery())
    first = next(reading)
    installed.change("a", jobTitle="Engineer")
    installed.cycle()
    assert users([first, *reading]) == ["c", "b", "a"]


def test_a_hidden_value_is_hidden_before_and_after_and_cannot_be_searched_for(installed: Installation) -> None:
    installed.hire("ada", jobTitle="Spy")
    installed.assign_all()
    installed.cycle()
    installed.change("ada", jobTitle="Master spy")
    installed.cycle()
    assert len(read(installed, contains="Master spy")) == 1
    redact(installed, "title", "jobTitle")
    changed, created = (each.recorded for each in read(installed))
    assert (changed.before, changed.after) == ({"title": "[Redact]"}, {"title": "[Redact]"})
    assert created.after["title"] == "[Redact]"
    assert created.after["userName"] == "ada@corp.example"
    assert not read(installed, contains="Master spy")


def test_what_is_kept_is_the_true_value_so_that_differences_are_found(installed: Installation) -> None:
    installed.hire("ada", jobTitle="Spy")
    installed.assign_all()
    installed.cycle()
    redact(installed, "title", "jobTitle")
    assert installed.link("ada").last_written["title"] == "Spy"  # type: ignore[union-attr]
