"""Does the API do what its OpenAPI document says, whatever is sent to it?"""

import os
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from httpx import Response
from hypothesis import HealthCheck, settings
from jsonschema_rs import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.administrators import administrator_with
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.admin.applications import Principal, add_app, assign
from instep.admin.group_values import make_group
from instep.admin.job_creation import create_job
from instep.admin.schema import schema_document
from instep.admin.user_values import make_user, set_manager
from instep.admin.users import delete_user
from instep.api.app import api_operations, api_routes
from instep.api.assignments import assignment_id
from instep.api.open_api import open_api_document
from instep.api.organization import TENANT_ID
from instep.directory.applications import PrincipalType
from instep.wiring import Instep, open_instep

Served = tuple[Any, dict[str, str], dict[str, str]]
"""The application, the headers of somebody who may do everything, and the ids of what is there."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application, with a few users in it, and the headers of somebody who may do everything."""
    with open_instep(tmp_path_factory.mktemp("api")) as instep:
        who = administrator_with(instep.access, Role.GLOBAL_ADMINISTRATOR)
        token = issue_token(instep.access, who, "fuzz", who.permissions, timedelta(days=1), "the tests")
        there_is = populated(instep)
        yield Starlette(routes=api_routes(instep)), {"Authorization": f"Bearer {token.secret}"}, there_is


def populated(instep: Instep) -> dict[str, str]:
    """Make one of everything, and return the ids of an address by the segments before them."""
    now, me = instep.clock, "the tests"
    users = [
        make_user(
            instep.directory,
            {"userPrincipalName": f"u{number}@corp.example", "displayName": f"User {number}", "mail": "u@corp.example"},
            instep.new_id,
            me,
            now(),
        ).id
        for number in range(5)
    ]
    set_manager(instep.directory, users[0], users[1], me, now())
    delete_user(instep.directory, users[4], me, now())
    nested = make_group(instep.directory, {"displayName": "Inner"}, users[:1], instep.new_id, me, now()).id
    group = make_group(instep.directory, {"displayName": "Outer"}, [nested, users[1]], instep.new_id, me, now()).id
    app, _ = add_app(instep.applications, "proxyclick", None, now, instep.new_id, me)
    assign(
        instep.applications, app, Principal(PrincipalType.USER, users[0], "u0"), app.roles[0], now, instep.new_id, me
    )
    (assignment,) = instep.applications.assignments(app.id)
    job = create_job(instep.service, app, me)
    directory = schema_document(instep.applications, app)["directories"][0]["id"]
    return {
        "users/{id}": users[0],
        "directoryObjects/{id}": users[1],
        "deletedItems/{id}": users[4],
        "groups/{id}": group,
        "members/{member}": nested,
        "applicationTemplates/{id}": "proxyclick",
        "servicePrincipals/{id}": app.id,
        "applications/{id}": app.id,
        "appRoleAssignedTo/{assignment}": assignment_id(assignment),
        "appRoleAssignments/{assignment}": assignment_id(assignment),
        "jobs/{job}": job.id,
        "templates/{template}": "proxyclick",
        "directories/{directory}": directory,
        "organization/{id}": TENANT_ID,
        "directoryAudits/{id}": "1",
        "provisioning/{id}": "1",
    }


DOCUMENT = open_api_document(api_operations())
EXAMPLES = os.environ.get("INSTEP_FUZZ_EXAMPLES")
# Every boundary of every type is some 40 calls an operation, so it is tried where more examples are asked for, too.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": EXAMPLES is not None}}})
schema = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schema.parametrize()
@settings(
    max_examples=int(EXAMPLES or 4),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_nothing_that_is_sent_is_answered_otherwise_than_it_is_told(case: schemathesis.Case, served: Served) -> None:
    app, headers, _ = served
    response = case.call(app=app, headers=headers, base_url="http://testserver/v1.0")
    case.validate_response(response, checks=CHECKS)


READ = [
    operation.address for operation in api_operations() if operation.method == "GET" and "bulk" not in operation.address
]


def test_what_there_is_is_answered_as_it_is_told(served: Served) -> None:
    app, headers, there_is = served
    with TestClient(
        app, base_url="http://testserver/v1.0", headers=headers | {"ConsistencyLevel": "eventual"}
    ) as client:
        for address in READ:
            path = re.sub(r"[^/]+/\{\w+\}", lambda found: f"{found[0].partition('/')[0]}/{there_is[found[0]]}", address)
            found = client.get(path)
            if address not in NOT_THERE:
                assert found.status_code == 200, (path, found.text)
            assert problems(address, found) == [], path


NOT_THERE = ("me", "auditLogs/provisioning/{id}")
"""Nobody of the directory calls, and nothing was provisioned."""


def problems(address: str, found: Response) -> list[str]:
    """What in an answer is otherwise than the document says."""
    said = DOCUMENT["paths"][f"/{address}"]["get"]["responses"]
    told = said["200" if found.status_code == 200 else "4XX"]["content"]
    (media_type,) = told
    if found.headers["content-type"].partition(";")[0] != media_type:
        return [f"{found.headers['content-type']} instead of {media_type}"]
    if media_type != "application/json":
        return []
    whole = {"components": DOCUMENT["components"], **told[media_type]["schema"]}
    validator = Draft202012Validator(whole, validate_formats=True)
    return [f"{each.instance_path}: {each.message}" for each in validator.iter_errors(found.json())]


def test_the_description_of_a_body_says_what_a_user_consists_of() -> None:
    body = DOCUMENT["paths"]["/users"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"userPrincipalName", "passwordProfile", "accountEnabled"} <= set(body["required"])
    assert body["properties"]["accountEnabled"] == {"type": ["boolean", "null"]}
    assert "id" not in body["properties"]
    user = DOCUMENT["components"]["schemas"]["user"]
    assert user["properties"]["createdDateTime"] == {"type": ["string", "null"], "format": "date-time"}
    assert user["additionalProperties"] is False
    status = DOCUMENT["components"]["schemas"]["synchronizationStatusCode"]
    assert set(status["enum"]) == {"NotConfigured", "NotRun", "Active", "Paused", "Quarantine"}


def test_the_document_lists_every_operation_once() -> None:
    document = open_api_document(api_operations())
    listed = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    assert sorted(listed) == sorted((each.method, f"/{each.address}") for each in api_operations())
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))
