"""Which settings can an administrator change, and which words are refused?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.admin.setting_values import SettingRefused
from instep.admin.settings import change_actions, change_settings
from instep.ledger.jobs import JobSettings
from instep.ledger.schema import ALL_ACTIONS, ObjectMapping, Schema, TargetAction
from instep.rules.health.quarantine import Thresholds
from instep.rules.scoping.standing import Scope


@pytest.mark.parametrize(
    ("name", "value", "field", "result"),
    [
        ("scope", "all", "scope", Scope.ALL),
        ("scope", " assigned ", "scope", Scope.ASSIGNED),
        ("interval", "40m", "interval_seconds", 2400),
        ("interval", "90s", "interval_seconds", 90),
        ("interval", "2h", "interval_seconds", 7200),
        ("interval", "10s", "interval_seconds", 10),
        ("budget.removals", "0", "removals", 0),
        ("budget.removals", "500", "removals", 500),
        ("budget.removals", "default", "removals", None),
        ("concurrency", "1", "concurrency", 1),
        ("rate", "25", "requests_per_second", 25.0),
        ("rate", "unlimited", "requests_per_second", None),
        ("timeout", "5", "timeout_seconds", 5.0),
        ("timeout", "5s", "timeout_seconds", 5.0),
        ("soft_delete", "false", "soft_delete", False),
        ("soft_delete", "True", "soft_delete", True),
        ("skip_out_of_scope_deletions", "true", "skip_out_of_scope_deletions", True),
        ("dialect", "rfc", "dialect", "rfc"),
        ("dialect", "auto", "dialect", None),
        ("dialect.booleans", "text", "switches", {"update": "put", "booleans": "text"}),
        ("dialect.update", "patch", "switches", {"update": "patch"}),
        ("dialect.update", "default", "switches", {}),
        ("dialect.booleans", "default", "switches", {"update": "put"}),
        ("quarantine", "entra", "quarantine", Thresholds(5_000, 40, 40_000, 60_000)),
        ("quarantine", "default", "quarantine", Thresholds(None, 40, 40_000, 60_000)),
        ("quarantine.minimum", "10", "quarantine", Thresholds(minimum=10)),
        ("quarantine.minimum", "default", "quarantine", Thresholds()),
        ("quarantine.percent", "25", "quarantine", Thresholds(percent=25)),
        ("quarantine.percent", "25%", "quarantine", Thresholds(percent=25)),
        ("quarantine.failures", "100", "quarantine", Thresholds(failures=100)),
        ("quarantine.total", "200", "quarantine", Thresholds(total=200)),
        ("notify", "ada@corp.example", "notify", ("ada@corp.example",)),
        (
            "notify",
            "ada@corp.example, it+bo@corp.example,ada@corp.example",
            "notify",
            ("ada@corp.example", "it+bo@corp.example"),
        ),
        ("notify", "", "notify", ()),
        ("default_domain", "corp.example", "default_domain", "corp.example"),
        ("default_domain", "none", "default_domain", None),
    ],
)
def test_a_setting_takes_its_value(name: str, value: str, field: str, result: object) -> None:
    changed = change_settings(
        JobSettings(removals=9, requests_per_second=9.0, dialect="entra", switches={"update": "put"}), {name: value}
    )
    assert getattr(changed, field) == result


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", "everyone"),
        ("scope", ""),
        ("interval", "40"),
        ("interval", "9s"),
        ("interval", "0m"),
        ("interval", "-5m"),
        ("interval", "1d"),
        ("interval", "٤٠m"),
        ("soft_delete", "no"),
        ("soft_delete", ""),
        ("skip_out_of_scope_deletions", "1"),
        ("dialect", "RFC"),
        ("dialect", ""),
        ("dialect.booleans", ""),
        ("dialect.booleans", "yes"),
        ("dialect.name", "x"),
        ("dialect.nothing", "default"),
        ("dialect.", "default"),
        ("budget.removals", "-1"),
        ("budget.removals", "500%"),
        ("budget.removals", "1e3"),
        ("budget.removals", "99999999999999999999"),
        ("concurrency", "0"),
        ("concurrency", "1000"),
        ("rate", "0"),
        ("timeout", "never"),
        ("quarantine", "microsoft"),
        ("quarantine.minimum", "0"),
        ("quarantine.percent", "101"),
        ("quarantine.percent", "-1"),
        ("quarantine.failures", "many"),
        ("quarantine.total", ""),
        ("notify", "ada"),
        ("notify", "ada@corp.example;bo@corp.example"),
        ("notify", "ada@corp.example\nBcc: eve@else.example"),
        ("notify", "Ada <ada@corp.example>"),
        ("default_domain", "corp"),
        ("default_domain", "@corp.example"),
        ("default_domain", "-.example"),
        ("default_domain", "a." * 127 + "example"),
    ],
)
def test_a_value_that_a_setting_does_not_take_is_refused_by_the_settings_name(name: str, value: str) -> None:
    with pytest.raises(SettingRefused, match=name.replace(".", r"\.")):
        change_settings(JobSettings(), {name: value})


def test_a_setting_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingRefused, match=r"budget\.removals"):
        change_settings(JobSettings(), {"budget": "5"})


def test_several_are_changed_together_or_none_is() -> None:
    settings = JobSettings()
    assert change_settings(settings, {"scope": "all", "rate": "5"}).scope is Scope.ALL
    with pytest.raises(SettingRefused):
        change_settings(settings, {"scope": "all", "rate": "no"})
    assert settings == JobSettings()


@given(
    st.sampled_from(["scope", "interval", "budget.removals", "concurrency", "rate", "timeout"]), st.text(max_size=20)
)
def test_any_text_is_taken_or_refused_in_words(name: str, value: str) -> None:
    try:
        settings = change_settings(JobSettings(), {name: value})
    except SettingRefused:
        return
    assert settings.interval_seconds >= 10
    assert settings.removals is None or settings.removals >= 0


SCHEMA = Schema(ObjectMapping((), ()), ObjectMapping((), ()))


@pytest.mark.parametrize(
    ("value", "actions"),
    [
        ("create,update,delete", ALL_ACTIONS),
        (" create , delete ", {TargetAction.CREATE, TargetAction.DELETE}),
        ("update", {TargetAction.UPDATE}),
        ("none", set()),
    ],
)
def test_the_target_object_actions_are_named_with_commas(value: str, actions: set[TargetAction]) -> None:
    changed = change_actions(SCHEMA, {"actions": value})
    assert changed.users.actions == actions
    assert changed.groups == SCHEMA.groups
    assert change_actions(SCHEMA, {"actions.groups": value}).groups == ObjectMapping((), (), frozenset(actions))


@pytest.mark.parametrize("value", ["", "add", "create,,update", "Create", "all", "none,create"])
def test_an_action_that_there_is_not_is_refused(value: str) -> None:
    with pytest.raises(SettingRefused, match="create, update, delete"):
        change_actions(SCHEMA, {"actions": value})


def test_actions_on_groups_are_refused_where_there_are_no_groups() -> None:
    with pytest.raises(SettingRefused, match="no groups"):
        change_actions(Schema(ObjectMapping((), ())), {"actions.groups": "create"})
