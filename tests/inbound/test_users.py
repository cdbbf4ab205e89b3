"""Do users whom identity providers push come into the directory, follow them, and leave it when they say so?"""

from datetime import timedelta
from typing import Any

import httpx2

from instep.access.graph_permissions import KNOWN
from instep.access.roles import Role
from instep.admin.access.clients import TokenRequest, issue_access_token, register_client
from instep.admin.users import set_user, show_user
from instep.directory.changes import ChangeKind
from instep.wiring import Instep

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
INSTEP = "urn:ietf:params:scim:schemas:extension:Instep:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
Client = httpx2.AsyncClient

ADA: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "00u1",
    "userName": "ada@corp.example",
    "active": True,
    "displayName": "Ada Example",
    "title": "Engineer",
    "preferredLanguage": "nl",
    "emails": [{"primary": True, "type": "work", "value": "ada@corp.example"}],
    "name": {"formatted": "Ada Example", "givenName": "Ada", "familyName": "Example"},
    "addresses": [{"type": "work", "country": "BE", "locality": "Brussels", "formatted": "1 Rue X"}],
    "phoneNumbers": [{"type": "work", "value": "+32 2 555 0100"}, {"type": "mobile", "value": "+32 470 55 01 00"}],
    "meta": {"resourceType": "User"},
    "roles": [],
    "password": "hunter2",
    ENTERPRISE: {"department": "R&D", "employeeNumber": "701"},
}


def operations(*each: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP], "Operations": list(each)}


async def pushed(client: Client, **more: Any) -> dict[str, Any]:
    answer = await client.post("Users", json=ADA | more)
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_a_user_of_entra_becomes_a_user_of_the_directory_with_its_source_attributes(
    provider: Client, instep: Instep
):
    answer = await provider.post("Users", json=ADA)
    said = answer.json()
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/scim+json"
    assert answer.headers["location"] == said["meta"]["location"] == f"{provider.base_url}Users/{said['id']}"
    user = show_user(instep.directory, said["id"]).user
    assert dict(user.attributes) == {
        "accountEnabled": True,
        "city": "Brussels",
        "country": "BE",
        "department": "R&D",
        "displayName": "Ada Example",
        "employeeId": "701",
        "externalId": "00u1",
        "givenName": "Ada",
        "jobTitle": "Engineer",
        "mail": "ada@corp.example",
        "mobile": "+32 470 55 01 00",
        "physicalDeliveryOfficeName": "1 Rue X",
        "preferredLanguage": "nl",
        "surname": "Example",
        "telephoneNumber": "+32 2 555 0100",
        "userPrincipalName": "ada@corp.example",
    }
    assert "password" not in answer.text
    assert said["emails"] == [{"value": "ada@corp.example", "type": "work", "primary": True}]


async def test_the_change_log_says_by_which_token_of_whom_and_a_change_that_changes_nothing_is_not_in_it(
    provider: Client, instep: Instep
):
    made = await pushed(provider)
    same = await provider.patch(
        f"Users/{made['id']}", json=operations({"op": "Replace", "path": "title", "value": "Engineer"})
    )
    assert same.status_code == 200
    assert same.json()["meta"] == made["meta"]
    assert (await provider.put(f"Users/{made['id']}", json=ADA)).json()["meta"] == made["meta"]
    (change,) = instep.history.of_user(made["id"])
    assert change.change.kind is ChangeKind.USER_CREATED
    assert change.actor == "user-administrator@corp.example (API token Okta)"


async def test_a_second_user_of_a_name_is_refused_in_any_letter_case(provider: Client):
    await pushed(provider)
    answer = await provider.post("Users", json=ADA | {"userName": "ADA@corp.example"})
    assert answer.status_code == 409
    assert answer.json()["scimType"] == "uniqueness"
    assert answer.json()["status"] == "409"


async def test_a_user_without_a_display_name_gets_one_of_the_name_or_is_called_by_the_user_name(provider: Client):
    without = {"schemas": [USER], "userName": "bob", "name": {"givenName": "Bob", "familyName": "B."}}
    assert (await provider.post("Users", json=without)).json()["displayName"] == "Bob B."
    bare = await provider.post("Users", json={"schemas": [USER], "userName": "carl"})
    assert bare.json()["displayName"] == "carl"
    assert bare.json()["active"] is True


