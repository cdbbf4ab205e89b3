"""Conditions on documents in memory."""

from typing import Any

import pytest

from instep.odata.conditions import Order, Path
from instep.odata.errors import QueryRefused
from instep.odata.evaluate import holds, ordered
from instep.odata.filters import parse_filter

APP: dict[str, Any] = {
    "id": "1",
    "displayName": "Proxyclick HQ",
    "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    "notes": None,
    "accountEnabled": True,
    "createdDateTime": "2026-11-23T08:00:00Z",
    "info": {"logoUrl": None, "size": 3},
    "appRoles": [{"value": "User", "isEnabled": True}, {"value": None, "isEnabled": False}],
}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("displayName eq 'proxyclick hq'", True),
        ("displayName ne 'proxyclick hq'", False),
        ("startswith(displayName,'PROXY')", True),
        ("endswith(displayName, 'hq') and contains(displayName, 'click')", True),
        ("tolower(displayName) eq 'proxyclick hq'", True),
        ("length(displayName) gt 12", True),
        ("tags/any(t:t eq 'windowsazureactivedirectoryintegratedapp')", True),
        ("tags/any(t:startswith(t, 'x'))", False),
        ("tags/$count eq 1", True),
        ("notes eq null", True),
        ("notes/any()", False),
        ("startswith(notes, 'a')", False),
        ("not startswith(notes, 'a')", True),
        ("accountEnabled", True),
        ("not accountEnabled", False),
        ("createdDateTime ge 2026-11-23", True),
        ("createdDateTime lt 2026-11-23T08:00:00Z", False),
        ("2026-11-24 gt createdDateTime", True),
        ("info/size le 3 and info/logoUrl eq null", True),
        ("info/size gt 'x'", False),
        ("notes gt 'a' or notes le 'a'", False),
        ("id in ('1', '2')", True),
        ("appRoles/any(r:r/value eq 'user' and r/isEnabled eq true)", True),
        ("appRoles/all(r:r/isEnabled)", False),
    ],
)
def test_a_condition_holds_or_not(text: str, answer: bool) -> None:
    assert holds(parse_filter(text), APP) is answer


@pytest.mark.parametrize("text", ["nothing eq 1", "info/nothing eq 1", "displayName/x eq 1"])
def test_a_property_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="Could not find a property named"):
        holds(parse_filter(text), APP)


def test_an_order_is_by_several_properties_and_stable() -> None:
    documents = [{"a": "b", "n": 1}, {"a": "A", "n": 2}, {"a": None, "n": 3}, {"a": "B", "n": 4}]
    found = ordered(documents, [Order(Path(("a",))), Order(Path(("n",)), True)])
    assert [each["n"] for each in found] == [3, 2, 4, 1]
