"""What scripts ask beside the eleven: the tenant, templates below applications, changes of a job, single entries."""

import json
from typing import Any

import httpx2
import pytest
from tests.api.test_groups import reference
from tests.api.test_scripts import added, ok
from tests.api.test_users import EVENTUAL, made

Client = httpx2.AsyncClient


async def job_of(graph: Client, sp: str) -> str:
    """A job without credentials; its address."""
    sync = f"servicePrincipals/{sp}/synchronization"
    job = await ok(await graph.post(f"{sync}/jobs", json={"templateId": "proxyclick"}), 201)
    return f"{sync}/jobs/{job['id']}"


async def test_the_tenant_is_one_organization_with_the_domain_of_its_users(graph: Client) -> None:
    assert (await ok(await graph.get("domains")))["value"] == []
    await made(graph, "ada")
    (organization,) = (await ok(await graph.get("organization")))["value"]
    assert organization["verifiedDomains"][0]["name"] == "corp.example"
    assert (await ok(await graph.get(f"organization/{organization['id']}")))["displayName"] == "corp.example"
    await ok(await graph.get("organization/other"), 404)
    (domain,) = (await ok(await graph.get("domains")))["value"]
    assert (domain["id"], domain["isDefault"]) == ("corp.example", True)


async def test_a_job_is_changed_by_a_patch(graph: Client) -> None:
    job = await job_of(graph, await added(graph))
    threshold = {"name": "QuarantineTooManyDeletesThreshold", "value": "7"}
    wanted = {"schedule": {"interval": "PT1H30M"}, "synchronizationJobSettings": [threshold]}
    changed = await ok(await graph.patch(job, json=wanted))
    assert changed["schedule"]["interval"] in ("PT90M", "PT1H30M")
    assert changed["synchronizationJobSettings"] == [threshold]
    # What was read is sent back whole, as SDKs do, and changes nothing.
    assert (await ok(await graph.patch(job, json=changed)))["schedule"] == changed["schedule"]
    assert (await ok(await graph.patch(job, json={"synchronizationJobSettings": []})))[
        "synchronizationJobSettings"
    ] == []


@pytest.mark.parametrize(
    "body",
    [
        {"schedule": {"interval": "often"}},
        {"schedule": {"interval": "P"}},
        {"schedule": {"state": "Frobbed"}},
        {"schedule": {"state": "Active"}},
        {"synchronizationJobSettings": [{"name": "Frob", "value": "1"}]},
        {"synchronizationJobSettings": [{"name": "QuarantineTooManyDeletesThreshold", "value": "many"}]},
        {"frob": 1},
    ],
)
async def test_a_wrong_patch_of_a_job_changes_nothing(graph: Client, body: object) -> None:
    job = await job_of(graph, await added(graph))
    before = await ok(await graph.get(job))
    await ok(await graph.patch(job, json=body), 400)
    assert await ok(await graph.get(job)) == before


@pytest.mark.parametrize("kind", ["servicePrincipals", "applications"])
async def test_a_job_begins_with_the_schema_of_its_template_and_keeps_its_own(graph: Client, kind: str) -> None:
    app = await added(graph)
    template = f"{kind}/{app}/synchronization/templates"
    assert (await graph.get(f"{template}/$count", headers=EVENTUAL)).text == "1"
    assert (await ok(await graph.get(f"{template}/proxyclick")))["applicationId"] == app
    schema = await ok(await graph.get(f"{template}/proxyclick/schema"))
    await ok(await graph.put(f"{template}/proxyclick/schema", json=filtered_by(schema, "Sales")), 204)
    job = await job_of(graph, app)
    assert await scope_of(graph, f"{job}/schema") == "Sales"
    await ok(await graph.patch(f"{template}/proxyclick/schema", json=filtered_by(schema, "Research")), 204)
    assert await scope_of(graph, f"{template}/proxyclick/schema") == "Research"
    assert await scope_of(graph, f"{job}/schema") == "Sales"
    await ok(await graph.delete(f"{job}/schema"), 204)
    assert await scope_of(graph, f"{job}/schema") == "Research"
    await ok(await graph.put(f"{template}/proxyclick/schema", json={"frob": 1}), 400)
    await ok(await graph.get(f"{template}/other/schema"), 404)


def filtered_by(schema: dict[str, Any], name: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(schema))
    clause = {"sourceOperandName": "department", "operatorName": "EQUALS", "targetOperand": {"values": [name]}}
    mapping = changed["synchronizationRules"][0]["objectMappings"][0]
    mapping["scope"] = {"groups": [{"name": name, "clauses": [clause]}]}
    return changed