async def test_okta_disables_by_a_patch_without_a_path_and_entra_by_the_text_false(provider: Client, instep: Instep):
    made = await pushed(provider)
    okta = await provider.patch(f"Users/{made['id']}", json=operations({"op": "replace", "value": {"active": False}}))
    assert okta.json()["active"] is False
    assert not show_user(instep.directory, made["id"]).user.is_enabled
    entra = operations({"op": "Replace", "path": "active", "value": "True"})
    assert (await provider.patch(f"Users/{made['id']}", json=entra)).json()["active"] is True


async def test_the_operations_of_entra_change_each_attribute_in_either_dialect(provider: Client):
    made = await pushed(provider)
    default = operations(
        {"op": "Replace", "path": "displayName", "value": "Ada B."},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "ada.b@corp.example"},
        {"op": "Add", "path": 'phoneNumbers[type eq "fax"].value', "value": "+32 2 555 0199"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Retail"},
        {"op": "Add", "path": "nickName", "value": "nobody keeps this"},
        {"op": "Remove", "path": "title"},
    )
    said = (await provider.patch(f"Users/{made['id']}", json=default)).json()
    assert said["displayName"] == "Ada B."
    assert said["emails"][0]["value"] == "ada.b@corp.example"
    assert {"type": "fax", "value": "+32 2 555 0199"} in said["phoneNumbers"]
    assert said[ENTERPRISE]["department"] == "Retail"
    assert "title" not in said
    assert "nickName" not in said
    compliant = operations(
        {"op": "replace", "value": {"name.givenName": "Adah", f"{ENTERPRISE}:employeeNumber": "702", "active": False}}
    )
    said = (await provider.patch(f"Users/{made['id']}", json=compliant)).json()
    assert (said["name"]["givenName"], said[ENTERPRISE]["employeeNumber"]) == ("Adah", "702")


async def test_a_patch_is_done_wholly_or_not_at_all(provider: Client):
    made = await pushed(provider)
    half = operations({"op": "replace", "path": "title", "value": "Director"}, {"op": "remove", "path": "userName"})
    answer = await provider.patch(f"Users/{made['id']}", json=half)
    assert answer.status_code == 400
    assert (await provider.get(f"Users/{made['id']}")).json() == made


async def test_a_put_takes_away_what_it_does_not_say_but_enables_nobody_and_leaves_what_scim_has_no_word_for(
    provider: Client, instep: Instep
):
    made = await pushed(provider, active=False)
    extra = {"extension_0a_badge": "7", "usageLocation": "BE"}
    set_user(instep.directory, made["id"], extra, "an administrator", instep.clock())
    answer = await provider.put(
        f"Users/{made['id']}", json={"schemas": [USER], "userName": "ada@corp.example", "displayName": "Ada"}
    )
    said = answer.json()
    assert answer.status_code == 200
    assert "title" not in said
    assert ENTERPRISE not in said
    assert said["active"] is False
    attributes = show_user(instep.directory, made["id"]).user.attributes
    assert (attributes["extension_0a_badge"], attributes["usageLocation"]) == ("7", "BE")


