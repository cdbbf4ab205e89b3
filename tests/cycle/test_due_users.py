"""Who has a turn because time went by, although nobody changed them?"""

from datetime import timedelta

import pytest

from fakes.installation import Installation
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression, TargetAttribute

TITLE = AttributeMapping(
    "title", FromExpression('IIF(DateDiff("s", CDate([employeeHireDate]), Now()) > 0, "staff", "to come")')
)


@pytest.fixture
def dated(instep: Installation) -> Installation:
    """A job that maps by the present moment; Ada begins in three hours, Bob began long ago."""
    instep.map_users(TITLE, targets=[TargetAttribute("title", case_exact=True)])
    instep.hire("ada", employeeHireDate=(instep.now + timedelta(hours=3)).isoformat())
    instep.hire("bob", employeeHireDate="2019-01-01T00:00:00Z")
    for name in ("ada", "bob"):
        instep.assign(name)
    assert instep.cycle().counts.created == 2
    instep.target.forget_requests()
    return instep


def test_a_value_follows_the_clock_by_the_first_cycle_after_its_moment(dated: Installation) -> None:
    dated.wait(hours=2)
    assert (dated.cycle().counts.users, dated.target.sent) == (0, [])
    dated.wait(hours=1, minutes=1)
    summary = dated.cycle()
    assert (summary.counts.users, summary.counts.updated) == (1, 1)
    assert [sent.body["Operations"][0]["value"] for sent in dated.target.writes] == ["staff"]


def test_who_is_due_has_one_turn_and_not_another_until_they_are_due_again(dated: Installation) -> None:
    dated.wait(hours=25)
    assert dated.cycle().counts.users == 2
    assert dated.cycle().counts.users == 0


def test_a_preview_shows_who_is_due_and_leaves_them_to_the_cycle(dated: Installation) -> None:
    dated.wait(hours=4)
    shown, _ = dated.preview()
    assert [each.user_id for each in shown] == ["ada"]
    assert dated.cycle().counts.updated == 1


def test_a_job_that_does_not_map_by_the_clock_keeps_no_moments(instep: Installation) -> None:
    instep.hire("ada")
    instep.assign("ada")
    instep.cycle()
    assert instep.rows("SELECT count(*) FROM due_users") == [(0,)]
