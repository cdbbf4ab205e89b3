"""What can be changed of a service principal and of its application, and how is one made?"""

from uuid import uuid4

import httpx2
import pytest
from tests.api.test_scripts import added, ok
from tests.api.test_users import made

Client = httpx2.AsyncClient


async def test_a_service_principal_that_was_read_is_sent_back_whole(graph: Client) -> None:
    sp = await added(graph)
    read = await ok(await graph.get(f"servicePrincipals/{sp}"))
    whole = {name: value for name, value in read.items() if not name.startswith("@")} | {"notes": "Ours"}
    await ok(await graph.patch(f"servicePrincipals/{sp}", json=whole), 204)
    assert (await ok(await graph.get(f"servicePrincipals/{sp}")))["notes"] == "Ours"


async def roles_of(graph: Client, sp: str) -> list[dict[str, object]]:
    return list((await ok(await graph.get(f"servicePrincipals/{sp}")))["appRoles"])


RECEPTION = "0b1c2d3e-0000-4000-8000-000000000001"


@pytest.mark.parametrize("kind", ["servicePrincipals", "applications"])
async def test_app_roles_are_added_changed_and_removed_by_one_patch(graph: Client, kind: str) -> None:
    sp = await added(graph)
    first, *others = await roles_of(graph, sp)
    new = {"id": RECEPTION.upper(), "displayName": "Reception", "value": "reception", "allowedMemberTypes": ["User"]}
    wanted = [first | {"displayName": "First", "isEnabled": False}, new]
    await ok(await graph.patch(f"{kind}/{sp}", json={"appRoles": wanted, "notes": "Two roles"}), 204)
    found = {str(role["id"]): role for role in await roles_of(graph, sp)}
    assert found.keys() == {first["id"], RECEPTION}
    assert others
    assert (found[str(first["id"])]["displayName"], found[str(first["id"])]["isEnabled"]) == ("First", False)
    assert found[RECEPTION]["value"] == "reception"


@pytest.mark.parametrize(
    "role",
    [
        {"displayName": "Without an id"},
        {"id": "frob", "displayName": "Frob"},
        {"id": "00000000-0000-0000-0000-000000000000", "displayName": "Zeros"},
        {"id": RECEPTION},
        {"id": RECEPTION, "displayName": "Default Access"},
        {"id": RECEPTION, "displayName": "Reception", "value": "two words"},
        {"id": RECEPTION, "displayName": "Reception", "isEnabled": "yes"},
        {"id": RECEPTION, "displayName": "Reception", "allowedMemberTypes": ["Application"]},
        {"id": RECEPTION, "displayName": "Reception", "frob": 1},
        "Reception",
    ],
)
async def test_a_wrong_app_role_changes_nothing_of_the_application(graph: Client, role: object) -> None:
    sp = await added(graph)
    before = await ok(await graph.get(f"servicePrincipals/{sp}"))
    refused = await graph.patch(f"servicePrincipals/{sp}", json={"notes": "Ours", "appRoles": [role]})
    await ok(refused, 400)
    assert await ok(await graph.get(f"servicePrincipals/{sp}")) == before


async def test_an_app_role_that_somebody_holds_is_not_removed(graph: Client) -> None:
    sp, ada = await added(graph), await made(graph, "ada")
    held, *others = await roles_of(graph, sp)
    body = {"principalId": ada, "resourceId": sp, "appRoleId": held["id"]}
    await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=body), 201)
    refused = await ok(await graph.patch(f"servicePrincipals/{sp}", json={"appRoles": []}), 400)
    assert "holds the role" in refused["error"]["message"]
    assert await roles_of(graph, sp) == [held, *others]


async def test_the_id_of_another_applications_app_role_is_refused(graph: Client) -> None:
    one, two = await added(graph, "Proxyclick One"), await added(graph, "Proxyclick Two")
    taken = (await roles_of(graph, one))[0] | {"displayName": "Copied", "value": "copied"}
    body = {"appRoles": [*await roles_of(graph, two), taken]}
    assert "Proxyclick One" in (await ok(await graph.patch(f"applications/{two}", json=body), 400))["error"]["message"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accountEnabled", False),
        ("appRoleAssignmentRequired", False),
        ("notes", "Call Ada"),
        ("notificationEmailAddresses", ["ops@corp.example", "it@corp.example"]),
        ("tags", ["WindowsAzureActiveDirectoryIntegratedApp", "Visitors"]),
    ],
)
async def test_a_property_is_kept_and_shown(graph: Client, name: str, value: object) -> None:
    sp = await added(graph)
    before = await ok(await graph.get(f"servicePrincipals/{sp}"))
    await ok(await graph.patch(f"servicePrincipals/{sp}", json={name: value}), 204)
    assert await ok(await graph.get(f"servicePrincipals/{sp}")) == before | {name: value}


