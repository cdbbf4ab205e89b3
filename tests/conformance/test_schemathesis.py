"""Does any request that schemathesis makes, good or bad, lead to a failure of the tenant?"""

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from conformance.openapi_of_scim import description
from fakes.served_tenant import ServedTenant, served_tenant

# An environment variable, as a soak asks for many more.
EXAMPLES = int(os.environ.get("PROXYCLICK_FUZZ_REQUESTS", "200")) // 30 or 1


MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.mark.parametrize("mode", MODES, ids=["as described", "not as described"])
def test_no_request_makes_the_tenant_fail(tmp_path: Path, mode: GenerationMode) -> None:
    with served_tenant(tmp_path, "rfc") as tenant:
        _try_every_operation(tenant, mode)


def _try_every_operation(tenant: ServedTenant, mode: GenerationMode) -> None:
    for number in range(3):
        tenant.http.post("/Users", json={"userName": f"described {number} {mode}"})
        tenant.http.post("/Groups", json={"displayName": f"described {number}"})
    api = schemathesis.openapi.from_dict(description(tenant))
    headers = {"Authorization": f"Bearer {tenant.secret_token}"}

    def check(case: Any) -> None:
        answer = case.call(base_url=tenant.tenant_url, headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400 and answer.headers["content-type"] == ["application/scim+json"]:
            assert answer.json()["status"] == str(answer.status_code)

    moderate = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    tried = 0
    for described in api.get_all_operations():
        operation = described.ok()
        tried += 1
        moderate(given(operation.as_strategy(generation_mode=mode))(check))()
    assert tried >= 12
