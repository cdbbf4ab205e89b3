"""Which lies of a source are told from the truth, by what, and what keeps the others within bounds?"""

import random

import pytest

from fakes.lying_source import CAN_BE_TOLD, LOOK_WHOLE, OF_FILES, OF_PAGES, TRUTHS, Liar, Lie, PagedSource, write_file
from fakes.staff import Staff
from instep.admin.imports import import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.rules.health.budgets import removal_budget

SNAPSHOT = ImportOptions(ImportMode.SNAPSHOT)
PEOPLE = 30
SEED = random.randrange(1_000_000)

GIVEN_AWAY_BY = {
    Lie.CUT_SHORT: {"NotEnded"},
    Lie.CUT_WITH_TOTAL: {"Miscounted"},
    Lie.TORN: {"Unidentified", "Cut"},
    Lie.REPEATS: {"Repeated"},
    Lie.REPEATS_AND_DROPS: {"Repeated"},
    Lie.TWICE: {"Unidentified"},
    Lie.CIRCLES: {"NotEnded"},
    Lie.FAILS: {"NotEnded"},
    Lie.SKIPS: {"Miscounted", "NotEnded"},
    Lie.WRONG_TOTAL: {"Miscounted"},
    Lie.DOUBLES: {"Repeated"},
    Lie.KEYS_EMPTIED: {"Unidentified"},
    Lie.SHIFTED_SLICE: {"Displaced"},
}
NAME_NOBODY = {Lie.EMPTY, Lie.SHIFTED, Lie.REKEYED}
ARE_OLD = {Lie.STALE_BY_VERSION, Lie.OLD_FILE}


class Told:
    """A staff of thirty whom the directory knows, and a source that tells of them what it likes."""

    def __init__(self, company, form: str) -> None:
        self.company, self.form = company, form
        self.staff = Staff(random.Random(SEED))
        for _ in range(PEOPLE):
            self.staff.hire()
        self.liar = Liar(self.staff, SEED, claims=True, has_versions=form == "pages")
        self.read(Lie.TRUTH)
        company.wait(days=2)

    def read(self, lie: Lie) -> ImportReport:
        telling = self.liar.tell(lie)
        file = self.company.folder / "staff.csv"
        write_file(telling, file, self.company.now)
        source = CsvUsersFile(file) if self.form == "file" else PagedSource(telling)
        report = import_users(self.company.importing, source, SNAPSHOT, "tester").report
        if report.is_applied:
            self.liar.taken(telling, self.company.now)
        return report


def forms_of(lies: set[Lie]) -> list[tuple[Lie, str]]:
    pages = [(lie, "pages") for lie in sorted(lies) if lie not in OF_FILES]
    return pages + [(lie, "file") for lie in sorted(lies) if lie not in OF_PAGES]


@pytest.mark.parametrize(("lie", "form"), forms_of(set(GIVEN_AWAY_BY)))
def test_a_lie_that_is_told_removes_nobody_however_few_are_lost(company, lie, form):
    told = Told(company, form)
    for _ in range(4):
        report = told.read(lie)
        assert report.removed == 0, SEED
        assert report.removals_held == 0 or GIVEN_AWAY_BY[lie] & set(report.doubts), (SEED, report)
        assert len(company.live()) == PEOPLE, SEED


@pytest.mark.parametrize(("lie", "form"), forms_of(NAME_NOBODY))
def test_a_reading_that_names_nobody_who_is_known_removes_nobody_however_often(company, lie, form):
    told = Told(company, form)
    for _ in range(4):
        company.wait(hours=7)
        report = told.read(lie)
        assert (report.removed, report.names_nobody) == (0, True), SEED
    assert set(told.staff.people) <= set(company.live()), SEED


@pytest.mark.parametrize(("lie", "form"), forms_of(ARE_OLD))
def test_a_state_that_another_has_replaced_changes_nothing_however_often(company, lie, form):
    told = Told(company, form)
    for number in range(3):
        told.staff.go_on()
        told.staff.hire()
        company.wait(days=1)
        assert told.read(Lie.TRUTH).is_applied, (number, SEED)
    before = company.log()
    for _ in range(4):
        report = told.read(lie)
        assert (report.is_applied, bool(report.stale_because)) == (False, True), SEED
    assert company.log() == before
    assert told.read(Lie.TRUTH).stale_because is None, SEED


@pytest.mark.parametrize("form", ["pages", "file"])
def test_people_under_other_ids_and_their_own_names_stay_who_they_are(company, form):
    told = Told(company, form)
    report = told.read(Lie.REKEYED_SLICE)
    assert (report.removed, report.removals_held, report.added, report.doubts) == (0, 0, 0, ()), SEED
    assert report.bad_rows > 0
    assert set(company.live()) == set(told.staff.people), SEED


@pytest.mark.parametrize("form", ["pages", "file"])
def test_rows_without_their_ids_find_their_people_by_name_and_one_who_was_renamed_is_not_taken_for_a_leaver(
    company, form
):
    told = Told(company, form)
    assert (told.read(Lie.IDS_EMPTIED).unchanged, told.read(Lie.IDS_EMPTIED).removed) == (PEOPLE, 0)
    who = told.staff.people["u0007"]
    who["userPrincipalName"] = "married@corp.example"
    report = told.read(Lie.IDS_EMPTIED)
    assert (report.removed, report.removals_held, report.doubts) == (0, 1, ("Unattributed",)), SEED


def test_a_source_that_fails_and_is_resumed_where_it_was_is_complete(company):
    told = Told(company, "pages")
    gone = told.staff.people.pop("u0007")
    report = told.read(Lie.RECOVERS)
    assert (report.removed, report.doubts, report.rows) == (1, (), PEOPLE - 1)
    assert set(company.deleted()) == {gone["id"]}


def test_what_came_before_a_failure_is_taken(company):
    told = Told(company, "pages")
    for cells in told.staff.people.values():
        cells["jobTitle"] = "Astronaut"
    report = told.read(Lie.FAILS)
    assert report.updated == report.rows < PEOPLE
    assert "HTTP 503" in str(report.removals_suspended_because)


@pytest.mark.parametrize(("lie", "form"), forms_of(set(LOOK_WHOLE)))
def test_a_lie_that_looks_whole_removes_no_more_in_a_day_than_the_budget(company, lie, form):
    told = Told(company, form)
    told.staff.go_on()
    removed, most = 0, PEOPLE
    for _ in range(6):
        removed += told.read(lie).removed
        most = max(most, len(company.live()))  # strangers that came with such a reading are people like any other
        assert removed <= removal_budget(most), SEED


def test_every_lie_has_its_place():
    assert set(GIVEN_AWAY_BY) | NAME_NOBODY | ARE_OLD | {Lie.IDS_EMPTIED} == CAN_BE_TOLD
    assert set(Lie) == CAN_BE_TOLD | LOOK_WHOLE | TRUTHS
