"""Does the API do what its OpenAPI document says, whatever is sent to it?"""

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.applications import Starlette

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.administrators import administrator_with
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.admin.user_values import make_user
from instep.api.app import api_operations, api_routes
from instep.api.open_api import open_api_document
from instep.wiring import open_instep


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """The application, with a few users in it, and the headers of somebody who may do everything."""
    with open_instep(tmp_path_factory.mktemp("api")) as instep:
        who = administrator_with(instep.access, Role.GLOBAL_ADMINISTRATOR)
        token = issue_token(instep.access, who, "fuzz", who.permissions, timedelta(days=1), "the tests")
        for number in range(5):
            values = {"userPrincipalName": f"u{number}@corp.example", "displayName": f"User {number}"}
            make_user(instep.directory, values, instep.new_id, "the tests", instep.clock())
        yield Starlette(routes=api_routes(instep)), {"Authorization": f"Bearer {token.secret}"}


EXAMPLES = int(os.environ.get("INSTEP_FUZZ_EXAMPLES", "3"))
schema = schemathesis.openapi.from_dict(open_api_document(api_operations()))


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_is_answered_otherwise_than_it_is_told(
    case: schemathesis.Case, served: tuple[Any, dict[str, str]]
) -> None:
    app, headers = served
    response = case.call(app=app, headers=headers, base_url="http://testserver/v1.0")
    case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])


def test_the_document_lists_every_operation_once() -> None:
    document = open_api_document(api_operations())
    listed = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    assert sorted(listed) == sorted((each.method, f"/{each.address}") for each in api_operations())
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))
