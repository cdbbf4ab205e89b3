"""Can one link be looked at and removed, by the user's side or the account's?"""

import pytest

from fakes.installation import ME, Installation
from instep.admin.links import FoundLink, JobNotStopped, find_link, remove_link
from instep.admin.ports import JobIsRunning
from instep.directory.errors import NotFound
from instep.ledger.jobs import JobState


@pytest.fixture
def linked(installed: Installation) -> Installation:
    """Ada and Bob have accounts; Cid is known and has none."""
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    installed.cycle()
    installed.unassign_all()
    installed.hire("cid")
    return installed


def find(at: Installation, named: str) -> FoundLink | None:
    return find_link(at.service, at.directory, at.app, named)


def remove(at: Installation, named: str) -> FoundLink | None:
    return remove_link(at.service, at.directory, at.app, named, ME)


@pytest.mark.parametrize("named", ["ada", "ADA@corp.example", "account-000001", " ada "])
def test_a_link_is_found_by_either_side(linked: Installation, named: str) -> None:
    found = find(linked, named)
    assert found is not None
    assert (found.name, found.kept.link.user_id, found.kept.link.account_id) == (
        "ada@corp.example", "ada", "account-000001",
    )  # fmt: skip
    assert found.kept.linked_at == linked.now


def test_the_users_side_comes_first_where_a_text_names_both(linked: Installation) -> None:
    linked.hire("account-000002", userPrincipalName="odd@corp.example")
    linked.assign("account-000002")
    linked.cycle()
    found = find(linked, "account-000002")
    assert found is not None
    assert found.kept.link.user_id == "account-000002"


def test_a_known_user_without_an_account_has_no_link_and_an_unknown_name_is_refused(linked: Installation) -> None:
    assert find(linked, "cid") is None
    with pytest.raises(NotFound, match="nobody"):
        find(linked, "nobody")


def test_the_link_of_someone_who_was_purged_is_found_by_the_name_that_the_log_has(linked: Installation) -> None:
    linked.delete("ada")
    linked.purge("ada")
    for named in ("ada", "ada@corp.example", "account-000001"):
        found = find(linked, named)
        assert found is not None
        assert found.name == "ada@corp.example"


def test_removal_takes_the_link_and_nothing_else_and_is_written_into_the_audit_log(linked: Installation) -> None:
    removed = remove(linked, "account-000001")
    assert removed is not None
    assert removed.name == "ada@corp.example"
    assert linked.link("ada") is None
    assert linked.link("bob") is not None
    assert "account-000001" in linked.target.accounts
    activity, details = linked.rows("SELECT activity, details FROM audit_log ORDER BY id DESC LIMIT 1")[0]
    assert activity == "Delete object connection"
    assert '"targetAnchor":"account-000001"' in details


def test_what_is_removed_already_is_no_error_and_no_second_row_in_the_audit_log(linked: Installation) -> None:
    remove(linked, "ada")
    before = linked.rows("SELECT count(*) FROM audit_log")
    assert remove(linked, "ada") is None
    assert linked.rows("SELECT count(*) FROM audit_log") == before


def test_a_started_job_keeps_its_links(linked: Installation) -> None:
    linked.jobs.set_state(linked.job, JobState.ACTIVE, linked.now, ME)
    with pytest.raises(JobNotStopped, match="instep apps stop 'Proxyclick'"):
        remove(linked, "ada")
    assert linked.link("ada") is not None


def test_a_stopped_job_whose_cycle_is_still_running_keeps_them_too(linked: Installation) -> None:
    with linked.jobs.lease(linked.job), pytest.raises(JobIsRunning):
        remove(linked, "ada")
    assert linked.link("ada") is not None


def test_someone_without_a_link_is_matched_afresh(linked: Installation) -> None:
    remove(linked, "ada")
    linked.assign("ada")
    linked.cycle()
    link = linked.link("ada")
    assert link is not None
    assert (link.account_id, link.origin) == ("account-000001", "matched")
