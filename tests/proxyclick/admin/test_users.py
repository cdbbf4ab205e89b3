"""Users who are added, edited, disabled and deleted by hand."""

from dataclasses import replace

import pytest

from fakes.company_of_locations import Company
from proxyclick.admin.acting import Actor, NotAllowed, NotThere, Refused
from proxyclick.admin.stores import read
from proxyclick.admin.users import Added, Deleted, Edited, add_user, delete_user, edit_user, set_active, user_at
from proxyclick.people.by_hand import Particulars, particulars_of
from proxyclick.people.user_groups import Right, UserGroup

GRACE = Particulars("grace@corp.example", "Grace", "Hopper", title="Rear admiral", city="London")


def number(company: Company, user_id: str) -> int:
    found = company.stores.users.number_of(user_id)
    assert found is not None
    return found


def added(company: Company, form: Particulars = GRACE, by: Actor | None = None) -> str:
    outcome = add_user(company.stores, by or company.ada, form)
    assert isinstance(outcome, Added)
    return outcome.id


def told(company: Company, user_id: str) -> list[tuple[str, str]]:
    return [(event.what, event.who) for event in company.stores.history.of(number(company, user_id), 10)]


def test_a_user_who_is_added_is_at_the_location_in_default(company: Company) -> None:
    user_id = added(company)
    record = user_at(company.stores, company.ada, user_id)
    assert record is not None
    assert particulars_of(read(record)) == GRACE
    assert record.installation is None
    assert company.stores.groups.groups_of(company.brussels, record.number) == {UserGroup.DEFAULT}
    assert told(company, user_id) == [("Added to Main location by hand", "Ada Byron")]


def test_a_new_user_may_be_put_into_groups_at_once(company: Company) -> None:
    outcome = add_user(company.stores, company.ada, GRACE, {UserGroup.RECEPTION})
    assert isinstance(outcome, Added)
    groups = company.stores.groups.groups_of(company.brussels, number(company, outcome.id))
    assert groups == {UserGroup.DEFAULT, UserGroup.RECEPTION}


def test_somebody_of_another_location_is_brought_here_and_stays_who_they_are(company: Company) -> None:
    user_id = added(company)
    in_london = company.at(company.ada, company.london)
    outcome = add_user(company.stores, in_london, replace(GRACE, email="GRACE@corp.example", title="Nobody"))
    assert outcome == Added(user_id, was_elsewhere=True)
    record = user_at(company.stores, in_london, user_id)
    assert record is not None
    assert particulars_of(read(record)) == GRACE


@pytest.mark.parametrize("email", ["grace@corp.example", "Grace@Corp.example"])
def test_an_address_that_is_taken_at_the_location_is_refused(company: Company, email: str) -> None:
    added(company)
    outcome = add_user(company.stores, company.ada, replace(GRACE, email=email))
    assert isinstance(outcome, Refused)
    assert "belongs to Grace Hopper" in outcome.errors["email"]


def test_a_form_that_is_wrong_changes_nothing(company: Company) -> None:
    before = company.connection.total_changes
    outcome = add_user(company.stores, company.ada, Particulars("grace", "", ""))
    assert isinstance(outcome, Refused)
    assert set(outcome.errors) == {"email", "first_name", "last_name"}
    assert company.connection.total_changes == before


def test_an_edit_is_kept_and_told(company: Company) -> None:
    user_id = added(company)
    wanted = replace(GRACE, last_name="Murray", title="", mobile_phone="+32470000000")
    assert edit_user(company.stores, company.ada, user_id, wanted, 1) == Edited(user_id)
    record = user_at(company.stores, company.ada, user_id)
    assert record is not None
    assert (particulars_of(read(record)), record.revision) == (wanted, 2)
    (event, _) = company.stores.history.of(record.number, 10)
    assert [str(change) for change in event.changes] == [
        "Last name: Hopper → Murray",
        "Title: Rear admiral → blank",
        "Mobile phone set to +32470000000",
    ]


def test_an_edit_of_nothing_is_no_event(company: Company) -> None:
    user_id = added(company)
    assert edit_user(company.stores, company.ada, user_id, GRACE, 1) == Edited(user_id)
    assert len(told(company, user_id)) == 1


def test_an_edit_of_what_somebody_has_changed_meanwhile_is_refused(company: Company) -> None:
    user_id = added(company)
    edit_user(company.stores, company.ada, user_id, replace(GRACE, title="Commodore"), 1)
    outcome = edit_user(company.stores, company.ada, user_id, replace(GRACE, title="Captain"), 1)
    assert isinstance(outcome, Refused)
    assert "in the meantime" in outcome.errors[""]


def test_an_address_of_somebody_else_is_refused_also_from_another_location(company: Company) -> None:
    user_id = added(company)
    in_london = company.at(company.ada, company.london)
    other = added(company, replace(GRACE, email="mary@corp.example"), in_london)
    outcome = edit_user(company.stores, in_london, other, replace(GRACE, email="grace@corp.example"), 1)
    assert isinstance(outcome, Refused)
    assert list(outcome.errors) == ["email"]
    assert user_id not in outcome.errors["email"]


