"""Does a preview say exactly what the import does then, and does it change nothing, whatever becomes of it?"""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from admin.imports.conftest import Company
from instep.admin.import_preview import ImportPreview, preview_users
from instep.admin.imports import PreviewMoved, import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.errors import UnreadableFile
from instep.directory.imports import ImportMode, ImportOptions, RowOutcome
from instep.store.tables.directory import staged_managers, staged_removals, staged_rows

MERGE, SNAPSHOT = ImportOptions(ImportMode.MERGE), ImportOptions(ImportMode.SNAPSHOT)
HEADING = "id,userPrincipalName,displayName,jobTitle,manager\n"


def preview(company: Company, text: str, options: ImportOptions = MERGE) -> ImportPreview:
    file = company.folder / "users.csv"
    file.write_text(text)
    return preview_users(company.importing, CsvUsersFile(file), options, "tester")


def staged(company: Company) -> int:
    with company.database.read() as connection:
        tables = (staged_rows, staged_managers, staged_removals)
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def random_file(dice: random.Random) -> str:
    names = dice.sample(range(12), dice.randint(1, 12))
    rows = [
        f"u{number},u{number}@x,User {number},{dice.choice(('', 'A', 'B'))},{dice.choice(('', 'u3', 'nobody'))}\n"
        for number in names
    ]
    return HEADING + "".join(rows)


@pytest.mark.parametrize("seed", range(12))
def test_the_import_does_what_its_preview_said(company: Company, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(4):
        text, mode = random_file(dice), dice.choice((MERGE, replace(SNAPSHOT, allow_removals=12)))
        log = company.log()
        seen = preview(company, text, mode)
        assert company.log() == log
        assert staged(company) == 0
        report = import_users(
            company.importing, CsvUsersFile(company.folder / "users.csv"), mode, "tester", seen.seen
        ).report
        assert replace(seen.report, import_id="") == replace(report, import_id="")
        company.wait(hours=30)


def test_a_preview_shows_each_difference_and_who_goes(company: Company) -> None:
    company.merge(HEADING + "u1,u1@x,One,A,\nu2,u2@x,Two,A,\nu3,u3@x,Three,,\n")
    seen = preview(company, HEADING + "u1,u1@x,One,B,u2\nu2,u2@x,Two,A,\nu4,u4@x,Four,,u1\n", SNAPSHOT)
    (changed,) = seen.shown[RowOutcome.UPDATED]
    assert (changed.line, changed.user_id) == (2, "u1")
    assert changed.differences == {"jobTitle": ("A", "B"), "manager": (None, "u2")}
    assert seen.manager_names == {"u2": "u2@x"}
    (added,) = seen.shown[RowOutcome.ADDED]
    assert (added.name, added.user_id, added.line) == ("u4@x", None, 4)
    assert [user.id for user in seen.removed] == ["u3"]
    assert seen.changes_anything


def test_nothing_is_imported_where_a_user_has_changed_since(company: Company) -> None:
    seen = preview(company, HEADING + "u1,u1@x,One,A,\n")
    company.merge(HEADING + "u9,u9@x,Nine,,\n")
    log = company.log()
    with pytest.raises(PreviewMoved):
        preview_was_agreed(company, seen)
    assert company.log() == log
    assert staged(company) == 0
    assert company.finish() == ()


def preview_was_agreed(company: Company, seen: ImportPreview) -> None:
    file = company.folder / "users.csv"
    file.write_text(HEADING + "u1,u1@x,One,A,\n")
    import_users(company.importing, CsvUsersFile(file), MERGE, "tester", seen.seen)


def test_a_preview_that_was_cut_off_is_never_applied(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cut(Exception):
        pass

    def cut(_progress: object) -> None:
        raise Cut

    imports = company.directory.imports
    monkeypatch.setattr(type(imports), "drop_judged", lambda _self, _import_id: None)
    file = company.folder / "users.csv"
    file.write_text(HEADING + "u1,u1@x,One,A,\n")
    stages: Iterator[object] = iter(range(2))
    importing = replace(company.importing, watch=lambda progress: cut(progress) if next(stages, None) is None else None)
    with pytest.raises(Cut):
        preview_users(importing, CsvUsersFile(file), MERGE, "tester")
    assert staged(company) == 1
    assert company.finish() == ()
    assert company.live() == {}
    assert staged(company) == 0


def test_where_nothing_is_left_over_the_service_holds_nobody_up_who_imports(company: Company) -> None:
    with company.directory.imports.lease():
        assert company.finish() == ()


def test_a_file_that_is_none_is_told_and_forgotten(company: Company, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        preview(company, "")
    assert staged(company) == 0
    assert company.directory.imports.past(10) == []


def test_the_past_has_imports_and_no_previews(company: Company) -> None:
    preview(company, HEADING + "u1,u1@x,One,A,\n")
    assert company.directory.imports.past(10) == []
    company.merge(HEADING + "u1,u1@x,One,A,\n")
    (past,) = company.directory.imports.past(10)
    assert (past.state, past.report.added, past.actor) == ("applied", 1, "tester, importing users.csv")
