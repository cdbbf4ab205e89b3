"""Whom would another schema concern, before it is saved?"""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.installation import Installation, open_installation
from instep.admin.mappings.effects import ChangedValue, Concern
from instep.admin.mappings.impact import Impact, weigh
from instep.ledger.schema import Schema
from instep.ledger.schema_edits import put_row
from instep.rules.health.budgets import Judgement
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, FromExpression, Source
from instep.rules.mapping.wanted import MappingRefused
from instep.rules.planning.target_rules import TargetAction
from instep.rules.scoping.filters import Clause, ScopingFilter


def mapped(at: Installation, target: str, source: Source) -> Schema:
    """The saved schema with another source of one target attribute."""
    schema = at.applications.schema(at.app.id)
    instead_of = target if any(row.target == target for row in schema.users.mappings) else None
    return replace(schema, users=put_row(schema.users, AttributeMapping(target, source), instead_of))


def weighed(at: Installation, schema: Schema) -> Impact:
    *_, impact = weigh(at.service, at.app, schema)
    return impact


def test_accounts_are_counted_whose_values_would_be_others_and_a_sample_shows_which(installed: Installation) -> None:
    at = installed
    at.hire("ada", jobTitle="Engineer", city="Ghent")
    at.hire("bo", jobTitle="Ghent", city="Ghent")
    at.assign_all()
    at.cycle()
    sent = len(at.target.sent)
    impact = weighed(at, mapped(at, "title", Direct("city")))
    assert (impact.everyone, impact.evaluated, impact.is_complete) == (2, 2, True)
    assert impact.counts == {Concern.UPDATED: 1}
    assert impact.attributes == {"title": 1}
    (ada,) = impact.sample[Concern.UPDATED]
    assert (ada.name, ada.values) == ("ada@corp.example", (ChangedValue("title", "Engineer", "Ghent"),))
    assert len(at.target.sent) == sent


def test_what_is_weighed_is_what_the_next_cycle_does(installed: Installation) -> None:
    at = installed
    for number in range(30):
        at.hire(f"u{number:02d}", jobTitle=("Engineer", "Cook")[number % 2], department="Sales")
    at.assign_all()
    at.cycle()
    at.change("u00", city="Ghent")  # would be written in any case
    other = mapped(at, "title", FromExpression('Switch([jobTitle], [jobTitle], "Cook", "Chef")'))
    impact = weighed(at, other)
    at.applications.save_schema(at.app, at.applications.schema(at.app.id), other, at.now, "tester")
    assert at.cycle().counts.updated - 1 == impact.counts[Concern.UPDATED] == 15


def test_users_without_an_account_would_be_created_with_other_values(installed: Installation) -> None:
    at = installed
    at.hire("ada", city="Ghent")
    at.assign_all()
    impact = weighed(at, mapped(at, "title", Direct("city")))
    assert impact.counts == {Concern.CREATED: 1}
    assert impact.sample[Concern.CREATED][0].values == (ChangedValue("title", None, "Ghent"),)


def test_users_whom_the_other_mapping_fails_for_are_named_with_the_problem(installed: Installation) -> None:
    at = installed
    at.hire("ada", employeeId="x")
    at.hire("bo")
    at.assign_all()
    at.cycle()
    impact = weighed(at, mapped(at, "title", FromExpression('DateAdd("d", [employeeId], Now())')))
    assert impact.counts[Concern.FAILING] == 2
    assert all("DateAdd" in each.problem for each in impact.sample[Concern.FAILING])


def test_filters_that_keep_people_out_are_judged_like_any_removal(installed: Installation) -> None:
    at = installed
    at.hire("ada", department="Sales")
    at.hire("bo", department="IT")
    at.hire("cy", department="IT")
    at.assign_all()
    at.cycle()
    at.hire("di", department="IT")
    schema = at.applications.schema(at.app.id)
    sales = ScopingFilter("Sales", (Clause("department", "EQUALS", ("Sales",)),))
    impact = weighed(at, replace(schema, users=replace(schema.users, filters=(sales,))))
    assert impact.counts == {Concern.REMOVED: 2, Concern.LEAVING: 1}
    assert impact.removals == Judgement(3, 2)


def test_those_whom_the_other_schema_lets_stay_are_spared(installed: Installation) -> None:
    at = installed
    at.hire("ada")
    at.assign_all()
    at.cycle()
    at.disable("ada")
    schema = at.applications.schema(at.app.id)
    without_delete = schema.users.actions - {TargetAction.DELETE, TargetAction.UPDATE}
    impact = weighed(at, replace(schema, users=replace(schema.users, actions=without_delete)))
    assert impact.counts == {Concern.SPARED: 1}


def test_a_hidden_value_is_not_shown(installed: Installation) -> None:
    at = installed
    at.hire("ada", jobTitle="Spy")
    at.assign_all()
    at.cycle()
    impact = weighed(at, mapped(at, "title", FromExpression('Redact(Append([jobTitle], "!"))')))
    assert impact.sample[Concern.UPDATED][0].values == (ChangedValue("title", "[Redact]", "[Redact]"),)


def test_of_a_part_of_everyone_the_whole_is_estimated(installed: Installation) -> None:
    at = installed
    for number in range(600):
        at.hire(f"u{number:04d}", jobTitle=("Engineer", "Cook")[number % 2])
    at.assign_all()
    first = next(
        weigh(at.service, at.app, mapped(at, "title", FromExpression('Replace([jobTitle], "Cook", , , "Chef", , )')))
    )
    assert (first.evaluated, first.everyone, first.is_complete) == (500, 600, False)
    assert first.estimated(first.counts[Concern.CREATED]) == 300
    assert len(first.sample[Concern.CREATED]) == 10


def test_a_schema_that_cannot_be_compiled_is_refused(installed: Installation) -> None:
    with pytest.raises(MappingRefused):
        weighed(installed, mapped(installed, "title", FromExpression("Nonsense(")))


def test_groups_are_weighed_where_their_mapping_is_another(tmp_path: Path) -> None:
    with open_installation(tmp_path, "custom-scim") as at:
        at.hire("ada")
        at.add_group("Sales", "ada")
        at.assign_group("Sales")
        at.cycle()
        at.add_group("Legal", "ada")
        at.assign_group("Legal")
        schema = at.applications.schema(at.app.id)
        assert schema.groups is not None
        shouted = AttributeMapping("displayName", FromExpression("ToUpper([displayName])"), matching_priority=1)
        groups = put_row(schema.groups, shouted, "displayName")
        targets = tuple(replace(each, case_exact=True) for each in groups.targets)
        impact = weighed(at, replace(schema, groups=replace(groups, targets=targets)))
        assert impact.counts == {}
        assert impact.groups is not None
        assert impact.groups.counts == {Concern.UPDATED: 1, Concern.CREATED: 1}
        assert impact.groups.attributes == {"displayName": 2}
        (sales,), (legal,) = impact.groups.sample[Concern.UPDATED], impact.groups.sample[Concern.CREATED]
        assert (sales.name, sales.values) == ("Sales", (ChangedValue("displayName", "Sales", "SALES"),))
        assert (legal.name, legal.values) == ("Legal", (ChangedValue("displayName", "Legal", "LEGAL"),))
        assert weighed(at, schema).groups is None
