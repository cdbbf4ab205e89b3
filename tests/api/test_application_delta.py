"""How does a program follow service principals, and what does it read of the types before it begins?"""

from xml.etree import ElementTree

import httpx2
import pytest
from tests.api.test_scripts import added, ok

Client = httpx2.AsyncClient


async def followed(graph: Client, address: str) -> tuple[dict[str, dict[str, object]], str]:
    """What a round shows by its ids, and where the next one begins."""
    page = await ok(await graph.get(address))
    return {str(each["id"]): each for each in page["value"]}, page["@odata.deltaLink"]


async def test_service_principals_are_followed_from_round_to_round(graph: Client) -> None:
    one, two = await added(graph, "Proxyclick One"), await added(graph, "Proxyclick Two")
    found, link = await followed(graph, "servicePrincipals/microsoft.graph.delta()")
    assert found.keys() == {one, two}
    assert (await followed(graph, link))[0] == {}
    await ok(await graph.patch(f"servicePrincipals/{one}", json={"accountEnabled": False}), 204)
    found, later = await followed(graph, link)
    assert (found.keys(), found[one]["accountEnabled"]) == ({one}, False)
    await ok(await graph.delete(f"servicePrincipals/{one}"), 204)
    assert (await followed(graph, later))[0] == {one: {"id": one, "@removed": {"reason": "deleted"}}}
    assert (await followed(graph, link))[0] == {one: {"id": one, "@removed": {"reason": "deleted"}}}


async def test_a_round_is_narrowed_by_its_first_call(graph: Client) -> None:
    one, two = await added(graph, "Proxyclick One"), await added(graph, "Proxyclick Two")
    options = {"$select": "displayName", "$filter": f"id eq '{two}'"}
    page = await ok(await graph.get("servicePrincipals/delta", params=options))
    assert page["value"] == [{"id": two, "displayName": "Proxyclick Two"}]
    for each in (one, two):
        await ok(await graph.patch(f"servicePrincipals/{each}", json={"displayName": f"Proxyclick {each}"}), 204)
    assert (await ok(await graph.get(page["@odata.deltaLink"])))["value"] == [
        {"id": two, "displayName": f"Proxyclick {two}"}
    ]
    latest = await ok(await graph.get("servicePrincipals/delta?$deltatoken=latest"))
    assert latest["value"] == []


@pytest.mark.parametrize("token", ["frob", "$deltatoken"])
async def test_a_token_that_is_none_is_refused(graph: Client, token: str) -> None:
    await ok(await graph.get("servicePrincipals/delta", params={"$deltatoken": token}), 400)


async def test_the_types_are_read_as_xml(graph: Client) -> None:
    answer = await graph.get("$metadata")
    assert answer.headers["content-type"].startswith("application/xml")
    space = {"edm": "http://docs.oasis-open.org/odata/ns/edm"}
    schema = ElementTree.fromstring(answer.text).find(".//edm:Schema", space)
    assert schema is not None
    user = schema.find("edm:EntityType[@Name='user']", space)
    assert user is not None
    types = {each.get("Name"): each.get("Type") for each in user.findall("edm:Property", space)}
    assert types["accountEnabled"] == "Edm.Boolean"
    assert types["otherMails"] == "Collection(Edm.String)"
    assert types["createdDateTime"] == "Edm.DateTimeOffset"
    known = {each.get("Name") for each in schema} | {None}
    for each in schema.iter(f"{{{space['edm']}}}Property"):
        name = str(each.get("Type")).removeprefix("Collection(").removesuffix(")")
        assert name.startswith("Edm.") or name.removeprefix("microsoft.graph.") in known
