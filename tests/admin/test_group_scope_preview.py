"""Which groups would enter and which would leave the scope, before other filters are saved?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.installation import ME, Installation, open_installation
from instep.admin.group_scope_preview import preview_group_scope
from instep.admin.schema import Whom, put_scope
from instep.admin.scope_preview import ScopePreview
from instep.directory.errors import NotFound, NotPossible
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.scoping.standing import Scope


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path, "custom-scim") as installation:
        for name in ("Sales North", "Sales South", "IT"):
            installation.add_group(name)
            installation.assign_group(name)
        installation.add_group("Everyone else")
        installation.assign_group("Everyone else", role="Default Access")
        yield installation


def named(pattern: str) -> dict[str, Any]:
    operand = {"values": [pattern]}
    clause = {"operatorName": "REGEX MATCH", "sourceOperandName": "displayName", "targetOperand": operand}
    return {"groups": [{"name": "Named", "clauses": [clause]}]}


def preview(at: Installation, said: object) -> ScopePreview:
    return preview_group_scope(at.service, at.app, said, 10)


def test_groups_that_are_assigned_are_compared_by_their_own_attributes(at: Installation) -> None:
    found = preview(at, named("Sales.*"))
    assert (found.before, found.after, found.leave, found.lost) == (3, 2, 1, 0)
    assert [(mover.name, mover.why) for mover in found.leaving] == [
        ("IT", "fails the scoping filter Named: displayName REGEX MATCH 'Sales.*' (it is 'IT')")
    ]
    put_scope(at.service, at.app, Whom.GROUPS, named("Sales.*"), ME)
    found = preview(at, {"groups": []})
    assert [(mover.name, mover.why) for mover in found.entering] == [
        ("IT", "passes, since there is no scoping filter any more")
    ]


def test_a_preview_says_which_groups_the_target_would_lose_and_the_next_cycle_deletes_them(at: Installation) -> None:
    at.cycle()
    found = preview(at, named("Sales.*"))
    assert (found.leave, found.lost, found.judgements) == (1, 1, {Budgeted.GROUPS: Judgement(3, 1)})
    put_scope(at.service, at.app, Whom.GROUPS, named("Sales.*"), ME)
    assert at.cycle().counts.of_groups.groups_deleted == 1


def test_every_group_is_compared_where_all_are_synchronised(at: Installation) -> None:
    at.settle(scope=Scope.ALL)
    assert preview(at, named("Sales.*")).before == 4


def test_an_application_without_groups_has_none_to_compare(installed: Installation) -> None:
    with pytest.raises(NotFound, match="no mapping of groups"):
        preview(installed, named("x"))


def test_groups_whose_mapping_is_disabled_are_not_compared(at: Installation) -> None:
    present = at.applications.schema(at.app.id)
    assert present.groups is not None
    off = replace(present, groups=replace(present.groups, is_enabled=False))
    at.applications.save_schema(at.app, present, off, at.now, ME)
    with pytest.raises(NotPossible, match="is disabled"):
        preview(at, named("x"))
