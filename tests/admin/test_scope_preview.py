"""Who would enter and who would leave the scope, before other filters are saved?"""

from typing import Any

import pytest

from fakes.installation import Installation
from instep.admin.schema import Whom, put_scope
from instep.admin.scope_preview import ScopePreview, preview_scope
from instep.ledger.graph_schema import SchemaRefused
from instep.rules.health.budgets import Judgement
from instep.rules.scoping.standing import Scope


def filters(*departments: str) -> dict[str, Any]:
    return {
        "groups": [
            {
                "name": department,
                "clauses": [
                    {
                        "operatorName": "EQUALS",
                        "sourceOperandName": "department",
                        "targetOperand": {"values": [department]},
                    }
                ],
            }
            for department in departments
        ]
    }


def preview(at: Installation, said: object, shown: int = 10) -> ScopePreview:
    return preview_scope(at.service, at.app, said, shown)


def hire(at: Installation, **departments: str) -> None:
    for name, department in departments.items():
        at.hire(name, department=department)


def test_leavers_are_named_with_the_clause_that_keeps_them_out_and_the_accounts_they_would_lose(
    installed: Installation,
) -> None:
    at = installed
    hire(at, ada="Sales", bo="IT", cy="HR", di="HR")
    for name in ("ada", "bo", "cy"):
        at.assign(name)
    at.cycle()
    at.disable("cy")
    sent = len(at.target.sent)
    found = preview(at, filters("Sales", "Legal"))
    assert (found.evaluated, found.before, found.after) == (3, 3, 1)
    assert (found.enter, found.leave, found.lost) == (0, 2, 2)
    assert found.judgements["removals"] == Judgement(3, 2)
    assert [(mover.name, mover.why) for mover in found.leaving] == [
        (
            "bo@corp.example",
            "fails the scoping filters Sales: department EQUALS 'Sales' (it is 'IT'); "
            "and Legal: department EQUALS 'Legal' (it is 'IT')",
        ),
        (
            "cy@corp.example",
            "fails the scoping filters Sales: department EQUALS 'Sales' (it is 'HR'); "
            "and Legal: department EQUALS 'Legal' (it is 'HR')",
        ),
    ]
    assert len(at.target.sent) == sent
    assert at.applications.schema(at.app.id).users.filters == ()


def test_those_who_enter_are_named_with_the_filter_that_lets_them_in(installed: Installation) -> None:
    at = installed
    hire(at, ada="Sales", bo="IT", cy="HR")
    at.assign_all()
    put_scope(at.service, at.app, Whom.USERS, filters("Sales"), "tester")
    at.cycle()
    found = preview(at, filters("Sales", "IT"))
    assert (found.before, found.after, found.enter, found.leave) == (1, 2, 1, 0)
    assert [(mover.name, mover.why) for mover in found.entering] == [
        ("bo@corp.example", "passes the scoping filter IT")
    ]
    found = preview(at, {"groups": []})
    assert (found.after, found.enter) == (3, 2)
    assert found.entering[0].why == "passes, since there is no scoping filter any more"


def test_what_a_preview_says_is_what_the_next_cycle_does(installed: Installation) -> None:
    at = installed
    hire(at, **{f"u{number:02d}": ("Sales", "IT", "HR")[number % 3] for number in range(30)})
    at.assign_all()
    put_scope(at.service, at.app, Whom.USERS, filters("Sales", "IT"), "tester")
    at.cycle()
    found = preview(at, filters("IT", "HR"), shown=3)
    assert (found.enter, found.leave, found.lost) == (10, 10, 10)
    assert (len(found.entering), len(found.leaving)) == (3, 3)
    assert found.judgements["removals"] == Judgement(10, 10)
    put_scope(at.service, at.app, Whom.USERS, filters("IT", "HR"), "tester")
    summary = at.cycle()
    assert (summary.counts.created, summary.counts.disabled) == (10, 10)


def test_a_preview_says_when_the_removals_would_be_held(installed: Installation) -> None:
    at = installed
    hire(at, **{f"u{number:02d}": "Sales" for number in range(50)})
    at.assign_all()
    at.cycle()
    at.delete("u00")
    found = preview(at, filters("Slaes"), shown=0)
    assert (found.leave, found.lost, found.leaving) == (49, 49, [])
    assert found.judgements["removals"] == Judgement(20, 50)


def test_nobody_who_is_not_assigned_enters_and_everyone_does_when_all_are_synchronised(installed: Installation) -> None:
    at = installed
    hire(at, ada="Sales", bo="Sales")
    put_scope(at.service, at.app, Whom.USERS, filters("IT"), "tester")
    assert preview(at, filters("Sales")).enter == 0
    at.settle(scope=Scope.ALL)
    assert preview(at, filters("Sales")).enter == 2


def test_an_application_that_is_not_connected_can_be_previewed(installed: Installation) -> None:
    at = installed
    hire(at, ada="Sales", bo="IT")
    at.assign_all()
    with at.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")
    found = preview(at, filters("Sales"))
    assert (found.before, found.after, found.leave, found.lost) == (2, 1, 1, 0)


def test_filters_that_cannot_be_saved_cannot_be_previewed_either(installed: Installation) -> None:
    with pytest.raises(SchemaRefused):
        preview(installed, {"groups": [{"name": "", "clauses": []}]})
