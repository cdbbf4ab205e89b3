"""When may values be others as time goes by?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression, TargetAttribute
from instep.rules.mapping.due import HORIZON, PRECISION, next_due
from instep.rules.mapping.expressions import Context
from instep.rules.mapping.wanted import compile_mappings

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HIRED_YET = 'IIF(DateDiff("s", CDate([employeeHireDate]), Now()) > 0, "staff", "to come")'


def due(expression: str, now: datetime = NOW, **source: Any) -> datetime:
    mapping = AttributeMapping("userType", FromExpression(expression))
    mappings = compile_mappings([mapping], [TargetAttribute("userType")])
    return next_due(mappings.timed, source, Context(now))


@pytest.mark.parametrize("minutes", [1, 59, 60, 61, 90, 719, 1439])
def test_a_change_within_a_day_is_found_to_the_minute(minutes: int) -> None:
    hired = NOW + timedelta(minutes=minutes)
    found = due(HIRED_YET, employeeHireDate=hired.isoformat())
    assert timedelta(0) <= found - hired <= PRECISION


@pytest.mark.parametrize("days", [-3650, -1, 2, 3650])
def test_what_stays_for_a_day_is_looked_at_again_after_it(days: int) -> None:
    hired = NOW + timedelta(days=days)
    assert due(HIRED_YET, employeeHireDate=hired.isoformat()) == NOW + HORIZON


def test_the_present_moment_itself_is_another_within_a_minute() -> None:
    assert NOW < due("CStr(Now())") <= NOW + PRECISION


def test_an_error_that_ends_is_a_change_too() -> None:
    expression = 'IIF(DateDiff("s", CDate("2026-03-02T10:00:00Z"), Now()) > 0, "fine", Error("too early"))'
    assert timedelta(0) <= due(expression) - datetime(2026, 3, 2, 10, tzinfo=UTC) <= PRECISION


def test_only_mappings_that_use_now_and_flow_always_have_such_a_moment() -> None:
    mappings = compile_mappings(
        [
            AttributeMapping("title", FromExpression("ToUpper([jobTitle])")),
            AttributeMapping("nickName", FromExpression("CStr(Now())"), apply="creation"),
            AttributeMapping("userType", FromExpression(HIRED_YET)),
        ],
        [],
    )
    assert [mapping.target for mapping in mappings.timed] == ["userType"]
