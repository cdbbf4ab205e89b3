"""Are the operations of a plan found by kind, state and name, page by page?"""

from fakes.installation import Installation
from instep.admin.plan_documents import HEADING, kept_as_row
from instep.admin.plans import page_of_plan
from instep.admin.ports import PlannedQuery
from instep.ledger.plans import PlannedState
from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression
from instep.rules.planning.operations import OperationKind


def test_operations_are_found_by_kind_state_and_name(installed: Installation) -> None:
    installed.hire_all(["ada", "bo"])
    installed.assign_all()
    installed.cycle()
    installed.hire_all(["cleo", "cleopatra", "dan"])
    installed.disable("ada")
    plan = installed.save_plan()

    def found(query: PlannedQuery) -> list[str]:
        return [kept.planned.user_id for kept in page_of_plan(installed.service, installed.app, plan, query)]

    assert sorted(found(PlannedQuery())) == ["ada", "cleo", "cleopatra", "dan"]
    assert found(PlannedQuery(kind=OperationKind.DISABLE)) == ["ada"]
    assert found(PlannedQuery(text="CLEO")) == ["cleo", "cleopatra"]
    assert found(PlannedQuery(text="%")) == []
    assert found(PlannedQuery(state=PlannedState.DONE)) == []


def test_pages_go_forth_and_back(installed: Installation) -> None:
    installed.hire_all([f"p{number}" for number in range(7)])
    installed.assign_all()
    plan = installed.save_plan()

    def numbers(query: PlannedQuery) -> list[int]:
        return [kept.number for kept in installed.plans.page(plan.id, query)]

    assert numbers(PlannedQuery(limit=3)) == [1, 2, 3]
    assert numbers(PlannedQuery(after=3, limit=3)) == [4, 5, 6]
    assert numbers(PlannedQuery(before=7, limit=3)) == [4, 5, 6]


def test_an_operation_is_a_row_of_a_table(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    (kept,) = installed.planned(installed.save_plan())
    cells = dict(zip(HEADING, kept_as_row(kept), strict=True))
    assert (cells["operation"], cells["name"], cells["held"]) == ("create", "ada@corp.example", "false")
    assert '"userName":"ada@corp.example"' in cells["after"]


def test_who_would_fail_is_listed_with_attribute_reason_and_advice_and_is_sent_nothing(installed: Installation) -> None:
    installed.map_users(AttributeMapping("active", FromExpression('IIF([jobTitle]="Pilot", "perhaps", "True")')))
    installed.hire_all(["ada", "bo"])
    installed.hire("cleo", jobTitle="Pilot")
    installed.assign_all()
    plan = installed.save_plan()
    assert (plan.size, plan.left, plan.failures) == (2, 2, 1)
    found = page_of_plan(installed.service, installed.app, plan, PlannedQuery(state=PlannedState.WOULD_FAIL))
    (cells,) = [dict(zip(HEADING, kept_as_row(kept), strict=True)) for kept in found]
    assert (cells["name"], cells["operation"], cells["state"]) == ("cleo@corp.example", "", "would fail")
    assert (cells["attribute"], "perhaps" in cells["reason"]) == ("active", True)
    assert "Correct the user's source attribute" in cells["whatToDo"]
    installed.change("cleo", jobTitle="Captain")  # she would be well now, and is still not agreed to
    applied, summary = installed.apply(installed.approve(plan))
    assert (summary.counts.created, applied.failures) == (2, 1)
    assert installed.link("cleo") is None