async def scope_of(graph: Client, schema: str) -> object:
    return (await ok(await graph.get(schema)))["synchronizationRules"][0]["objectMappings"][0]["scope"]["groups"][0][
        "name"
    ]


async def test_an_attribute_of_the_target_is_added_to_its_directory(graph: Client) -> None:
    job = await job_of(graph, await added(graph))
    found = (await ok(await graph.get(f"{job}/schema/directories")))["value"]
    target = found[-1]
    users = next(each for each in target["objects"] if each["name"] != "Group")
    like = users["attributes"][-1]
    users["attributes"].append(json.loads(json.dumps(like)) | {"name": "nickName"})
    await ok(await graph.patch(f"{job}/schema/directories/{target['id']}", json=target), 204)
    again = await ok(await graph.get(f"{job}/schema/directories/{target['id']}"))
    names = {each["name"] for one in again["objects"] for each in one["attributes"]}
    assert "nickName" in names
    await ok(await graph.patch(f"{job}/schema/directories/other", json=target), 404)


async def test_single_assignments_entries_and_numbers_are_read(graph: Client) -> None:
    sp, ada = await added(graph), await made(graph, "ada")
    role = (await ok(await graph.get(f"servicePrincipals/{sp}")))["appRoles"][0]["id"]
    body = {"principalId": ada, "resourceId": sp, "appRoleId": role}
    one = await ok(await graph.post(f"users/{ada}/appRoleAssignments", json=body), 201)
    assert (await ok(await graph.get(f"users/{ada}/appRoleAssignments/{one['id']}")))["resourceId"] == sp
    audit = (await ok(await graph.get("auditLogs/directoryAudits")))["value"][0]
    assert await ok(await graph.get(f"auditLogs/directoryAudits/{audit['id']}")) == audit | {
        "@odata.context": "https://graph.corp.example/v1.0/$metadata#auditLogs/directoryAudits/$entity"
    }
    await ok(await graph.get("auditLogs/directoryAudits/999999"), 404)
    outer, inner = [(await ok(await graph.post("groups", json=group(name)), 201))["id"] for name in ("outer", "inner")]
    await ok(await graph.post(f"groups/{outer}/members/$ref", json=reference(inner)), 204)
    await ok(await graph.post(f"groups/{inner}/members/$ref", json=reference(ada)), 204)
    counts = [
        (await graph.get(f"groups/{outer}/{members}/$count", headers=EVENTUAL)).text
        for members in ("members", "transitiveMembers", "transitiveMembers/microsoft.graph.user")
    ]
    assert counts == ["1", "2", "1"]


def group(name: str) -> dict[str, object]:
    return {"displayName": name, "mailEnabled": False, "mailNickname": name, "securityEnabled": True}


async def test_a_link_that_was_written_behind_the_version_is_followed(graph: Client) -> None:
    await made(graph, "ada")
    link = "http://graph.corp.example/v1.0/users"
    for written in (link, link.replace("://", ":/")):
        found = await ok(await graph.get(f"https://graph.corp.example/v1.0/{written}?$top=1"))
        assert len(found["value"]) == 1


async def test_what_has_nothing_behind_it_is_refused_with_what_does_it(graph: Client) -> None:
    sp = await added(graph)
    token = await ok(await graph.post(f"servicePrincipals/{sp}/synchronization/acquireAccessToken", json={}), 400)
    assert "SecretToken" in token["error"]["message"]
    job = await job_of(graph, sp)
    assert (await ok(await graph.post(f"{job}/bulkUpload", json={}), 501))["error"]["code"] == "NotImplemented"


async def test_a_deleted_directory_is_that_of_the_gallery_again(graph: Client) -> None:
    job = await job_of(graph, await added(graph))
    before = (await ok(await graph.get(f"{job}/schema/directories")))["value"]
    target = json.loads(json.dumps(before[-1]))
    users = next(each for each in target["objects"] if each["name"] != "Group")
    users["attributes"].append(users["attributes"][-1] | {"name": "nickName"})
    await ok(await graph.patch(f"{job}/schema/directories/{target['id']}", json=target), 204)
    await ok(await graph.delete(f"{job}/schema/directories/{target['id']}"), 204)
    assert (await ok(await graph.get(f"{job}/schema/directories")))["value"] == before
    await ok(await graph.delete(f"{job}/schema/directories/other"), 404)
