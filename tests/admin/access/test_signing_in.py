"""Who gets in, for how long, and who is out at once?"""

from datetime import timedelta

import pytest

from fakes.administrator import Clock
from fakes.administrators import BROWSER, acts, administrator_with, session_of
from instep.access.links import VALID_FOR, Purpose
from instep.access.refusals import AccessRefused
from instep.access.roles import Role
from instep.access.sessions import CONFIRMED_FOR, IDLE
from instep.access.throttle import PER_NAME, WINDOW
from instep.admin.access.administrators import change_administrator, choose_password, disable_administrator
from instep.admin.access.ports import Access
from instep.admin.access.second_step import OF_ADMINISTRATORS, sign_in
from instep.admin.access.sessions import end_session, sessions_of
from instep.admin.access.signing_in import confirm, note_use, sign_out, signed_in
from instep.admin.access.welcoming import GONE, Newcomer, first_link, good_link, issue_link, use_link
from instep.store.database import Database

PASSWORD = "four words are good"
ADA = Newcomer("Ada@corp.example", "Ada Lovelace", PASSWORD)
GLOBAL, READER, APPS = Role.GLOBAL_ADMINISTRATOR, Role.REPORTS_READER, Role.APPLICATION_ADMINISTRATOR


@pytest.fixture
def ada(access: Access):
    secret = first_link(access)
    assert secret is not None
    return use_link(access, secret, ADA)


def test_the_first_link_makes_a_global_administrator_and_is_good_once(access: Access) -> None:
    secret = first_link(access)
    assert secret is not None
    made = use_link(access, secret, ADA)
    assert made.roles == {GLOBAL}
    with pytest.raises(AccessRefused, match="used already"):
        use_link(access, secret, ADA)
    assert first_link(access) is None
    assert sign_in(access, OF_ADMINISTRATORS, "ada@CORP.example", PASSWORD, BROWSER)


def test_of_two_links_for_the_first_administrator_the_last_alone_is_good(access: Access) -> None:
    first, second = first_link(access), first_link(access)
    assert first is not None
    assert second is not None
    assert good_link(access, first) is None
    assert good_link(access, second) is not None


def test_a_link_is_good_for_a_week(access: Access, clock: Clock) -> None:
    secret = first_link(access)
    assert secret is not None
    clock.now += VALID_FOR
    with pytest.raises(AccessRefused, match=GONE):
        use_link(access, secret, ADA)


@pytest.mark.parametrize(
    ("newcomer", "field"),
    [
        (Newcomer("ada", "Ada", PASSWORD), "user_name"),
        (Newcomer("ada@corp.example", " ", PASSWORD), "display_name"),
        (Newcomer("ada@corp.example", "Ada", "short"), "password"),
    ],
)
def test_a_link_that_was_used_wrongly_is_still_good(access: Access, newcomer: Newcomer, field: str) -> None:
    secret = first_link(access)
    assert secret is not None
    with pytest.raises(AccessRefused) as refusal:
        use_link(access, secret, newcomer)
    assert refusal.value.field == field
    assert use_link(access, secret, ADA)


def test_somebody_who_is_there_chooses_a_password_by_a_link_and_older_sessions_end(access: Access) -> None:
    bo = administrator_with(access, READER, user_name="bo@corp.example")
    old = session_of(access, bo)
    secret = issue_link(access, bo, Purpose.CHOOSE, "me")
    use_link(access, secret, Newcomer("somebody@else.example", "Else", PASSWORD))
    assert signed_in(access, old) is None
    assert sign_in(access, OF_ADMINISTRATORS, "bo@corp.example", PASSWORD, BROWSER)


def test_a_link_to_sign_in_asks_no_password_and_is_no_use_to_somebody_disabled(access: Access, ada) -> None:
    bo = administrator_with(access, READER, user_name="bo@corp.example")
    secret = issue_link(access, bo, Purpose.SIGN_IN, "me")
    assert use_link(access, secret, Newcomer("", "", "")) == bo
    again = issue_link(access, bo, Purpose.SIGN_IN, "me")
    disable_administrator(access, bo, "me")
    assert good_link(access, again) is None


def test_a_wrong_password_a_wrong_name_and_no_password_are_told_the_same(access: Access, ada) -> None:
    administrator_with(access, READER, user_name="bo@corp.example")
    assert sign_in(access, OF_ADMINISTRATORS, "ada@corp.example", "wrong", BROWSER) is None
    assert sign_in(access, OF_ADMINISTRATORS, "nobody@corp.example", PASSWORD, BROWSER) is None
    assert sign_in(access, OF_ADMINISTRATORS, "bo@corp.example", "", BROWSER) is None