def test_a_user_of_another_location_is_not_there(company: Company) -> None:
    user_id = added(company, GRACE, company.at(company.ada, company.london))
    assert edit_user(company.stores, company.ada, user_id, GRACE, 1) == NotThere()
    assert delete_user(company.stores, company.ada, user_id) == NotThere()
    assert set_active(company.stores, company.ada, user_id, active=False) == NotThere()


def test_who_is_disabled_loses_nothing_and_can_be_enabled(company: Company) -> None:
    bo = company.actor("bo", UserGroup.RECEPTION)
    user_id = company.id_of(bo)
    before = user_at(company.stores, company.ada, user_id)
    set_active(company.stores, company.ada, user_id, active=False)
    disabled = user_at(company.stores, company.ada, user_id)
    assert disabled is not None
    assert before is not None
    assert read(disabled)["active"] is False
    assert company.stores.groups.groups_of(company.brussels, bo.user) == bo.groups
    set_active(company.stores, company.ada, user_id, active=True)
    enabled = user_at(company.stores, company.ada, user_id)
    assert enabled is not None
    assert particulars_of(read(enabled)) == particulars_of(read(before))
    assert [what for what, _ in told(company, user_id)][:2] == ["Enabled by hand", "Disabled by hand"]


def test_who_is_deleted_here_is_still_at_their_other_location(company: Company) -> None:
    in_london = company.at(company.ada, company.london)
    user_id = added(company)
    added(company, GRACE, in_london)
    assert delete_user(company.stores, company.ada, user_id) == Deleted("Grace Hopper", is_elsewhere=True)
    assert user_at(company.stores, company.ada, user_id) is None
    assert user_at(company.stores, in_london, user_id) is not None
    assert delete_user(company.stores, in_london, user_id) == Deleted("Grace Hopper", is_elsewhere=False)
    assert user_at(company.stores, in_london, user_id) is None
    assert added(company) != user_id


@pytest.mark.parametrize("verb", ["disable", "delete"])
def test_nobody_locks_themselves_or_the_last_administrator_out(company: Company, verb: str) -> None:
    def does(actor: Actor, user_id: str) -> object:
        if verb == "delete":
            return delete_user(company.stores, actor, user_id)
        return set_active(company.stores, actor, user_id, active=False)

    other = company.actor("bo", UserGroup.ADMINISTRATORS)
    ada, bo = company.id_of(company.ada), company.id_of(other)
    assert isinstance(does(company.ada, ada), Refused)
    assert not isinstance(does(other, ada), Refused)
    other = company.at(other, company.london)
    assert isinstance(does(company.ada, bo), Refused)


@pytest.mark.parametrize("group", [group for group in UserGroup if group is not UserGroup.ADMINISTRATORS])
def test_only_administrators_edit_disable_and_delete(company: Company, group: UserGroup) -> None:
    somebody, user_id = company.actor("bo", group), added(company)
    refusal = NotAllowed(Right.EDIT_USERS)
    assert edit_user(company.stores, somebody, user_id, GRACE, 1) == refusal
    assert set_active(company.stores, somebody, user_id, active=False) == refusal
    assert delete_user(company.stores, somebody, user_id) == refusal


@pytest.mark.parametrize("group", list(UserGroup))
def test_everybody_adds_users_but_only_administrators_to_groups(company: Company, group: UserGroup) -> None:
    somebody = company.actor("bo", group)
    assert isinstance(add_user(company.stores, somebody, GRACE), Added)
    outcome = add_user(company.stores, somebody, replace(GRACE, email="x@corp.example"), {UserGroup.ADMINISTRATORS})
    allowed = group is UserGroup.ADMINISTRATORS
    assert isinstance(outcome, Added) if allowed else outcome == NotAllowed(Right.DEFINE_GROUPS)


def test_who_is_in_no_group_of_the_location_adds_nobody(company: Company) -> None:
    stranger = replace(company.ada, groups=frozenset())
    assert add_user(company.stores, stranger, GRACE) == NotAllowed(Right.CREATE_USERS)


def test_what_is_done_by_hand_stands_in_the_audit_log(company: Company) -> None:
    user_id = added(company)
    edit_user(company.stores, company.ada, user_id, replace(GRACE, title=""), 1)
    set_active(company.stores, company.ada, user_id, active=False)
    delete_user(company.stores, company.ada, user_id)
    entries = company.stores.audit.at(company.brussels, 4)
    assert [(entry.what, entry.about, entry.who) for entry in entries] == [
        ("Deleted a user", "grace@corp.example", "Ada Byron"),
        ("Disabled a user", "grace@corp.example", "Ada Byron"),
        ("Edited a user", "grace@corp.example", "Ada Byron"),
        ("Added a user", "grace@corp.example", "Ada Byron"),
    ]