@pytest.mark.parametrize(
    "body",
    [
        {"accountEnabled": "no"},
        {"accountEnabled": None},
        {"appRoleAssignmentRequired": 1},
        {"tags": "one"},
        {"tags": [1]},
        {"tags": [""]},
        {"tags": ["x" * 257]},
        {"notificationEmailAddresses": ["nobody"]},
        {"notificationEmailAddresses": [f"ops{number}@corp.example" for number in range(6)]},
        {"homepage": "https://corp.example"},
        {"frob": None},
    ],
)
async def test_a_wrong_property_changes_nothing(graph: Client, body: dict[str, object]) -> None:
    sp = await added(graph)
    before = await ok(await graph.get(f"servicePrincipals/{sp}"))
    await ok(await graph.patch(f"servicePrincipals/{sp}", json={"notes": "Ours"} | body), 400)
    assert await ok(await graph.get(f"servicePrincipals/{sp}")) == before


async def test_applications_are_found_by_their_tags_and_whether_they_are_enabled(graph: Client) -> None:
    one, two = await added(graph, "Proxyclick One"), await added(graph, "Proxyclick Two")
    await ok(await graph.patch(f"applications/{one}", json={"tags": ["Visitors"]}), 204)
    await ok(await graph.patch(f"servicePrincipals/{two}", json={"accountEnabled": False}), 204)
    for condition, found in (
        ("tags/any(t:t eq 'Visitors')", [one]),
        ("tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')", [two]),
        ("tags/any(t:startswith(t,'Vis'))", [one]),
        ("accountEnabled eq false", [two]),
        ("servicePrincipalNames/any(n:n eq '" + one + "')", [one]),
    ):
        listed = await ok(await graph.get("servicePrincipals", params={"$filter": condition}))
        assert [each["id"] for each in listed["value"]] == found


async def test_who_may_sign_in_is_no_matter_of_provisioning(graph: Client) -> None:
    sp, ada = await added(graph), await made(graph, "ada")
    role = (await roles_of(graph, sp))[0]["id"]
    body = {"principalId": ada, "resourceId": sp, "appRoleId": role}
    await ok(await graph.patch(f"servicePrincipals/{sp}", json={"accountEnabled": False}), 204)
    await ok(await graph.post(f"servicePrincipals/{sp}/appRoleAssignedTo", json=body), 201)
    job = await ok(await graph.post(f"servicePrincipals/{sp}/synchronization/jobs", json={}), 201)
    before = await ok(await graph.get(f"servicePrincipals/{sp}/synchronization/jobs/{job['id']}/schema"))
    await ok(await graph.patch(f"servicePrincipals/{sp}", json={"accountEnabled": True}), 204)
    assert await ok(await graph.get(f"servicePrincipals/{sp}/synchronization/jobs/{job['id']}/schema")) == before


async def test_a_service_principal_is_made_by_the_id_of_a_template(graph: Client) -> None:
    (template,) = (await ok(await graph.get("applicationTemplates?$filter=displayName eq 'Proxyclick'")))["value"]
    answer = await graph.post("servicePrincipals", json={"appId": template["id"], "displayName": "Visitors"})
    sp = await ok(answer, 201)
    assert (sp["displayName"], sp["applicationTemplateId"]) == ("Visitors", template["id"])
    assert await ok(await graph.get(answer.headers["location"])) == sp
    again = await ok(await graph.post("servicePrincipals", json={"appId": sp["appId"]}), 409)
    assert again["error"]["code"] == "Request_MultipleObjectsWithSameKeyValue"
    taken = await graph.post("servicePrincipals", json={"appId": template["id"], "displayName": "visitors"})
    assert (await ok(taken, 400))["error"]["details"][0]["target"] == "displayName"
    await ok(await graph.post("servicePrincipals", json={"appId": str(uuid4())}), 400)
    await ok(await graph.post("servicePrincipals", json={}), 400)
