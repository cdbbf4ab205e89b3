"""The eleven scripts of administrators (graph-api.md 3), request by request, with a tenant that is served."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.api.test_groups import reference
from tests.api.test_users import EVENTUAL, made

from fakes.served_tenant import ServedTenant, served_tenant
from instep.admin.applications import find_app
from instep.admin.provisioning import provision
from instep.wiring import Instep

Client = httpx2.AsyncClient
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as found:
        yield found


async def ok(answer: httpx2.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def added(graph: Client, name: str = "Proxyclick HQ") -> str:
    """S1: create an application from the gallery; its service principal's id."""
    found = await ok(await graph.get("applicationTemplates?$filter=displayName eq 'Proxyclick'"))
    assert found["value"][0]["supportedProvisioningTypes"] == ["sync"]
    made_of = f"applicationTemplates/{found['value'][0]['id']}/instantiate"
    made = await ok(await graph.post(made_of, json={"displayName": name}), 201)
    assert made["application"]["appId"] == made["servicePrincipal"]["appId"]
    listed = await ok(
        await graph.get("servicePrincipals?$filter=startswith(displayName,'Proxyclick')&$select=id,appId,displayName")
    )
    assert {"id", "appId", "displayName"} <= set(listed["value"][0])
    return str(made["servicePrincipal"]["id"])


def credentials(tenant: ServedTenant, token: str | None = None) -> list[dict[str, str]]:
    return [
        {"key": "BaseAddress", "value": tenant.tenant_url},
        {"key": "secretToken", "value": token or tenant.secret_token},
    ]


async def job_started(graph: Client, sp: str, tenant: ServedTenant) -> str:
    """S2: job, credentials, start; the job's address."""
    sync = f"servicePrincipals/{sp}/synchronization"
    assert (await ok(await graph.get(f"{sync}/templates")))["value"][0]["id"] == "proxyclick"
    assert (await ok(await graph.get(f"{sync}/jobs/")))["value"] == []
    job = await ok(await graph.post(f"{sync}/jobs", json={"templateId": "proxyclick"}), 201)
    assert (job["schedule"]["state"], job["status"]["code"]) in {("Disabled", "NotConfigured")}
    address = f"{sync}/jobs/{job['id']}"
    await ok(await graph.post(f"{address}/start"), 400)
    tried = {"useSavedCredentials": False, "credentials": credentials(tenant)}
    await ok(await graph.post(f"{address}/validateCredentials", json=tried), 204)
    wrong = {"useSavedCredentials": False, "credentials": credentials(tenant, "wrong")}
    refused = await ok(await graph.post(f"{address}/validateCredentials", json=wrong), 400)
    assert "401" in refused["error"]["message"]
    assert tenant.secret_token not in json.dumps(refused)
    notify = {
        "Enabled": True,
        "Recipients": "ops@example.org",
        "DeleteThresholdEnabled": True,
        "DeleteThresholdValue": 500,
    }
    secrets = [
        *credentials(tenant),
        {"key": "SyncAll", "value": "false"},
        {"key": "SyncNotificationSettings", "value": json.dumps(notify)},
    ]
    await ok(await graph.put(f"{sync}/secrets", json={"value": secrets}), 204)
    kept = (await ok(await graph.get(f"{sync}/secrets")))["value"]
    assert len(kept) == len(secrets)
    assert {"key": "SecretToken", "value": "*"} in kept
    await ok(
        await graph.post(f"{address}/microsoft.graph.validateCredentials", json={"useSavedCredentials": True}), 204
    )
    for _ in range(2):
        await ok(await graph.post(f"{address}/start"), 204)
    job = await ok(await graph.get(address))
    assert (job["schedule"]["state"], job["status"]["code"]) == ("Active", "NotRun")
    assert job["synchronizationJobSettings"] == [{"name": "QuarantineTooManyDeletesThreshold", "value": "500"}]
    return address


async def assigned(graph: Client, sp: str, principal: str) -> str:
    """S3: assign somebody with a role; the id of the assignment."""
    roles = (await ok(await graph.get(f"servicePrincipals/{sp}?$select=appRoles")))["appRoles"]
    role = next(each["id"] for each in roles if each["isEnabled"] and "User" in each["allowedMemberTypes"])
    body = {"principalId": principal, "resourceId": sp, "appRoleId": role}
    made = await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=body), 201)
    assert made["principalId"] == principal
    return str(made["id"])


async def run(instep: Instep, sp: str) -> Any:
    return await provision(instep.service, find_app(instep.applications, sp))