def test_after_many_failures_even_the_password_is_not_taken_for_a_quarter_of_an_hour(
    access: Access, ada, clock: Clock
) -> None:
    for _ in range(PER_NAME.failures):
        assert sign_in(access, OF_ADMINISTRATORS, "ada@corp.example", "wrong", BROWSER) is None
    assert sign_in(access, OF_ADMINISTRATORS, "ADA@corp.example", PASSWORD, BROWSER) is None
    clock.now += WINDOW
    assert sign_in(access, OF_ADMINISTRATORS, "ada@corp.example", PASSWORD, BROWSER)


def test_a_session_lasts_while_it_is_used(access: Access, ada, clock: Clock) -> None:
    secret = session_of(access, ada)
    for _ in range(3):
        clock.now += IDLE - timedelta(minutes=1)
        who = signed_in(access, secret)
        assert who is not None
        note_use(access, who)
    clock.now += IDLE
    assert signed_in(access, secret) is None


def test_no_secret_stands_in_the_database(access: Access, ada, database: Database) -> None:
    secret = session_of(access, ada)
    with database.read() as connection:
        tables = ("sessions", "administrators", "one_time_links", "audit_log")
        kept = str([connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables])
    assert secret not in kept
    assert PASSWORD not in kept


def test_whoever_is_disabled_or_loses_a_role_is_out_at_once(access: Access, ada) -> None:
    bo = administrator_with(access, READER, APPS, user_name="bo@corp.example")
    first = session_of(access, bo)
    bo = change_administrator(access, bo, "Bo", [READER], "me")
    assert signed_in(access, first) is None
    second = session_of(access, bo)
    bo = change_administrator(access, bo, "Bo", [READER, APPS], "me")
    assert signed_in(access, second) is not None
    disable_administrator(access, bo, "me")
    assert signed_in(access, second) is None


def test_whoever_signs_out_is_out(access: Access, ada) -> None:
    secret = session_of(access, ada)
    who = signed_in(access, secret)
    assert who is not None
    sign_out(access, who)
    assert signed_in(access, secret) is None


def test_another_password_ends_the_other_sessions(access: Access, ada) -> None:
    here, there = acts(access, ada), session_of(access, ada)
    with pytest.raises(AccessRefused, match="12 characters"):
        choose_password(access, ada, "too short", here.session.digest)
    assert signed_in(access, there)
    choose_password(access, ada, "five words are even better", here.session.digest)
    assert signed_in(access, there) is None
    assert [session.digest for session, _ in sessions_of(access, ada.id)] == [here.session.digest]
    assert sign_in(access, OF_ADMINISTRATORS, "ada@corp.example", PASSWORD, BROWSER) is None


def test_one_ends_ones_own_sessions_and_a_global_administrator_those_of_others(access: Access, ada) -> None:
    bo = administrator_with(access, READER, user_name="bo@corp.example")
    of_ada, of_bo = acts(access, ada), acts(access, bo)
    elsewhere = acts(access, bo)
    assert not end_session(access, of_bo, of_ada.session.digest)
    assert end_session(access, of_bo, elsewhere.session.digest)
    assert end_session(access, of_ada, of_bo.session.digest)
    assert [whose.id for _, whose in sessions_of(access)] == [ada.id]


def test_a_confirmation_is_the_password_again(access: Access, ada, clock: Clock) -> None:
    secret = session_of(access, ada)
    clock.now += CONFIRMED_FOR
    who = signed_in(access, secret)
    assert who is not None
    assert not who.session.is_confirmed(clock())
    assert not confirm(access, who, "wrong")
    assert confirm(access, who, PASSWORD)
    again = signed_in(access, secret)
    assert again is not None
    assert again.session.is_confirmed(clock())


def test_one_global_administrator_always_remains(access: Access, ada) -> None:
    for act in (
        lambda: disable_administrator(access, ada, "me"),
        lambda: change_administrator(access, ada, "Ada", [READER], "me"),
        lambda: access.administrators.delete(ada, access.clock(), "me"),
    ):
        with pytest.raises(AccessRefused, match="only enabled Global Administrator"):
            act()
    assert access.administrators.find(ada.id) == access.administrators.named("ada@corp.example")
    administrator_with(access, GLOBAL, user_name="bo@corp.example")
    disable_administrator(access, ada, "me")


def test_no_two_administrators_have_one_name(access: Access, ada) -> None:
    with pytest.raises(AccessRefused) as refusal:
        administrator_with_name(access, "ADA@CORP.EXAMPLE")
    assert refusal.value.field == "user_name"


def administrator_with_name(access: Access, name: str) -> None:
    from instep.admin.access.administrators import add_administrator

    add_administrator(access, name, "Another", [READER], "me")
