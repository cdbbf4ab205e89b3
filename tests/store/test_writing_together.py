"""Are several writes of a thread one transaction, on each kind of database?"""

import pytest

from fakes.installation import Installation
from instep.ledger.jobs import JobState


def _state(installed: Installation) -> str:
    (row,) = installed.rows("SELECT state FROM jobs")
    return str(row[0])


def _break_half_way(installed: Installation) -> None:
    with installed.database.together():
        installed.hire("ada")
        installed.jobs.set_state(installed.job, JobState.PAUSED, installed.now, "tester")
        raise OSError("broken")


def test_writes_about_a_job_and_about_applications_come_together(installed: Installation) -> None:
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    with installed.database.together():
        installed.hire("ada")
        installed.jobs.set_state(installed.job, JobState.PAUSED, installed.now, "tester")
        installed.jobs.save_settings(installed.job, installed.job.settings, installed.now, "tester")
        assert _state(installed) == "Active"
    assert _state(installed) == "Paused"


def test_if_one_of_them_fails_none_is_made(installed: Installation) -> None:
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    number = installed.rows("SELECT count(*) FROM changes")
    with pytest.raises(OSError, match="broken"):
        _break_half_way(installed)
    assert _state(installed) == "Active"
    assert installed.rows("SELECT count(*) FROM changes") == number
    installed.jobs.set_state(installed.job, JobState.PAUSED, installed.now, "tester")
    assert _state(installed) == "Paused"
