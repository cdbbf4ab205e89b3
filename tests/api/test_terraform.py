"""The requests of Terraform's provider azuread, resource by resource, as its source makes them (graph-api.md 2.5).

The provider itself is a binary that no package brings; what it sends, waits for and gives up on is repeated here.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from starlette.applications import Starlette
from tests.api.test_scripts import ok, run
from tests.api.test_users import made

from fakes.served_tenant import ServedTenant, served_tenant
from instep.access.graph_permissions import KNOWN
from instep.admin.access.clients import register_client
from instep.api.app import api_routes
from instep.wiring import Instep

Client = httpx2.AsyncClient
HOST, TENANT = "https://graph.corp.example", "11111111-2222-3333-4444-555555555555"
MOST_LOOKS = 3  # the provider polls for minutes; here everything is true at once


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as found:
        yield found


@dataclass(frozen=True)
class Provider:
    """A configured provider: a client with the token that it got by its metadata host."""

    http: Client

    async def eventually(self, path: str, status: int = 200, count: int | None = None) -> Any:
        """What the provider waits for: a status, and of a list as many as it has put."""
        for _ in range(MOST_LOOKS):
            answer = await self.http.get(path)
            if answer.status_code == status and count in (None, len(answer.json().get("value", ()))):
                return answer.json()
        raise AssertionError(f"{path}: {answer.status_code} {answer.text}")

    async def application(self, name: str = "From Terraform") -> tuple[str, str]:
        """`data.azuread_application_template`, and `azuread_application_from_template`; their ids."""
        listed = await ok(
            await self.http.get("applicationTemplates", params={"$filter": "displayName eq 'Proxyclick'"})
        )
        (template,) = listed["value"]
        body = {"displayName": name}
        found = await ok(await self.http.post(f"applicationTemplates/{template['id']}/instantiate", json=body), 201)
        application, principal = found["application"]["id"], found["servicePrincipal"]["id"]
        assert (await self.eventually(f"applications/{application}"))["displayName"] == name
        await self.eventually(f"servicePrincipals/{principal}")
        return application, principal

    async def secret(self, principal: str, credentials: dict[str, str]) -> None:
        """`azuread_synchronization_secret`: it is there when as many are there as were put."""
        address = f"servicePrincipals/{principal}/synchronization/secrets"
        value = [{"key": key, "value": each} for key, each in credentials.items()]
        await ok(await self.http.put(address, json={"value": value}), 204)
        kept = await self.eventually(address, count=len(value))
        assert {each["key"] for each in kept["value"]} == set(credentials)
        assert not {each["value"] for each in kept["value"]} & {credentials.get("SecretToken")}

    async def no_secret(self, principal: str, credentials: dict[str, str]) -> None:
        """Its destruction: each is emptied, and is gone when no key is there any more."""
        address = f"servicePrincipals/{principal}/synchronization/secrets"
        value = [{"key": key, "value": ""} for key in credentials]
        await ok(await self.http.put(address, json={"value": value}), 204)
        kept = (await ok(await self.http.get(address)))["value"]
        assert not {each["key"] for each in kept} & set(credentials)

    async def job(self, principal: str) -> str:
        """`azuread_synchronization_job`, but for its start; its address."""
        await ok(await self.http.get(f"servicePrincipals/{principal}"))
        jobs = f"servicePrincipals/{principal}/synchronization/jobs"
        created = await ok(await self.http.post(jobs, json={"templateId": "proxyclick"}), 201)
        await self.eventually(f"{jobs}/{created['id']}")
        return f"{jobs}/{created['id']}"

    async def is_enabled(self, job: str) -> bool:
        """What it reads of a job: whether it is enabled."""
        found = await ok(await self.http.get(job))
        assert found["templateId"] == "proxyclick"
        return bool(found["schedule"]["state"] == "Active")


@pytest.fixture
async def provider(instep: Instep) -> Provider:
    """The provider with `metadata_host`, a client id and a client secret."""
    registered = register_client(instep.access, "terraform", KNOWN, KNOWN, timedelta(days=1), "the tests")
    http = Client(transport=httpx2.ASGITransport(Starlette(routes=api_routes(instep))), base_url=HOST)
    cloud = (await http.get("/metadata/endpoints?api-version=2022-09-01")).json()
    assert all(cloud[name] for name in ("name", "resourceManager", "microsoftGraphResourceId"))
    form = {
        "grant_type": "client_credentials",
        "client_id": registered.client.id,
        "client_secret": registered.secret,
        "scope": f"{cloud['microsoftGraphResourceId'].rstrip('/')}/.default",
    }
    login = cloud["authentication"]["loginEndpoint"].rstrip("/")
    token = (await ok(await http.post(f"{login}/{TENANT}/oauth2/v2.0/token", data=form)))["access_token"]
    # It cannot begin without the object id of whom the token belongs to, which it reads in the token.
    _, payload, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert UUID(claims["oid"])
    assert (claims["appid"], claims["tid"]) == (registered.client.id, TENANT)
    graph = f"{cloud['microsoftGraphResourceId'].rstrip('/')}/v1.0/"
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx2.ASGITransport(Starlette(routes=api_routes(instep)))
    return Provider(Client(transport=transport, base_url=graph, headers=headers))


def credentials(tenant: ServedTenant) -> dict[str, str]:
    return {"BaseAddress": tenant.tenant_url, "SecretToken": tenant.secret_token}


async def test_everything_is_applied_and_destroyed_in_reverse(
    provider: Provider, instep: Instep, tenant: ServedTenant
) -> None:
    http, given = provider.http, credentials(tenant)
    application, principal = await provider.application()
    await provider.secret(principal, given)
    job = await provider.job(principal)
    await ok(await http.post(f"{job}/start"), 204)
    assert await provider.is_enabled(job)
    # azuread_app_role_assignment
    ada = await made(http, "ada.applied", givenName="Ada", surname="Applied")
    await ok(await http.get(f"servicePrincipals/{principal}"))
    roles = (await ok(await http.get(f"servicePrincipals/{principal}")))["appRoles"]
    role = next(each["id"] for each in roles if each["isEnabled"])
    body = {"appRoleId": role, "principalId": ada, "resourceId": principal}
    assignment = await ok(await http.post(f"servicePrincipals/{principal}/appRoleAssignedTo", json=body), 201)
    held = f"servicePrincipals/{assignment['resourceId']}/appRoleAssignedTo/{assignment['id']}"
    read = await ok(await http.get(held))
    assert (read["appRoleId"], read["principalId"], read["principalType"]) == (role, ada, "User")
    # azuread_synchronization_job_provision_on_demand
    await ok(await http.get(job))
    rule = (await ok(await http.get(f"{job}/schema")))["synchronizationRules"][0]["id"]
    for kind in ("User", "user"):
        subject = {"objectId": ada, "objectTypeName": kind}
        asked = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
        await ok(await http.post(f"{job}/provisionOnDemand", json=asked))
    assert len(tenant.find('userName eq "ada.applied@corp.example"')) == 1
    # a job that is switched off and on
    await ok(await http.post(f"{job}/pause"), 204)
    assert not await provider.is_enabled(job)
    await ok(await http.post(f"{job}/start"), 204)
    await run(instep, principal)
    # and all of it destroyed
    await ok(await http.delete(held), 204)
    assert (await http.get(held)).status_code == 404
    await ok(await http.delete(job), 204)
    await provider.eventually(job, status=404)
    await provider.no_secret(principal, given)
    await ok(await http.delete(f"applications/{application}"), 204)
    await provider.eventually(f"applications/{application}", status=404)
    await provider.eventually(f"servicePrincipals/{principal}", status=404)
    (account,) = tenant.find('userName eq "ada.applied@corp.example"')
    assert account["active"] is True


async def test_a_job_and_its_secrets_come_and_go_in_either_order(provider: Provider, tenant: ServedTenant) -> None:
    given = credentials(tenant) | {"SyncAll": "false", "AuthenticationType": "Token"}
    _, first = await provider.application("The job first")
    job = await provider.job(first)
    await provider.secret(first, given)
    await ok(await provider.http.post(f"{job}/start"), 204)
    await provider.no_secret(first, given)
    assert not await provider.is_enabled(job)
    await ok(await provider.http.delete(f"servicePrincipals/{first}"), 204)
    assert (await provider.http.get(f"applications/{first}")).status_code == 404


async def test_a_job_is_applied_again_after_it_was_destroyed_and_makes_no_account_twice(
    provider: Provider, instep: Instep, tenant: ServedTenant
) -> None:
    http = provider.http
    _, principal = await provider.application()
    bo = await made(http, "bo.applied", givenName="Bo", surname="Applied")
    roles = (await ok(await http.get(f"servicePrincipals/{principal}")))["appRoles"]
    body = {"appRoleId": roles[-1]["id"], "principalId": bo, "resourceId": principal}
    await ok(await http.post(f"servicePrincipals/{principal}/appRoleAssignedTo", json=body), 201)
    for _ in range(2):
        await provider.secret(principal, credentials(tenant))
        job = await provider.job(principal)
        await ok(await http.post(f"{job}/start"), 204)
        summary = await run(instep, principal)
        assert summary.counts.failed == 0
        await ok(await http.delete(job), 204)
    assert len(tenant.find('userName eq "bo.applied@corp.example"')) == 1
    logged = await ok(
        await http.get("auditLogs/provisioning", params={"$filter": f"servicePrincipal/id eq '{principal}'"})
    )
    assert len(logged["value"]) == 2


async def test_an_application_is_renamed(provider: Provider) -> None:
    application, _ = await provider.application()
    await ok(await provider.http.patch(f"applications/{application}", json={"displayName": "Renamed"}), 204)
    assert (await provider.eventually(f"applications/{application}"))["displayName"] == "Renamed"
