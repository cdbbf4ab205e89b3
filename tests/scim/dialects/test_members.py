"""How do members come into a group and out of it, for each kind of target?"""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.dialects import AAD_OPT_SCIM_062020, DIALECTS, ENTRA, Dialect
from instep.scim.dialects.dialect import MemberRemoval
from instep.scim.dialects.members import adding_members, removing_members, replacing_members
from instep.scim.messages import GROUP_URN
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.schemas import GROUPS

REMOVALS = [replace(ENTRA, name=str(removal), member_removal=removal) for removal in MemberRemoval]
IDS = st.lists(st.sampled_from([f"U{n}" for n in range(12)] + ['q"uote', "zoë", "a/b"]), unique=True, max_size=12)
LIMITS = st.builds(
    replace,
    st.sampled_from([*DIALECTS.values(), *REMOVALS]),
    members_per_request=st.integers(1, 5),
    operations_per_request=st.none() | st.integers(1, 3),
    member_bytes_per_request=st.none() | st.integers(1, 400),
)


def group(members: list[str]) -> dict[str, Any]:
    return {"schemas": [GROUP_URN], "displayName": "g", "members": [{"value": member} for member in members]}


def after(have: list[str], messages: Any) -> set[str]:
    resource = group(have)
    for message in messages:
        resource = apply_patch(resource, parse_patch(message), GROUPS).resource
    return {member["value"] for member in resource.get("members", [])}


@given(LIMITS, IDS, IDS)
def test_after_adding_the_group_has_the_new_members_too(dialect: Dialect, have: list[str], new: list[str]) -> None:
    assert after(have, adding_members(dialect, new)) == {*have, *new}


@given(LIMITS, IDS, st.data())
def test_after_removing_the_group_has_those_who_stay(dialect: Dialect, have: list[str], data: st.DataObject) -> None:
    leaving = data.draw(st.lists(st.sampled_from(have), unique=True)) if have else []
    staying = [member for member in have if member not in leaving]
    assert after(have, removing_members(dialect, leaving, staying)) == set(staying)


@given(LIMITS, IDS, IDS)
def test_after_replacing_the_group_has_exactly_these(dialect: Dialect, have: list[str], wanted: list[str]) -> None:
    assert after(have, replacing_members(dialect, wanted)) == set(wanted)


@given(LIMITS, IDS, IDS)
def test_no_request_is_larger_than_the_target_takes_unless_one_member_alone_is(
    dialect: Dialect, new: list[str], gone: list[str]
) -> None:
    longest = dialect.member_bytes_per_request or 1_000_000
    for message in [*adding_members(dialect, new), *removing_members(dialect, gone, new)]:
        changed = [o for o in message["Operations"] if "value" not in o] or message["Operations"][0].get("value", [])
        assert len(changed) <= dialect.members_per_request
        assert len(orjson.dumps(message)) <= longest or len(changed) <= 1


def test_the_requests_are_as_few_as_the_limit_allows() -> None:
    dialect = replace(ENTRA, members_per_request=100)
    assert len(list(adding_members(dialect, [f"U{n}" for n in range(250)]))) == 3
    assert len(list(removing_members(dialect, [f"U{n}" for n in range(200)], []))) == 2
    assert list(adding_members(dialect, [])) == list(removing_members(dialect, [], ["U1"])) == []


@pytest.mark.parametrize(
    ("dialect", "operations"),
    [
        (ENTRA, [{"op": "Remove", "path": "members", "value": [{"value": "U1"}, {"value": "U2"}]}]),
        (
            AAD_OPT_SCIM_062020,
            [
                {"op": "remove", "path": 'members[value eq "U1"]'},
                {"op": "remove", "path": 'members[value eq "U2"]'},
            ],
        ),
        (
            replace(ENTRA, member_removal=MemberRemoval.REPLACE_ALL),
            [{"op": "Replace", "path": "members", "value": [{"value": "U3"}]}],
        ),
    ],
    ids=["Entra", "aadOptscim062020", "replace-all"],
)
def test_members_are_removed_in_the_form_of_the_target(dialect: Dialect, operations: object) -> None:
    [message] = removing_members(dialect, ["U1", "U2"], ["U3"])
    assert message["Operations"] == operations


def test_members_have_a_type_where_the_target_needs_one() -> None:
    [message] = adding_members(replace(ENTRA, member_type="User"), ["U1"])
    assert message["Operations"][0]["value"] == [{"value": "U1", "type": "User"}]
