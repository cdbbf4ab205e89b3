"""Users, as scripts for Microsoft Graph ask for them and change them."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx2
import pytest

from instep.api.user_shape import BY_DEFAULT

Client = httpx2.AsyncClient
EVENTUAL = {"ConsistencyLevel": "eventual"}


def body(name: str, **more: Any) -> dict[str, Any]:
    return {
        "accountEnabled": True,
        "displayName": f"{name} Example",
        "mailNickname": name,
        "userPrincipalName": f"{name}@corp.example",
        "passwordProfile": {"password": "Correct-horse-9", "forceChangePasswordNextSignIn": False},
        **more,
    }


async def made(graph: Client, name: str, **more: Any) -> str:
    answer = await graph.post("users", json=body(name, **more))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def names(graph: Client, query: str, **headers: str) -> list[str]:
    """The names of everyone on all pages, without their domain."""
    found: list[str] = []
    link: str | None = f"users?{query}"
    while link:
        answer = await graph.get(link, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["userPrincipalName"].partition("@")[0] for each in page["value"]]
        link = page.get("@odata.nextLink")
    return found


async def test_a_user_is_made_read_changed_and_deleted(graph: Client) -> None:
    answer = await graph.post("users", json=body("ada", department="Sales", businessPhones=["+44 20 7123"]))
    assert answer.status_code == 201
    user = answer.json()
    assert UUID(user["id"])
    assert answer.headers["location"].endswith(f"/v1.0/users/{user['id']}")
    assert user["@odata.context"].endswith("/v1.0/$metadata#users/$entity")
    assert set(user) - {"@odata.context"} == set(BY_DEFAULT)
    for who in (user["id"], user["id"].upper(), "ada@corp.example", "ADA%40corp.example"):
        assert (await graph.get(f"users/{who}")).json()["businessPhones"] == ["+44 20 7123"]
    changes = {
        "department": None,
        "jobTitle": "Engineer",
        "onPremisesExtensionAttributes": {"extensionAttribute3": "x"},
    }
    assert (await graph.patch(f"users/{user['id']}", json=changes)).status_code == 204
    select = "department,JobTitle,onPremisesExtensionAttributes,accountEnabled"
    found = (await graph.get(f"users/{user['id']}?$select={select}")).json()
    assert (found["department"], found["jobTitle"], found["accountEnabled"]) == (None, "Engineer", True)
    assert found["onPremisesExtensionAttributes"]["extensionAttribute3"] == "x"
    assert (await graph.delete(f"users/{user['id']}")).status_code == 204
    assert (await graph.get(f"users/{user['id']}")).status_code == 404
    deleted = (await graph.get("directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime")).json()[
        "value"
    ]
    assert [each["id"] for each in deleted] == [user["id"]]
    assert deleted[0]["deletedDateTime"]
    restored = await graph.post(f"directory/deletedItems/{user['id']}/microsoft.graph.restore", json={})
    assert (restored.status_code, restored.json()["@odata.type"]) == (200, "#microsoft.graph.user")
    assert (await graph.delete(f"users/{user['id']}")).status_code == 204
    assert (await graph.delete(f"directory/deletedItems/{user['id']}")).status_code == 204
    assert (await graph.get("directory/deletedItems/graph.user")).json()["value"] == []


async def test_filters_orders_searches_and_counts_are_answered_page_by_page(graph: Client) -> None:
    for number in range(23):
        await made(graph, f"user{number:02}", department="Sales" if number % 2 else "IT", accountEnabled=number % 3 > 0)
    assert await names(graph, "$filter=startswith(userPrincipalName,'USER1')&$top=3&$orderby=displayName") == [
        f"user{number}" for number in range(10, 20)
    ]
    assert await names(graph, "$filter=department eq 'sales' and accountEnabled eq false&$orderby=displayName") == [
        "user03",
        "user09",
        "user15",
        "user21",
    ]
    backwards = await names(graph, "$orderby=displayName desc&$top=5&$select=id,userPrincipalName")
    assert backwards == [f"user{number:02}" for number in reversed(range(23))]
    assert sorted(await names(graph, "$top=4")) == sorted(backwards)
    assert await names(
        graph, '$search="displayName:user2" OR "mailNickname:user07"&$orderby=displayName', **EVENTUAL
    ) == [
        "user07",
        "user20",
        "user21",
        "user22",
    ]
    page = (await graph.get("users?$count=true&$top=2&$filter=department eq 'IT'", headers=EVENTUAL)).json()
    assert (page["@odata.count"], len(page["value"])) == (12, 2)
    assert "@odata.count" not in (await graph.get(page["@odata.nextLink"], headers=EVENTUAL)).json()
    assert "@odata.count" not in (await graph.get("users?$count=true")).json()
    count = await graph.get("users/$count?$filter=department eq 'IT'", headers=EVENTUAL)
    assert (count.text, count.headers["content-type"].partition(";")[0]) == ("12", "text/plain")
    assert (await graph.get("users/$count")).status_code == 400


async def test_a_phone_is_asked_as_the_collection_that_it_stands_for(graph: Client) -> None:
    await made(graph, "ada", businessPhones=["+44 1"])
    await made(graph, "bo")
    asked = {
        "businessPhones/any()": ["ada"],
        "not businessPhones/any()": ["bo"],
        "businessPhones/any(p:startswith(p,'+44'))": ["ada"],
        "businessPhones/all(p:startswith(p,'+49'))": ["bo"],
        "businessPhones/any(p:not startswith(p,'+49'))": ["ada"],
    }
    for text, found in asked.items():
        assert await names(graph, f"$filter={quote(text)}") == found, text


async def test_managers_are_named_by_reference(graph: Client) -> None:
    ada, bo = await made(graph, "ada"), await made(graph, "bo")
    assert (await graph.get(f"users/{bo}/manager")).status_code == 404
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{ada}"}
    assert (await graph.put(f"users/{bo}/manager/$ref", json=reference)).status_code == 204
    manager = (await graph.get(f"users/{bo}/manager")).json()
    assert (manager["id"], manager["@odata.type"]) == (ada, "#microsoft.graph.user")
    expanded = (await graph.get(f"users/{bo}?$expand=manager($select=id,displayName)")).json()["manager"]
    assert expanded == {"@odata.type": "#microsoft.graph.user", "id": ada, "displayName": "ada Example"}
    reports = (await graph.get(f"users/{ada}/directReports")).json()["value"]
    assert [each["id"] for each in reports] == [bo]
    assert (await graph.delete(f"users/{bo}/manager/$ref")).status_code == 204
    assert (await graph.get(f"users/{bo}/manager")).status_code == 404
    assert (await graph.put(f"users/{bo}/manager/$ref", json={"@odata.id": f"x/users/{bo}"})).status_code == 400


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"userPrincipalName": "ADA@corp.example"},
            "Another object with the same value for property userPrincipalName",
        ),
        ({"displayName": None}, "displayName"),
        ({"accountEnabled": "yes"}, "accountEnabled takes true or false"),
        ({"favouriteColour": "red"}, "Could not find a property named 'favouriteColour'"),
        ({"id": "x"}, "read-only"),
        ({"businessPhones": ["1", "2"]}, "one number"),
        ({"otherMails": "a@b.example"}, "takes a list of texts"),
        ({"jobTitle": "x" * 5000}, "at most 4,096"),
        ([], "must be a JSON object"),
    ],
)
async def test_a_wrong_change_is_refused_and_changes_nothing(graph: Client, change: Any, message: str) -> None:
    await made(graph, "ada")
    bo = await made(graph, "bo", department="IT")
    answer = await graph.patch(f"users/{bo}", json=change)
    assert (answer.status_code, message in answer.json()["error"]["message"]) == (400, True), answer.text
    kept = (await graph.get(f"users/{bo}?$select=userPrincipalName,department,accountEnabled")).json()
    assert (kept["userPrincipalName"], kept["department"], kept["accountEnabled"]) == ("bo@corp.example", "IT", True)


async def test_a_name_that_is_taken_is_told_in_graphs_words(graph: Client) -> None:
    await made(graph, "ada")
    error = (await graph.post("users", json=body("ADA"))).json()["error"]
    assert error["code"] == "Request_BadRequest"
    assert error["message"] == "Another object with the same value for property userPrincipalName already exists."
    assert error["details"][0]["code"] == "ObjectConflict"


async def test_what_is_missing_of_a_new_user_is_named(graph: Client) -> None:
    for name in ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"):
        error = (await graph.post("users", json=body("ada", **{name: None}))).json()["error"]
        assert error["message"] == f"A value is required for property '{name}' of resource 'User'."
    assert (await graph.get("users")).json()["value"] == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("$filter=displayName eq", "position 15"),
        ("$filter=nonsense eq 'a'", "'nonsense'"),
        ("$filter=manager/id eq 'a'", "manager/id"),
        ("$filter=proxyAddresses/any(p:displayName eq 'a')", "only p can be asked"),
        ("$filter=proxyAddresses/any(p:p/x eq 'a')", "only p can be asked"),
        ("$filter=proxyAddresses/any(p:otherMails/any(o:o eq 'a'))", "cannot be nested"),
        ("$filter=displayName/any(p:p eq 'a')", "is no collection"),
        ("$top=1000", "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."),
        ("$orderby=displayName,id", "one property"),
        ("$orderby=nonsense", "'nonsense'"),
        ("$select=nonsense", "Could not find a property named 'nonsense'"),
        ("$expand=nonsense", "Could not find a property named 'nonsense'"),
        ('$search="displayName:a"', "ConsistencyLevel: eventual"),
        ("$skiptoken=nonsense", "$skiptoken"),
        ("$skiptoken=MQ", "$skiptoken"),
    ],
)
async def test_a_wrong_option_is_refused_with_what_is_wrong(graph: Client, query: str, message: str) -> None:
    await made(graph, "ada")
    answer = await graph.get(f"users?{query}")
    assert (answer.status_code, message in answer.json()["error"]["message"]) == (400, True), answer.text
