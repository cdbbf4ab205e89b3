"""Do groups whom identity providers push come into the directory, with their members, and follow them?"""

from typing import Any

import httpx2

from instep.admin.groups import find_group
from instep.admin.users import purge_user, restore_deleted_user
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.wiring import Instep

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
Client = httpx2.AsyncClient


def operations(*each: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP], "Operations": list(each)}


async def user(provider: Client, name: str) -> str:
    answer = await provider.post("Users", json={"schemas": [USER], "userName": name})
    return str(answer.json()["id"])


async def group(provider: Client, name: str, *members: str, **more: Any) -> dict[str, Any]:
    listed = [{"value": member} for member in members]
    answer = await provider.post("Groups", json={"schemas": [GROUP], "displayName": name, "members": listed} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def members(provider: Client, group_id: str) -> set[str]:
    answer = await provider.get(f"Groups/{group_id}")
    return {member["value"] for member in answer.json().get("members", ())}


async def test_a_group_comes_with_its_members_and_its_external_id(provider: Client, instep: Instep):
    ada = await user(provider, "ada")
    entra = {"schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]}
    said = await group(provider, "Sales", ada, externalId="g-1", **entra)
    assert said["members"] == [{"value": ada, "type": "User", "$ref": f"{provider.base_url}Users/{ada}"}]
    with instep.directory.reading() as reading:
        found = find_group(reading, "Sales")
        assert (found.id, found.attributes) == (said["id"], {"externalId": "g-1"})
        assert reading.is_member(found.id, ada)


async def test_members_come_and_go_as_entra_and_okta_say_it(provider: Client):
    ada, bob, eve = [await user(provider, name) for name in ("ada", "bob", "eve")]
    sales = (await group(provider, "Sales"))["id"]
    steps = [
        ({"op": "Add", "path": "members", "value": [{"$ref": None, "value": ada}, {"value": bob}]}, {ada, bob}),
        ({"op": "Add", "path": "members", "value": [{"value": ada}]}, {ada, bob}),
        ({"op": "Remove", "path": "members", "value": [{"value": ada}]}, {bob}),
        ({"op": "remove", "path": f'members[value eq "{bob}"]'}, set()),
        ({"op": "remove", "path": f'members[value eq "{bob}"]'}, set()),
        ({"op": "replace", "path": "members", "value": [{"value": ada}, {"value": eve}]}, {ada, eve}),
        ({"op": "replace", "value": {"members": [{"value": bob}], "displayName": "Sales"}}, {bob}),
        ({"op": "remove", "path": "members"}, set()),
    ]
    for operation, expected in steps:
        answer = await provider.patch(f"Groups/{sales}", json=operations(operation))
        assert answer.status_code == 204, (operation, answer.text)
        assert await members(provider, sales) == expected, operation


async def test_a_patch_that_changes_nothing_leaves_the_version_and_writes_nothing(provider: Client, instep: Instep):
    ada = await user(provider, "ada")
    sales = await group(provider, "Sales", ada)
    same = operations(
        {"op": "add", "path": "members", "value": [{"value": ada}]},
        {"op": "replace", "value": {"id": sales["id"], "displayName": "Sales"}},
    )
    answer = await provider.patch(f"Groups/{sales['id']}", json=same)
    assert answer.headers["etag"] == sales["meta"]["version"]
    assert (await provider.get(f"Groups/{sales['id']}")).json() == sales


async def test_a_patch_with_a_member_that_is_not_there_changes_nothing(provider: Client):
    ada = await user(provider, "ada")
    sales = (await group(provider, "Sales"))["id"]
    half = operations(
        {"op": "replace", "path": "displayName", "value": "Finance"},
        {"op": "add", "path": "members", "value": [{"value": ada}, {"value": "nobody"}]},
    )
    answer = await provider.patch(f"Groups/{sales}", json=half)
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert (await provider.get(f"Groups/{sales}")).json()["displayName"] == "Sales"
    assert await members(provider, sales) == set()


async def test_a_put_replaces_the_members_that_it_lists_and_leaves_them_where_it_lists_none(provider: Client):
    ada, bob = await user(provider, "ada"), await user(provider, "bob")
    sales = (await group(provider, "Sales", ada))["id"]
    body: dict[str, Any] = {"schemas": [GROUP], "displayName": "Sales and more"}
    assert (await provider.put(f"Groups/{sales}", json=body)).json()["displayName"] == "Sales and more"
    assert await members(provider, sales) == {ada}
    await provider.put(f"Groups/{sales}", json=body | {"members": [{"value": bob}]})
    assert await members(provider, sales) == {bob}
    await provider.put(f"Groups/{sales}", json=body | {"members": []})
    assert await members(provider, sales) == set()


async def test_a_group_is_in_another_but_not_in_itself(provider: Client):
    inner = (await group(provider, "Inner"))["id"]
    outer = await group(provider, "Outer", inner)
    assert outer["members"][0]["type"] == "Group"
    itself = operations({"op": "add", "path": "members", "value": [{"value": outer["id"]}]})
    assert (await provider.patch(f"Groups/{outer['id']}", json=itself)).status_code == 400
    gone = operations({"op": "remove", "path": f'members[value eq "{inner}"]'})
    assert (await provider.patch(f"Groups/{outer['id']}", json=gone)).status_code == 204
    assert await members(provider, outer["id"]) == set()


async def test_a_name_belongs_to_one_group(provider: Client):
    await group(provider, "Sales")
    answer = await provider.post("Groups", json={"schemas": [GROUP], "displayName": "sales"})
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")


async def test_members_are_left_out_where_they_are_not_asked_for(provider: Client):
    ada = await user(provider, "ada")
    sales = (await group(provider, "Sales", ada))["id"]
    without = await provider.get(f"Groups/{sales}", params={"excludedAttributes": "members"})
    assert "members" not in without.json()
    only = await provider.get("Groups", params={"attributes": "displayName"})
    assert set(only.json()["Resources"][0]) == {"schemas", "id", "displayName"}


async def test_groups_are_found_by_name_external_id_and_member(provider: Client):
    ada = await user(provider, "ada")
    inner = (await group(provider, "Inner"))["id"]
    sales = (await group(provider, "Sales", ada, inner, externalId="g-1"))["id"]
    for text in (
        'displayName eq "SALES"',
        'externalId eq "g-1"',
        f'members eq "{ada}"',
        f'members.value eq "{inner}"',
        f'members[value eq "{ada}"]',
        f'id eq "{sales}" and members eq "{ada}"',
        "members pr",
    ):
        found = (await provider.get("Groups", params={"filter": text})).json()
        assert [each["id"] for each in found["Resources"]] == [sales], text
    none = (await provider.get("Groups", params={"filter": 'externalId eq "G-1"'})).json()
    assert none["totalResults"] == 0


async def test_a_deleted_group_is_gone_and_all_users_is_none_of_the_services(provider: Client):
    ada = await user(provider, "ada")
    sales = (await group(provider, "Sales", ada))["id"]
    assert (await provider.delete(f"Groups/{sales}")).status_code == 204
    assert (await provider.get(f"Groups/{sales}")).status_code == 404
    assert (await provider.get(f"Users/{ada}")).status_code == 200
    everyone = operations({"op": "remove", "path": "members"})
    assert (await provider.patch(f"Groups/{ALL_USERS_GROUP_ID}", json=everyone)).status_code == 404
    assert (await provider.get("Groups")).json()["totalResults"] == 0


async def version(provider: Client, group_id: str) -> int:
    answer = await provider.get(f"Groups/{group_id}")
    assert answer.headers["etag"] == answer.json()["meta"]["version"]
    return int(answer.headers["etag"].removeprefix('W/"').removesuffix('"'))


async def test_a_group_is_of_a_later_version_when_a_member_is_deleted_restored_or_purged(
    provider: Client, instep: Instep
):
    ada, bob = [await user(provider, name) for name in ("ada", "bob")]
    inner = await group(provider, "Inner", bob)
    outer = await group(provider, "Outer", ada, inner["id"])
    other = await version(provider, inner["id"])
    versions = [await version(provider, outer["id"])]
    await provider.delete(f"Users/{ada}")
    versions.append(await version(provider, outer["id"]))
    assert await members(provider, outer["id"]) == {inner["id"]}
    restore_deleted_user(instep.directory, ada, "the tests", instep.clock())
    versions.append(await version(provider, outer["id"]))
    assert await members(provider, outer["id"]) == {ada, inner["id"]}
    await provider.delete(f"Users/{ada}")
    versions.append(await version(provider, outer["id"]))
    purge_user(instep.directory, ada, "the tests", instep.clock())
    versions.append(await version(provider, outer["id"]))
    assert await version(provider, inner["id"]) == other
    await provider.delete(f"Groups/{inner['id']}")
    versions.append(await version(provider, outer["id"]))
    assert versions == sorted(set(versions))
    unchanged = await provider.get(f"Groups/{outer['id']}", headers={"If-None-Match": f'W/"{versions[-1]}"'})
    assert unchanged.status_code == 304
