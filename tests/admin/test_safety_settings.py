"""Which words do the settings of safety take?"""

from typing import Any

import pytest

from instep.admin.safety_settings import SAFETY_SETTINGS
from instep.admin.setting_values import SettingRefused
from instep.admin.settings import change_settings
from instep.ledger.jobs import Approval, JobSettings
from instep.rules.health.budgets import Percent
from instep.store.documents import settings_from, settings_text


@pytest.mark.parametrize(
    ("name", "word", "field", "value"),
    [
        ("budget.removals", "default", "removals", None),
        ("budget.removals", "0", "removals", 0),
        ("budget.removals", "10%", "removals", Percent(10)),
        ("budget.groups", "500", "group_removals", 500),
        ("budget.groups", "0%", "group_removals", Percent(0)),
        ("budget.creates", "off", "creates", None),
        ("budget.creates", "500", "creates", 500),
        ("budget.updates", "20%", "updates", Percent(20)),
        ("budget.memberships", "off", "memberships", None),
        ("budget.memberships", "10%", "memberships", Percent(10)),
        ("approval", "required", "approval", Approval.REQUIRED),
        ("approval.removals", "required", "approval_of_removals", Approval.REQUIRED),
        ("prevent_accidental_deletions", "on", "deletion_threshold", 500),
        ("prevent_accidental_deletions", "250", "deletion_threshold", 250),
        ("prevent_accidental_deletions", "off", "deletion_threshold", None),
    ],
)
def test_a_setting_of_safety_takes_effect_and_is_kept(name: str, word: str, field: str, value: Any) -> None:
    settings = change_settings(JobSettings(), {name: word})
    assert getattr(settings, field) == value
    assert settings_from(settings_text(settings)) == settings


@pytest.mark.parametrize("name", SAFETY_SETTINGS)
@pytest.mark.parametrize("word", ["", "-1", "1.5", "101%", "%", "many", "5 %", "٣", "٣%", "99999999999999999999"])
def test_any_other_word_is_refused_by_name(name: str, word: str) -> None:
    with pytest.raises(SettingRefused, match=name):
        change_settings(JobSettings(), {name: word})


@pytest.mark.parametrize("name", ["budget.removals", "budget.groups"])
def test_a_budget_cannot_be_switched_off(name: str) -> None:
    with pytest.raises(SettingRefused, match=name):
        change_settings(JobSettings(), {name: "off"})


@pytest.mark.parametrize(("name", "word"), [("budget.creates", "default"), ("approval", "on"), ("approval", "true")])
def test_a_budget_that_is_off_has_no_default_and_an_approval_is_required_or_not(name: str, word: str) -> None:
    with pytest.raises(SettingRefused, match=name):
        change_settings(JobSettings(), {name: word})
