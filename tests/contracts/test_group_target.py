"""What may the engine rely on about groups, whichever application it speaks to?"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from fakes.allowed import THIS_MACHINE
from fakes.memory_target import MemoryTarget
from fakes.served_tenant import ServedTenant, served_tenant
from instep.connectors.targets.scim.target import open_scim_target
from instep.cycle.ports import Target
from instep.rules.health.outcomes import Answer, Outcome
from instep.rules.health.verdicts import Done, NotThere, judge_read, judge_write
from instep.rules.planning.operations import OperationKind
from instep.scim.dialects import AAD_OPT_SCIM_062020, ENTRA, RFC, Dialect
from instep.scim.dialects.members import adding_members, removing_members
from instep.scim.messages import GROUP_URN, USER_URN


@pytest.fixture(scope="module")
def tenant_with_groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(Path(tmp_path_factory.mktemp("rfc")), "rfc") as served:
        yield served


@pytest.fixture(params=["over HTTP", "in memory"])
async def target(request: pytest.FixtureRequest) -> AsyncIterator[Target]:
    if request.param == "in memory":
        yield MemoryTarget()
        return
    served: ServedTenant = request.getfixturevalue("tenant_with_groups")
    for endpoint in ("/Groups", "/Users"):
        for resource in served.http.get(endpoint, params={"count": 1000}).json()["Resources"]:
            served.http.delete(f"{endpoint}/{resource['id']}")
    async with open_scim_target(served.tenant_url, served.secret_token, 4, 30.0, None, THIS_MACHINE) as opened:
        yield opened


def said(outcome: Outcome) -> Any:
    assert isinstance(outcome, Answer), outcome
    assert outcome.status < 300, outcome
    return orjson.loads(outcome.body) if outcome.body else None


async def group(target: Target, name: str) -> str:
    body = orjson.dumps({"schemas": [GROUP_URN], "displayName": name})
    return str(said(await target.groups.create(body))["id"])


async def user(target: Target, name: str) -> str:
    return str(said(await target.create(orjson.dumps({"schemas": [USER_URN], "userName": name})))["id"])


async def members(target: Target, group_id: str) -> set[str]:
    return {member["value"] for member in said(await target.groups.read_whole(group_id)).get("members", [])}


async def change(target: Target, group_id: str, messages: Any) -> None:
    for message in messages:
        outcome = await target.groups.patch(group_id, orjson.dumps(message))
        assert isinstance(judge_write(OperationKind.ADD_MEMBERS, outcome), Done), outcome


async def test_a_group_is_created_empty_and_found_by_its_name_in_any_letter_case(target: Target) -> None:
    group_id = await group(target, "Sales")
    await group(target, "Others")
    assert await members(target, group_id) == set()
    listed = said(await target.groups.find("displayName", "SALES"))
    assert [found["id"] for found in listed["Resources"]] == [group_id]


@pytest.mark.parametrize("dialect", [ENTRA, AAD_OPT_SCIM_062020, RFC], ids=lambda dialect: dialect.name)
async def test_members_come_and_go_in_each_dialect(target: Target, dialect: Dialect) -> None:
    group_id = await group(target, "Sales")
    ann, bob, cas = [await user(target, name) for name in ("ann", "bob", "cas")]
    await change(target, group_id, adding_members(dialect, [ann, bob, cas]))
    assert await members(target, group_id) == {ann, bob, cas}
    await change(target, group_id, removing_members(dialect, [ann, cas], [bob]))
    assert await members(target, group_id) == {bob}


@pytest.mark.parametrize("dialect", [ENTRA, RFC], ids=lambda dialect: dialect.name)
async def test_to_write_a_member_twice_or_to_take_one_out_twice_changes_nothing(
    target: Target, dialect: Dialect
) -> None:
    group_id, ann, bob = await group(target, "Sales"), await user(target, "ann"), await user(target, "bob")
    for _ in range(2):
        await change(target, group_id, adding_members(dialect, [ann, bob]))
    assert await members(target, group_id) == {ann, bob}
    for _ in range(2):
        for message in removing_members(dialect, [ann], [bob]):
            outcome = await target.groups.patch(group_id, orjson.dumps(message))
            assert isinstance(judge_write(OperationKind.REMOVE_MEMBERS, outcome), Done), outcome
    assert await members(target, group_id) == {bob}


async def test_members_are_left_out_where_they_are_not_asked_for(target: Target) -> None:
    group_id, ann = await group(target, "Sales"), await user(target, "ann")
    await change(target, group_id, adding_members(ENTRA, [ann]))
    assert "members" not in said(await target.groups.read(group_id))
    [found] = said(await target.groups.find("displayName", "Sales"))["Resources"]
    assert "members" not in found


async def test_a_group_that_is_not_there_answers_404(target: Target) -> None:
    assert isinstance(judge_read(await target.groups.read("nobody")), NotThere)
    assert isinstance(judge_write(OperationKind.DELETE, await target.groups.delete("nobody")), NotThere)
    outcome = await target.groups.patch("nobody", orjson.dumps(next(adding_members(ENTRA, ["x"]))))
    assert isinstance(judge_write(OperationKind.ADD_MEMBERS, outcome), NotThere)


async def test_a_deleted_group_is_gone(target: Target) -> None:
    group_id = await group(target, "Sales")
    said(await target.groups.delete(group_id))
    assert isinstance(judge_read(await target.groups.read(group_id)), NotThere)
    assert said(await target.groups.find("displayName", "Sales"))["totalResults"] == 0


async def test_a_group_is_replaced_as_a_whole(target: Target) -> None:
    group_id, ann = await group(target, "Sales"), await user(target, "ann")
    body = {"schemas": [GROUP_URN], "id": group_id, "displayName": "Revenue", "members": [{"value": ann}]}
    said(await target.groups.replace(group_id, orjson.dumps(body)))
    assert await members(target, group_id) == {ann}
    assert said(await target.groups.read(group_id))["displayName"] == "Revenue"
