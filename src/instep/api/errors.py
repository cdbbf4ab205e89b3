"""What does the API say of what it cannot do, in Graph's form (graph-api.md 1.1, error body)?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from instep.access.refusals import AccessRefused
from instep.admin.deletion import StillRunning
from instep.admin.ports import JobIsRunning, OnDemandIsRunning
from instep.directory.errors import BadValue, DirectoryError, NameTaken, NotFound
from instep.ledger.graph_schema import SchemaRefused
from instep.odata.errors import QueryRefused
from instep.wiring import REFUSALS

BAD_REQUEST = 400
_BUSY_SECONDS = 5


class GraphError(Exception):
    """A request is refused: a status, Graph's code and a message for people. Nothing was changed."""

    def __init__(self, status: int, code: str, message: str, details: tuple[Mapping[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details
        self.headers: dict[str, str] = {}


def not_found(named: str) -> GraphError:
    """The error for an id that nothing has."""
    message = f"Resource '{named}' does not exist or one of its queried reference-property objects are not present."
    return GraphError(404, "Request_ResourceNotFound", message)


def bad_request(message: str, code: str = "Request_BadRequest", target: str = "") -> GraphError:
    """The error for a request that cannot be understood, or not be done."""
    details = ({"code": "ObjectConflict", "message": message, "target": target},) if target else ()
    return GraphError(BAD_REQUEST, code, message, details)


def busy(message: str) -> GraphError:
    """The error for what can be done in a moment: clients try again by themselves."""
    error = GraphError(503, "serviceNotAvailable", message)
    error.headers["Retry-After"] = str(_BUSY_SECONDS)
    return error


def as_graph_error(error: Exception) -> GraphError | None:
    """Return what to answer for an exception of the language or of a use case; None for what nobody foresaw."""
    match error:
        case GraphError():
            return error
        case QueryRefused():
            return bad_request(str(error), "BadRequest")
        case NotFound():
            return GraphError(404, "Request_ResourceNotFound", str(error))
        case NameTaken():
            return bad_request(str(error), target="userPrincipalName")
        case BadValue() | DirectoryError() | AccessRefused() | SchemaRefused():
            return bad_request(str(error))
        case JobIsRunning() | OnDemandIsRunning() | StillRunning():
            return busy(str(error))
        case _ if isinstance(error, REFUSALS):
            return bad_request(str(error))
    return None


def error_body(error: GraphError, now: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
    """Return the body of the answer."""
    said: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.details:
        said["details"] = [dict(each) for each in error.details]
    said["innerError"] = {
        "date": f"{now:%Y-%m-%dT%H:%M:%S}",
        "request-id": request_id,
        "client-request-id": client_request_id,
    }
    return {"error": said}
