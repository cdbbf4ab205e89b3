"""What of Graph's surface has nothing behind it here, and what is said of it (graph-api.md 1.2, rows 53 and 54)?"""

from instep.access.graph_permissions import SYNCHRONIZATION_WRITE
from instep.api.calls import Answer, Call, Operation
from instep.api.errors import GraphError, bad_request
from instep.api.service_principals import app_of
from instep.api.synchronization import job_of

_BULK = "servicePrincipals/{id}/synchronization/jobs/{job}/bulkUpload"


def operations() -> list[Operation]:
    """Return the operations that are always refused."""
    write = SYNCHRONIZATION_WRITE
    tokens = [
        Operation(
            "POST", f"{kind}/{{id}}/synchronization/acquireAccessToken", acquire, write, "Refused: no OAuth connectors"
        )
        for kind in ("servicePrincipals", "applications")
    ]
    uploads = [
        Operation(method, _BULK, bulk_upload, write, "Refused (501): no bulk upload")
        for method in ("GET", "POST", "PUT", "PATCH")
    ]
    return [*tokens, *uploads]


def acquire(call: Call) -> Answer:
    """Say by what an application is opened."""
    raise bad_request(
        f"{app_of(call).name} is opened by a token that its administrator gives, not by OAuth authorization: "
        "PUT BaseAddress and SecretToken to .../synchronization/secrets."
    )


def bulk_upload(call: Call) -> Answer:
    """Say how users get in instead."""
    job_of(call)
    message = "There is no bulk upload. Push users by SCIM to /scim/v2, import a file, or POST them to /users."
    raise GraphError(501, "NotImplemented", message)
