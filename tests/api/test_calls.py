"""What holds for every call: who may, in which forms an address comes, what an error looks like, batches."""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.test_users import body, made

from instep.access.graph_permissions import ANYBODY, KNOWN
from instep.access.roles import Role
from instep.api.app import api_operations

Client = httpx2.AsyncClient
OPEN = ("me", "applicationTemplates", "organization", "domains", "$metadata")
"""Who one is, which tenant this is, and what is in the gallery, may be asked without a permission."""
ClientAs = Callable[[Role | None], Client]


@pytest.mark.parametrize("token", [None, "", "Bearer ", "Basic abc", "Bearer nonsense", "Bearer instep_nonsense"])
async def test_nobody_is_let_in_without_a_good_token(client_as: ClientAs, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token}
    for operation in api_operations():
        path = "/".join("x" if part.startswith("{") else part for part in operation.segments)
        answer = await client_as(None).request(operation.method, path, headers=headers)
        assert answer.status_code == 401, operation
        assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_role_may_do_what_its_permissions_say_and_no_more(client_as: ClientAs) -> None:
    reader, users = client_as(Role.REPORTS_READER), client_as(Role.USER_ADMINISTRATOR)
    assert (await reader.get("users")).status_code == 200
    refused = await reader.post("users", json=body("ada"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert (await users.post("users", json=body("ada"))).status_code == 201
    assert (await client_as(Role.CLOUD_APPLICATION_ADMINISTRATOR).delete("users/ada@corp.example")).status_code == 403


def test_every_operation_wants_known_permissions_and_has_an_address_of_its_own() -> None:
    operations = api_operations()
    assert len({(each.method, each.address.lower()) for each in operations}) == len(operations)
    for each in operations:
        assert set(each.permissions) <= KNOWN
        assert each.permissions or each.address.startswith(OPEN), each
        assert each.summary
    assert ANYBODY == ()


@pytest.mark.parametrize(
    "form", ["users", "Users/", "USERS", "../beta/users", "https://graph.corp.example//v1.0//users"]
)
async def test_an_address_is_understood_in_all_its_forms(graph: Client, form: str) -> None:
    await made(graph, "ada")
    assert len((await graph.get(form)).json()["value"]) == 1


async def test_what_is_not_there_is_said_in_graphs_form(graph: Client) -> None:
    own = str(uuid4())
    answer = await graph.get("users/nobody", headers={"client-request-id": own})
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == "Request_ResourceNotFound"
    assert error["message"].startswith("Resource 'nobody' does not exist")
    assert error["innerError"]["client-request-id"] == own == answer.headers["client-request-id"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert UUID(answer.headers["request-id"])
    assert answer.headers["odata-version"] == "4.0"
    assert answer.headers["content-type"].startswith("application/json;odata.metadata=minimal")
    unknown = await graph.get("users/x/frobnicate")
    assert (unknown.status_code, unknown.json()["error"]["message"]) == (
        400,
        "Resource not found for the segment 'frobnicate'.",
    )
    wrong = await graph.put("users", json={})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    forged = await graph.get("users", headers={"client-request-id": "a\tb"})
    assert UUID(forged.headers["client-request-id"])


async def test_a_body_that_is_no_json_or_too_large_is_refused(graph: Client) -> None:
    assert (await graph.post("users", content=b"{")).status_code == 400
    assert (await graph.post("users", content=b"\xff\xfe")).status_code == 400
    assert (await graph.post("users", content=b'{"a":"' + b"x" * 4_000_001 + b'"}')).status_code == 413
    assert (await graph.post("users", content=b"{}", headers={"Content-Encoding": "gzip"})).status_code == 415


async def test_a_batch_is_done_in_order_and_each_part_is_answered(graph: Client) -> None:
    requests = [
        {
            "id": "1",
            "method": "POST",
            "url": "/users",
            "body": body("ada"),
            "headers": {"Content-Type": "application/json"},
        },
        {"id": "2", "method": "GET", "url": "users/ada@corp.example?$select=id", "dependsOn": ["1"], "depends_on": []},
        {"id": "3", "method": "GET", "url": "https://elsewhere.example/v1.0/users/nobody"},
        {"id": "4", "method": "DELETE", "url": "/users/ada@corp.example", "dependsOn": ["3"]},
        {"id": "5", "method": "GET", "url": "/users/$count", "headers": {"ConsistencyLevel": "eventual"}},
    ]
    answer = await graph.post("$batch", json={"requests": requests})
    assert answer.status_code == 200
    responses = {each["id"]: each for each in answer.json()["responses"]}
    assert [responses[number]["status"] for number in "12345"] == [201, 200, 404, 424, 200]
    assert responses["2"]["body"]["id"] == responses["1"]["body"]["id"]
    assert responses["5"]["body"] == "1"


@pytest.mark.parametrize(
    "requests",
    [
        [],
        "x",
        [{"id": "1", "method": "GET", "url": "/users"}] * 2,
        [{"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]}],
        [{"id": str(number), "method": "GET", "url": "/users"} for number in range(21)],
        [{"method": "GET", "url": "/users"}],
        [{"id": "1", "method": "FROB", "url": "/users"}],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "/users", "headers": "x"}],
    ],
)
async def test_a_batch_that_is_none_is_refused(graph: Client, requests: object) -> None:
    assert (await graph.post("$batch", json={"requests": requests})).status_code == 400


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=40), query=st.text(max_size=60), content=st.binary(max_size=60))
async def test_nothing_that_is_sent_makes_it_fail(graph: Client, path: str, query: str, content: bytes) -> None:

    for method in ("GET", "POST", "PATCH"):
        answer = await graph.request(
            method, f"users/{quote(path)}", params={"$filter": query, "$orderby": path}, content=content
        )
        assert answer.status_code < 500, (method, answer.text)
