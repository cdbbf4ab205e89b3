"""Provisioning on demand by the API: a group with some of its members, and how often it may be asked for."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.api.test_groups import reference
from tests.api.test_scripts import ok
from tests.api.test_users import made

from fakes.served_tenant import ServedTenant, served_tenant
from instep.api.gallery import NON_GALLERY_ID

Client = httpx2.AsyncClient


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    """An application that has groups."""
    with served_tenant(tmp_path_factory.mktemp("target"), profile="rfc") as found:
        yield found


async def connected(graph: Client, target: ServedTenant) -> tuple[str, str]:
    """An application with a job; the ids of the service principal and the job's address."""
    body = {"displayName": "With groups"}
    added = await ok(await graph.post(f"applicationTemplates/{NON_GALLERY_ID}/instantiate", json=body), 201)
    sp = added["servicePrincipal"]["id"]
    values = {"BaseAddress": target.tenant_url, "SecretToken": target.secret_token}
    secrets = [{"key": key, "value": value} for key, value in values.items()]
    await ok(await graph.put(f"servicePrincipals/{sp}/synchronization/secrets", json={"value": secrets}), 204)
    job = await ok(await graph.post(f"servicePrincipals/{sp}/synchronization/jobs", json={"templateId": "scim"}), 201)
    return sp, f"servicePrincipals/{sp}/synchronization/jobs/{job['id']}"


async def group_of(graph: Client, sp: str, *members: str) -> str:
    """A group with members, assigned to the application."""
    body = {"displayName": "Sales", "mailEnabled": False, "mailNickname": "sales", "securityEnabled": True}
    group = (await ok(await graph.post("groups", json=body), 201))["id"]
    for member in members:
        await ok(await graph.post(f"groups/{group}/members/$ref", json=reference(member)), 204)
    role = (await ok(await graph.get(f"servicePrincipals/{sp}")))["appRoles"][0]["id"]
    assigned = {"principalId": group, "resourceId": sp, "appRoleId": role}
    await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=assigned), 201)
    return group


def asked(object_id: str, kind: str, *members: str) -> dict[str, Any]:
    links = {"members": [{"objectId": each, "objectTypeName": "User"} for each in members]}
    subject = {"objectId": object_id, "objectTypeName": kind, "links": links}
    return {"parameters": [{"ruleId": "rule", "subjects": [subject]}]}


async def test_a_group_is_provisioned_with_the_members_that_are_named(graph: Client, target: ServedTenant) -> None:
    sp, job = await connected(graph, target)
    ada, bo = await made(graph, "ada"), await made(graph, "bo")
    group = await group_of(graph, sp, ada, bo)
    told = await ok(await graph.post(f"{job}/provisionOnDemand", json=asked(group, "Group", ada)))
    assert json.loads(told["key"])["result"] == "Success"
    story = json.loads(told["value"])
    assert (story["reportableIdentifier"], story["action"]) == ("Sales", "Create")
    (resource,) = target.find('displayName eq "Sales"', "/Groups")
    (account,) = target.find('userName eq "ada@corp.example"')
    assert [member["value"] for member in resource["members"]] == [account["id"]]
    assert target.find('userName eq "bo@corp.example"') == []


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "must name one user or group"),
        (asked("nobody", "Group"), 404, "nobody"),
        (asked("nobody", "User"), 404, "nobody"),
        (asked("nobody", "Worker"), 400, "User or Group"),
    ],
)
async def test_what_cannot_be_provisioned_on_demand_is_said(
    graph: Client, target: ServedTenant, body: dict[str, Any], status: int, message: str
) -> None:
    _, job = await connected(graph, target)
    refused = await ok(await graph.post(f"{job}/provisionOnDemand", json=body), status)
    assert message in refused["error"]["message"]


async def test_the_sixth_call_within_ten_seconds_is_to_come_later(graph: Client, target: ServedTenant) -> None:
    _, job = await connected(graph, target)
    answers = [await graph.post(f"{job}/provisionOnDemand", json={}) for _ in range(6)]
    assert [each.status_code for each in answers] == [400, 400, 400, 400, 400, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 10
    assert answers[-1].json()["error"]["code"] == "TooManyRequests"