async def test_people_are_provisioned_from_nothing_to_the_log(
    graph: Client, instep: Instep, tenant: ServedTenant
) -> None:
    ada, bo = await made(graph, "ada", givenName="Ada", surname="Example"), await made(graph, "bo")
    sp = await added(graph)
    address = await job_started(graph, sp, tenant)
    assignment = await assigned(graph, sp, ada)
    roles = (await ok(await graph.get(f"servicePrincipals/{sp}?$select=appRoles")))["appRoles"]
    twice = {"principalId": ada, "resourceId": sp, "appRoleId": roles[0]["id"]}
    again = await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=twice), 400)
    assert again["error"]["message"] == "Permission being assigned already exists on the object"
    unknown = await ok(
        await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json={**twice, "appRoleId": ada}), 400
    )
    assert unknown["error"]["message"] == "Permission being assigned was not found on application"
    default = {"principalId": bo, "resourceId": sp, "appRoleId": DEFAULT_ACCESS}
    await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=default), 201)
    listed = await ok(
        await graph.get(f"servicePrincipals/{sp}/appRoleAssignedTo?$filter=principalDisplayName eq 'ada example'")
    )
    assert [each["id"] for each in listed["value"]] == [assignment]
    await run(instep, sp)
    (account,) = tenant.find('userName eq "ada@corp.example"')
    assert account["active"] is True
    job = await ok(await graph.get(address))
    assert job["status"]["code"] == "Active"
    assert job["status"]["synchronizedEntryCountByType"][0]["value"] == 1
    # S7: what happened
    since = "2020-01-01T00:00:00Z"
    condition = f"jobId eq '{job['id']}' and activityDateTime gt {since}"
    log = f"auditLogs/provisioning?$filter={condition}&$orderby=activityDateTime desc&$top=100"
    entries = (await ok(await graph.get(log)))["value"]
    assert {each["sourceIdentity"]["displayName"]: each["provisioningAction"] for each in entries} == {
        "ada@corp.example": "create",
        "bo@corp.example": "other",
    }
    skipped = (
        f"auditLogs/provisioning?$filter=provisioningStatusInfo/status eq 'skipped' and servicePrincipal/id eq '{sp}'"
    )
    assert [each["sourceIdentity"]["id"] for each in (await ok(await graph.get(skipped)))["value"]] == [bo]
    named = "auditLogs/provisioning?$filter=contains(tolower(sourceIdentity/displayName), 'ADA')"
    (entry,) = (await ok(await graph.get(named)))["value"]
    assert (await ok(await graph.get(f"auditLogs/provisioning/{entry['id']}")))["changeId"] == entry["changeId"]
    audits = (await ok(await graph.get("auditLogs/directoryAudits?$filter=loggedByService eq 'Core Directory'")))[
        "value"
    ]
    assert {"Add application", "Add app role assignment grant to user"} <= {
        each["activityDisplayName"] for each in audits
    }
    assert tenant.secret_token not in json.dumps(audits)
    # S6: one user now
    rule = (await ok(await graph.get(f"{address}/schema")))["synchronizationRules"][0]["id"]
    subject = {"objectId": bo, "objectTypeName": "User"}
    asked = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
    answer = await ok(await graph.post(f"{address}/provisionOnDemand", json=asked))
    assert json.loads(answer["key"])["result"] == "Skipped"
    assert json.loads(answer["value"])["reportableIdentifier"] == "bo@corp.example"
    # S11: off-board
    await ok(await graph.patch(f"users/{ada}", json={"accountEnabled": False}), 204)
    leavers = await ok(await graph.get("users?$filter=accountEnabled eq false&$select=id,userPrincipalName"))
    assert [each["id"] for each in leavers["value"]] == [ada]
    for each in (await ok(await graph.get(f"users/{ada}/appRoleAssignments")))["value"]:
        await ok(await graph.delete(f"users/{ada}/appRoleAssignments/{each['id']}"), 204)
    await run(instep, sp)
    (account,) = tenant.find('userName eq "ada@corp.example"')
    assert account["active"] is False
    disabled = "auditLogs/provisioning?$filter=provisioningAction eq 'disable'"
    assert [each["sourceIdentity"]["id"] for each in (await ok(await graph.get(disabled)))["value"]] == [ada]


