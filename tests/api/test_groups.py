"""Groups and memberships, as scripts for Microsoft Graph ask for them and change them."""

from typing import Any

import httpx2
from tests.api.test_users import EVENTUAL, made

Client = httpx2.AsyncClient


async def made_group(graph: Client, name: str, **more: Any) -> str:
    body = {"displayName": name, "mailEnabled": False, "mailNickname": name.lower(), "securityEnabled": True, **more}
    answer = await graph.post("groups", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def reference(id_: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{id_}"}


async def ids(graph: Client, path: str) -> list[str]:
    found: list[str] = []
    link: str | None = path
    while link:
        page = (await graph.get(link)).json()
        found += [each["id"] for each in page["value"]]
        link = page.get("@odata.nextLink")
    return found


async def test_a_group_is_made_filled_read_and_deleted(graph: Client) -> None:
    people = [await made(graph, f"user{number}") for number in range(7)]
    bound = {"members@odata.bind": [f"https://x/v1.0/users/{people[0]}"]}
    group = await made_group(graph, "Sales", description="All who sell", **bound)
    nested = await made_group(graph, "Nested")
    for member in (*people[1:], nested):
        assert (await graph.post(f"groups/{group}/members/$ref", json=reference(member))).status_code == 204
    assert set(await ids(graph, f"groups/{group}/members?$top=3")) == {*people, nested}
    assert set(await ids(graph, f"groups/{group}/members/microsoft.graph.user?$top=2")) == set(people)
    assert await ids(graph, f"groups/{group}/members/graph.group") == [nested]
    kinds = {each["@odata.type"] for each in (await graph.get(f"groups/{group}/members")).json()["value"]}
    assert kinds == {"#microsoft.graph.user", "#microsoft.graph.group"}
    assert (await graph.get(f"groups/{group}/members/$count", headers=EVENTUAL)).text == "8"
    again = await graph.post(f"groups/{group}/members/$ref", json=reference(people[1]))
    assert again.status_code == 400
    assert again.json()["error"]["message"].startswith("One or more added object references already exist")
    assert (await graph.delete(f"groups/{group}/members/{people[1]}/$ref")).status_code == 204
    assert (await graph.delete(f"groups/{group}/members/{people[1]}/$ref")).status_code == 404
    assert (await graph.delete(f"groups/{group}/members/{nested}/$ref")).status_code == 204
    assert (await graph.patch(f"groups/{group}", json={"description": "Sellers"})).status_code == 204
    found = (await graph.get("groups?$filter=displayName eq 'sales' and mailNickname eq 'sales'")).json()["value"]
    assert [(each["id"], each["description"], each["groupTypes"]) for each in found] == [(group, "Sellers", [])]
    expanded = (await graph.get(f"groups/{group}?$expand=members($select=id)")).json()["members"]
    assert {each["id"] for each in expanded} == {people[0], *people[2:]}
    assert (await graph.delete(f"groups/{group}")).status_code == 204
    assert (await graph.get(f"groups/{group}")).status_code == 404


async def test_memberships_are_followed_through_nested_groups(graph: Client) -> None:
    ada = await made(graph, "ada")
    inner, outer, other = [await made_group(graph, name) for name in ("Inner", "Outer", "Other")]
    await graph.post(f"groups/{inner}/members/$ref", json=reference(ada))
    await graph.post(f"groups/{outer}/members/$ref", json=reference(inner))
    assert await ids(graph, f"users/{ada}/memberOf") == [inner]
    assert set(await ids(graph, f"users/{ada}/transitiveMemberOf")) == {inner, outer}
    assert set(await ids(graph, f"groups/{outer}/transitiveMembers")) == {ada, inner}
    assert await ids(graph, f"groups/{outer}/members/user") == []
    answer = await graph.post(f"users/{ada}/getMemberGroups", json={"securityEnabledOnly": False})
    assert set(answer.json()["value"]) == {inner, outer}
    body = {"groupIds": [outer, other, "nothing"]}
    assert (await graph.post(f"directoryObjects/{ada}/checkMemberGroups", json=body)).json()["value"] == [outer]


async def test_a_group_that_cannot_be_is_refused_whole(graph: Client) -> None:
    await made_group(graph, "Sales")
    for body in ({"displayName": "SALES"}, {"displayName": "New", "members@odata.bind": ["x/users/nobody"]}, {}):
        whole = {"mailEnabled": False, "mailNickname": "x", "securityEnabled": True, **body}
        assert (await graph.post("groups", json=whole)).status_code in (400, 404)
    assert [each["displayName"] for each in (await graph.get("groups")).json()["value"]] == ["Sales"]
    everyone = await graph.get("groups/all-users")
    assert everyone.json()["displayName"] == "All users"
    assert (await graph.delete("groups/all-users")).status_code == 400
