"""Do the words of a report say what to do?"""

from instep.directory.imports import Fault, ImportMode, ImportReport
from instep.directory.wording import summary_of_import, warnings_of_import


def report(**facts):
    return ImportReport("i1", "users.csv", ImportMode.SNAPSHOT, **{"rows": 10, **facts})


def test_a_summary_counts_what_happened():
    said = summary_of_import(report(added=1, unchanged=8, bad_rows=1))
    assert said == "users.csv: 10 rows: 1 added, 8 unchanged, 1 bad."


def test_a_bad_cell_is_named_by_line_and_column():
    said = list(warnings_of_import(report(bad_rows=1, faults=(Fault(7, "accountEnabled", "No."),))))
    assert said == ["Line 7, accountEnabled: No."]


def test_faults_that_were_not_kept_are_counted():
    said = list(warnings_of_import(report(bad_rows=300, faults=(Fault(7, None, "No."),))))
    assert "300 rows" in said[-1]


def test_held_removals_say_how_to_allow_them():
    held = report(removals_held=21, removal_budget=20, removed_lately=2, held_names=("a@x", "b@x"))
    (said,) = warnings_of_import(held)
    assert "--allow-removals 21" in said
    assert "a@x, b@x and 19 more" in said
    assert "2 were removed in the last 24 hours" in said


def test_suspended_removals_say_why_and_offer_no_allowance():
    (said,) = warnings_of_import(
        report(removals_held=2, removals_suspended_because="line 3 is cut.", held_names=("a",))
    )
    assert "line 3 is cut." in said
    assert "--allow-removals" not in said


def test_a_file_that_names_nobody_is_told():
    assert "no row" in next(warnings_of_import(report(rows=0)))


def test_a_file_that_names_nobody_says_what_either_wish_takes():
    wrong = report(removals_held=21, names_nobody=True, is_applied=False, held_names=("a@x", "b@x"))
    (said,) = warnings_of_import(wrong)
    assert "names nobody who is in the directory" in said
    assert "--allow-removals 21" in said
    assert "--mode merge" in said
    assert summary_of_import(wrong) == "users.csv: nothing was changed."
