"""What does an administrator do with scoping filters in the console?"""

import html

import pytest

from console.mappings.test_mapping_pages import counted, save
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from instep.console.filters.filter_form import FilterForm, read_filters
from instep.rules.scoping.filters import Clause, ScopingFilter

SALES = {"title-0": "Sales", "attribute-0-0": "department", "operator-0-0": "EQUALS", "value-0-0": "Sales"}


def test_filters_show_live_who_would_leave_and_are_saved_after_a_review(
    root: ConsoleBrowser, admin: Administrator, at: str
) -> None:
    assert "No scoping filter" in root.follow(root.get(f"{at}/filters")).text
    found = counted(root, root.post(f"{at}/filters/users/count", **SALES).text)
    assert "<dt>would leave</dt><dd>2</dd>" in found
    assert "fails the scoping filter Sales: department EQUALS &#39;Sales&#39; (it is &#39;IT&#39;)" in found
    review = counted(root, root.post(f"{at}/filters/users/review", **SALES).text)
    assert "<strong>2 accounts</strong> would be disabled or deleted" in review
    save(root, at, review)
    assert admin.instep.applications.schema(admin.app.id).users.filters == (
        ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),)),
    )
    assert admin.provisions().counts.disabled == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title-0": ""}, "needs a title"),
        ({"attribute-0-0": ""}, "names no attribute"),
        ({"attribute-0-0": "departmnt"}, "did you mean department"),
        ({"attribute-0-0": "manager"}, "references cannot be used"),
        ({"value-0-0": ""}, "EQUALS needs a value"),
        ({"operator-0-0": "REGEX MATCH", "value-0-0": "("}, "("),
        ({"operator-0-0": "LIKE"}, "LIKE"),
    ],
)
def test_what_is_wrong_with_a_filter_is_told_at_its_place(
    kept: tuple[ConsoleBrowser, str], fields: dict[str, str], problem: str
) -> None:
    root, at = kept
    root.get(f"{at}/filters/users")
    answer = root.post(f"{at}/filters/users/review", **{**SALES, **fields})
    assert answer.status_code == 422
    assert problem in html.unescape(answer.text)
    assert "synchronizationRules" not in answer.text
    assert "Not complete yet" in root.post(f"{at}/filters/users/count", **{**SALES, **fields}).text


def test_rows_are_added_and_taken_away_without_losing_what_was_typed(kept: tuple[ConsoleBrowser, str]) -> None:
    root, at = kept
    root.get(f"{at}/filters/users")
    page = root.post(f"{at}/filters/users/edit", **SALES, deed="add-clause-0").text
    assert 'name="attribute-0-1"' in page
    assert 'value="Sales"' in page
    page = root.post(f"{at}/filters/users/edit", **SALES, deed="add-filter").text
    assert 'name="title-1"' in page
    assert 'name="title-0"' not in root.post(f"{at}/filters/users/edit", **SALES, deed="remove-filter-0").text


@pytest.mark.parametrize(
    "deed", ["", "add-clause-9", "remove-clause-0", "remove-filter-x", "nonsense-0", "add-clause--1"]
)
def test_a_button_that_there_is_not_changes_nothing(deed: str) -> None:
    form = read_filters(SALES)
    assert form.edited(deed) == form


def test_clauses_are_taken_away_one_by_one() -> None:
    form = FilterForm((ScopingFilter("a", (Clause("x", "EQUALS", ("1",)), Clause("y", "IS NULL"))),))
    assert form.edited("remove-clause-0-0").filters == (ScopingFilter("a", (Clause("y", "IS NULL"),)),)


def test_a_unary_operator_takes_no_value() -> None:
    form = read_filters({**SALES, "operator-0-0": "IS NULL"})
    assert form.filters == (ScopingFilter("Sales", (Clause("department", "IS NULL"),)),)


def test_proxyclick_has_no_filters_of_groups(kept: tuple[ConsoleBrowser, str]) -> None:
    root, at = kept
    assert root.get(f"{at}/filters/groups").status_code == 404