async def test_the_manager_is_named_by_id_or_user_name_and_must_be_there(provider: Client, instep: Instep):
    boss = await pushed(provider, userName="boss@corp.example", externalId="00u0")
    made = await pushed(provider, **{ENTERPRISE: {"manager": {"value": boss["id"]}}})
    manager = made[ENTERPRISE]["manager"]
    assert manager["value"] == boss["id"]
    assert manager["$ref"] == boss["meta"]["location"]
    assert show_user(instep.directory, made["id"]).user.manager_id == boss["id"]
    by_name = operations({"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "boss@corp.example"})
    assert (await provider.patch(f"Users/{made['id']}", json=by_name)).json()["meta"] == made["meta"]
    unknown = operations({"op": "Add", "path": "manager", "value": "nobody"})
    refused = await provider.patch(f"Users/{made['id']}", json=unknown)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    cleared = operations({"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": ""})
    assert ENTERPRISE not in (await provider.patch(f"Users/{made['id']}", json=cleared)).json()


async def test_authentiks_primary_address_of_another_type_is_the_mail_and_others_are_other_mails(
    provider: Client, instep: Instep
):
    made = await pushed(provider, emails=[{"value": "a@b.example", "type": "other", "primary": True}])
    assert show_user(instep.directory, made["id"]).user.attributes["mail"] == "a@b.example"
    two = [{"value": "a@b.example"}, {"value": "c@d.example", "type": "Other"}]
    await provider.put(f"Users/{made['id']}", json=ADA | {"emails": two})
    attributes = show_user(instep.directory, made["id"]).user.attributes
    assert (attributes["mail"], attributes["otherMails"]) == ("a@b.example", ("c@d.example",))


async def test_source_attributes_without_a_word_in_scim_are_in_an_extension(provider: Client, instep: Instep):
    made = await pushed(provider, **{INSTEP: {"usageLocation": "BE", "proxyAddresses": ["SMTP:a@b.example"]}})
    assert made["schemas"] == [USER, ENTERPRISE, INSTEP]
    assert show_user(instep.directory, made["id"]).user.attributes["proxyAddresses"] == ("SMTP:a@b.example",)
    patched = operations({"op": "replace", "path": f"{INSTEP}:extensionAttribute7", "value": "seven"})
    assert (await provider.patch(f"Users/{made['id']}", json=patched)).json()[INSTEP]["extensionAttribute7"] == "seven"


async def test_who_was_deleted_is_in_the_recycle_bin_and_nowhere_in_the_service(provider: Client, instep: Instep):
    made = await pushed(provider)
    assert (await provider.delete(f"Users/{made['id']}")).status_code == 204
    assert show_user(instep.directory, made["id"]).user.deleted_at is not None
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        body = {"json": ADA if method == "PUT" else operations({"op": "remove", "path": "title"})}
        answer = await provider.request(method, f"Users/{made['id']}", **({} if method in ("GET", "DELETE") else body))
        assert answer.status_code == 404, method
    assert (await provider.get("Users")).json()["totalResults"] == 0


async def test_who_comes_back_under_the_same_name_is_the_same_user_with_what_is_said_now(
    provider: Client, instep: Instep
):
    made = await pushed(provider)
    await provider.delete(f"Users/{made['id']}")
    again = await pushed(provider, title="Director")
    assert (again["id"], again["title"]) == (made["id"], "Director")
    assert show_user(instep.directory, made["id"]).user.deleted_at is None


async def test_another_person_of_the_same_name_is_another_user(provider: Client):
    made = await pushed(provider)
    await provider.delete(f"Users/{made['id']}")
    assert (await pushed(provider, externalId="00u2"))["id"] != made["id"]


async def test_a_version_is_kept_to(provider: Client):
    made = await pushed(provider)
    version = made["meta"]["version"]
    path = f"Users/{made['id']}"
    assert (await provider.get(path, headers={"If-None-Match": version})).status_code == 304
    change = operations({"op": "replace", "path": "title", "value": "Director"})
    assert (await provider.patch(path, json=change, headers={"If-Match": version})).status_code == 200
    assert (await provider.patch(path, json=change, headers={"If-Match": version})).status_code == 412
    assert (await provider.delete(path, headers={"If-Match": version})).status_code == 412


async def test_nobody_gets_in_without_a_token_that_may(client_as: Any, instep: Instep):
    nobody = await client_as(None).get("Users")
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == 'Bearer realm="Instep"'
    assert nobody.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    reader = client_as(Role.REPORTS_READER)
    assert (await reader.get("Users")).status_code == 200
    assert (await reader.post("Users", json=ADA)).status_code == 403


async def test_the_access_token_of_a_registered_client_is_as_good_as_an_api_token(client_as: Any, instep: Instep):
    wanted = ["User.ReadWrite.All"]
    client = register_client(instep.access, "authentik", wanted, KNOWN, timedelta(days=1), "the tests")
    token = issue_access_token(instep.access, TokenRequest(client.client.id, client.secret))
    assert token is not None
    program = client_as(None)
    program.headers["Authorization"] = f"Bearer {token.secret}"
    assert (await program.post("Users", json=ADA)).status_code == 201
    assert (await program.get("Groups")).status_code == 403
