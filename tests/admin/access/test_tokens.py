"""What does an API token open, and for how long?"""

from datetime import timedelta

import pytest

from fakes.administrator import Clock
from fakes.administrators import administrator_with
from instep.access.refusals import AccessRefused
from instep.access.roles import Permission, Role
from instep.access.tokens import PREFIX
from instep.admin.access.administrators import change_administrator, disable_administrator
from instep.admin.access.ports import Access
from instep.admin.access.tokens import bearer_of, end_token, issue_token, permissions_named

READ, MANAGE = Permission.READ_REPORTS, Permission.MANAGE_PROVISIONING
DAY = timedelta(days=1)


@pytest.fixture
def bo(access: Access):
    return administrator_with(access, Role.APPLICATION_ADMINISTRATOR, user_name="bo@corp.example")


def test_a_token_opens_what_it_was_issued_for(access: Access, bo) -> None:
    issued = issue_token(access, bo, "nightly report", [READ], DAY, "me")
    assert issued.secret.startswith(PREFIX)
    bearer = bearer_of(access, issued.secret)
    assert bearer is not None
    assert (bearer.administrator, bearer.permissions) == (bo, {READ})
    ((token, _),) = access.tokens.all(bo.id)
    assert token.last_used_at == access.clock()


def test_a_token_is_never_worth_more_than_its_administrator(access: Access, bo) -> None:
    with pytest.raises(AccessRefused, match="may not: change and import users"):
        issue_token(access, bo, "too much", [READ, Permission.MANAGE_USERS], DAY, "me")
    issued = issue_token(access, bo, "fine", [READ, MANAGE], DAY, "me")
    reader = change_administrator(access, bo, "Bo", [Role.REPORTS_READER], "me")
    bearer = bearer_of(access, issued.secret)
    assert bearer is not None
    assert bearer.permissions == {READ}
    disable_administrator(access, reader, "me")
    assert bearer_of(access, issued.secret) is None


def test_a_token_ends_on_its_day_or_when_it_is_deleted(access: Access, bo, clock: Clock) -> None:
    first, second = (issue_token(access, bo, name, [READ], DAY, "me") for name in ("first", "second"))
    end_token(access, bo, first.token.id, "me")
    assert bearer_of(access, first.secret) is None
    assert bearer_of(access, second.secret) is not None
    clock.now += DAY
    assert bearer_of(access, second.secret) is None
    with pytest.raises(AccessRefused):
        end_token(access, bo, first.token.id, "me")


def test_nobody_ends_somebody_elses_token_by_its_id(access: Access, bo) -> None:
    eve = administrator_with(access, Role.REPORTS_READER, user_name="eve@corp.example")
    issued = issue_token(access, bo, "bo's", [READ], DAY, "me")
    with pytest.raises(AccessRefused):
        end_token(access, eve, issued.token.id, "eve")
    assert bearer_of(access, issued.secret) is not None


@pytest.mark.parametrize(
    ("name", "permissions", "life", "field"),
    [
        ("", [READ], DAY, "name"),
        ("x" * 101, [READ], DAY, "name"),
        ("a\nb", [READ], DAY, "name"),
        ("fine", [], DAY, "permissions"),
        ("fine", [READ], timedelta(0), "days"),
        ("fine", [READ], timedelta(days=367), "days"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_at_its_field(
    access: Access, bo, name: str, permissions: list[Permission], life: timedelta, field: str
) -> None:
    with pytest.raises(AccessRefused) as refusal:
        issue_token(access, bo, name, permissions, life, "me")
    assert refusal.value.field == field
    assert access.tokens.all() == []


def test_permissions_are_named_as_in_the_reference() -> None:
    assert permissions_named(["read_reports", "MANAGE_PROVISIONING"]) == {READ, MANAGE}
    with pytest.raises(AccessRefused, match="no permission 'everything'"):
        permissions_named(["everything"])


def test_the_audit_log_says_which_token_and_never_the_secret(access: Access, bo, database) -> None:
    issued = issue_token(access, bo, "nightly", [READ], DAY, "me")
    with database.read() as connection:
        rows = str(connection.exec_driver_sql("SELECT activity, details FROM audit_log").all())
    assert "Add API token" in rows
    assert "nightly" in rows
    assert issued.secret not in rows
