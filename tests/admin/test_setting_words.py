"""Do the words of a job's settings make the same settings again?"""

from instep.admin.setting_words import setting_words
from instep.admin.settings import _SETTINGS, change_settings
from instep.ledger.jobs import JobSettings

EVERY_OTHER = {
    "scope": "all",
    "interval": "90s",
    "on_change": "false",
    "budget.removals": "5%",
    "budget.groups": "3",
    "budget.creates": "0",
    "budget.updates": "100%",
    "budget.memberships": "12",
    "prevent_accidental_deletions": "77",
    "approval": "required",
    "approval.removals": "required",
    "concurrency": "3",
    "rate": "100000",
    "timeout": "600s",
    "dialect": "rfc",
    "dialect.booleans": "text",
    "skip_out_of_scope_deletions": "true",
    "soft_delete": "false",
    "nested_groups": "expand",
    "vanished": "report",
    "default_domain": "corp.example",
    "log_retention": "forever",
    "quarantine.minimum": "5000",
    "quarantine.percent": "7",
    "quarantine.failures": "9",
    "quarantine.total": "11",
    "notify": "amy@corp.example, bob@corp.example",
    "notify_failures": "true",
}


def test_the_words_of_settings_make_them_again() -> None:
    changed = change_settings(JobSettings(), EVERY_OTHER)
    assert setting_words(changed) == EVERY_OTHER
    for settings in (JobSettings(), changed):
        assert change_settings(JobSettings(), setting_words(settings)) == settings


def test_every_setting_has_its_word() -> None:
    assert set(_SETTINGS) - {"quarantine"} <= set(setting_words(JobSettings()))  # `quarantine` sets the four others