async def test_a_mapping_a_filter_and_an_expression_are_changed_and_tried(
    graph: Client, instep: Instep, tenant: ServedTenant
) -> None:
    sp = await added(graph)
    address = await job_started(graph, sp, tenant)
    schema = await ok(await graph.get(f"{address}/schema"))
    version = schema["version"]
    mapping = schema["synchronizationRules"][0]["objectMappings"][0]
    clause = {"sourceOperandName": "department", "operatorName": "EQUALS", "targetOperand": {"values": ["Sales"]}}
    mapping["scope"] = {
        "@odata.type": "#microsoft.graph.filter",
        "groups": [{"name": "Sales", "clauses": [clause]}],
        "inputFilterGroups": [],
        "categoryFilterGroups": [],
    }
    await ok(await graph.patch(f"{address}/schema", json=schema), 204)
    changed = await ok(await graph.get(f"{address}/schema"))
    assert changed["version"] != version
    assert changed["synchronizationRules"][0]["objectMappings"][0]["scope"]["groups"][0]["name"] == "Sales"
    broken = json.loads(json.dumps(changed))
    frobbed = {"type": "Function", "name": "Frob", "expression": "Frob([mail])", "parameters": []}
    broken["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][0]["source"] = frobbed
    refused = await ok(await graph.put(f"{address}/schema", json=broken), 400)
    assert "Frob" in refused["error"]["message"]
    assert (await ok(await graph.get(f"{address}/schema")))["version"] == changed["version"]
    # S10: the same on another application
    other = await job_started(graph, await added(graph, "Proxyclick Annex"), tenant)
    await ok(await graph.put(f"{other}/schema", json=changed), 204)
    cloned = await ok(await graph.get(f"{other}/schema"))
    assert cloned["synchronizationRules"][0]["objectMappings"] == changed["synchronizationRules"][0]["objectMappings"]
    await ok(await graph.delete(f"{address}/schema"), 204)
    restored = (await ok(await graph.get(f"{address}/schema")))["synchronizationRules"][0]["objectMappings"][0]
    assert not (restored["scope"] or {"groups": []})["groups"]
    # S5: an expression
    body = {
        "expression": 'Append([surname], "!")',
        "testInputObject": {"properties": [{"key": "surname", "value": "Lovelace"}]},
    }
    parsed = await ok(await graph.post(f"{address}/schema/parseExpression", json=body))
    assert (parsed["parsingSucceeded"], parsed["evaluationSucceeded"], parsed["evaluationResult"]) == (
        True,
        True,
        ["Lovelace!"],
    )
    wrong = await ok(
        await graph.post(f"{address}/schema/microsoft.graph.parseExpression", json={"expression": "Append("})
    )
    assert (wrong["parsingSucceeded"], wrong["error"]["code"]) == (False, "ExpressionParsingError")
    assert len((await ok(await graph.get(f"{address}/schema/functions()")))["value"]) > 40
    operators = {each["id"] for each in (await ok(await graph.get(f"{address}/schema/filterOperators")))["value"]}
    assert {"EQUALS", "IS NULL", "REGEX MATCH"} <= operators


async def test_a_job_is_watched_paused_mended_and_restarted(
    graph: Client, instep: Instep, tenant: ServedTenant
) -> None:
    sp = await added(graph)
    address = await job_started(graph, sp, tenant)
    sync = address.rpartition("/jobs/")[0]
    ada = await made(graph, "ada.watched", givenName="Ada", surname="Watched")
    await assigned(graph, sp, ada)
    wrong = [*credentials(tenant, "wrong"), {"key": "SyncAll", "value": "false"}]
    await ok(await graph.put(f"{sync}/secrets", json={"value": wrong}), 204)
    await run(instep, sp)
    # S8: who is in quarantine?
    query = "$filter=tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')&$select=id,displayName&$top=999"
    found = await ok(await graph.get(f"servicePrincipals?{query}&$count=true", headers=EVENTUAL))
    assert found["@odata.count"] == 1
    requests = [
        {"id": str(number), "method": "GET", "url": f"/servicePrincipals/{each['id']}/synchronization/jobs"}
        for number, each in enumerate(found["value"])
    ]
    batch = await ok(await graph.post("$batch", json={"requests": requests}))
    (job,) = batch["responses"][0]["body"]["value"]
    assert job["status"]["code"] == "Quarantine"
    assert job["status"]["quarantine"]["reason"] == "EncounteredQuarantineException"
    assert job["status"]["quarantine"]["error"]["message"]
    # S9: mended, with the token that is kept, and restarted
    await ok(await graph.put(f"{sync}/secrets", json={"value": credentials(tenant)}), 204)
    kept = [{"key": "BaseAddress", "value": tenant.tenant_url}, {"key": "SecretToken", "value": "*"}]
    await ok(await graph.put(f"{sync}/secrets", json={"value": kept}), 204)
    elsewhere = [{"key": "BaseAddress", "value": "http://127.0.0.1:1/scim"}, {"key": "SecretToken", "value": "*"}]
    refused = await ok(await graph.put(f"{sync}/secrets", json={"value": elsewhere}), 400)
    assert "not sent there" in refused["error"]["message"]
    tried = {"useSavedCredentials": False, "credentials": elsewhere}
    await ok(await graph.post(f"{address}/validateCredentials", json=tried), 400)
    restart = {"criteria": {"resetScope": "watermark,Escrows , QuarantineState"}}
    await ok(await graph.post(f"{address}/microsoft.graph.restart", json=restart), 204)
    for body in ({"criteria": {}}, {}, {"criteria": {"resetScope": "Full"}}):
        await ok(await graph.post(f"{address}/restart", json=body), 204)
    await ok(await graph.post(f"{address}/restart", json={"criteria": {"resetScope": "Everything"}}), 400)
    assert (await ok(await graph.get(address)))["status"]["quarantine"] is None
    await run(instep, sp)
    assert tenant.find('userName eq "ada.watched@corp.example"')
    # S10: paused for maintenance
    await ok(await graph.post(f"{address}/pause"), 204)
    job = await ok(await graph.get(address))
    assert (job["status"]["code"], job["schedule"]["state"]) == ("Paused", "Paused")
    await ok(await graph.put(f"{sync}/secrets", json={"value": []}), 204)
    assert (await ok(await graph.get(address)))["status"]["code"] == "NotConfigured"


async def test_owners_and_names_of_applications(graph: Client) -> None:
    sp, ada = await added(graph), await made(graph, "ada")
    await ok(await graph.post(f"servicePrincipals/{sp}/owners/$ref", json=reference(ada)), 204)
    await ok(await graph.post(f"servicePrincipals/{sp}/owners/$ref", json=reference(ada)), 400)
    assert [each["id"] for each in (await ok(await graph.get(f"servicePrincipals/{sp}/owners")))["value"]] == [ada]
    await ok(await graph.patch(f"servicePrincipals(appId='{sp}')", json={"notes": "Ours"}), 204)
    await ok(await graph.patch(f"applications/{sp}", json={"displayName": "Doors"}), 204)
    found = await ok(await graph.get(f"servicePrincipals/{sp}"))
    assert (found["displayName"], found["notes"]) == ("Doors", "Ours")
    named = await ok(await graph.get(f"servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{sp}')"))
    assert len(named["value"]) == 1


async def test_of_several_roles_one_is_taken_away(graph: Client, instep: Instep) -> None:
    sp, ada = await added(graph), await made(graph, "ada")
    roles = (await ok(await graph.get(f"servicePrincipals/{sp}")))["appRoles"]
    ids = []
    for role in (*roles, {"id": DEFAULT_ACCESS}):
        body = {"principalId": ada, "resourceId": sp, "appRoleId": role["id"]}
        ids.append((await ok(await graph.post(f"users/{ada}/appRoleAssignments", json=body), 201))["id"])
    await ok(await graph.delete(f"servicePrincipals/{sp}/appRoleAssignedTo/{ids[0]}"), 204)
    await ok(await graph.delete(f"servicePrincipals/{sp}/appRoleAssignedTo/{ids[0]}"), 404)
    left = {each["id"] for each in (await ok(await graph.get(f"users/{ada}/appRoleAssignments")))["value"]}
    assert left == set(ids[1:])
    assert len({each.role_id for each in instep.applications.assignments(sp)}) == len(ids) - 1


@pytest.mark.parametrize(
    "secrets",
    [
        "x",
        [{"key": "BaseAddress"}],
        [{"key": "BaseAddress", "value": "https://a.example"}],
        [{"key": "BaseAddress", "value": "ftp://a.example"}, {"key": "SecretToken", "value": "x"}],
        [{"key": "BaseAddress", "value": "https://a.example"}, {"key": "SecretToken", "value": "*"}],
        [{"key": "BaseAddress", "value": "https://a.example"}, {"key": "SecretToken", "value": "a\r\nb"}],
        [{"key": "Nonsense", "value": "x"}],
        [{"key": "SyncAll", "value": "perhaps"}],
        [{"key": "SyncNotificationSettings", "value": "{"}],
        [{"key": "SyncNotificationSettings", "value": '{"Enabled":true,"Recipients":"nobody"}'}],
    ],
)
async def test_wrong_secrets_are_refused_and_nothing_is_saved(graph: Client, secrets: object) -> None:
    sp = await added(graph)
    answer = await graph.put(f"servicePrincipals/{sp}/synchronization/secrets", json={"value": secrets})
    assert answer.status_code == 400, answer.text
    kept = (await ok(await graph.get(f"servicePrincipals/{sp}/synchronization/secrets")))["value"]
    assert [each for each in kept if each["key"] in ("BaseAddress", "SecretToken", "SyncNotificationSettings")] == []
