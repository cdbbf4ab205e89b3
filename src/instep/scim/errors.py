"""How does a SCIM service say that a request cannot be fulfilled (RFC 7644, 3.12)?"""

from typing import Any, ClassVar

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """A refusal that is told to the client; `detail` says what, about whom and what to do."""

    status: ClassVar[int] = 400
    scim_type: ClassVar[str | None] = None

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def body(self) -> dict[str, Any]:
        """The Error message; `status` is a string there, as RFC 7644 prescribes."""
        body: dict[str, Any] = {"schemas": [ERROR_URN], "status": str(self.status), "detail": self.detail}
        if self.scim_type is not None:
            body["scimType"] = self.scim_type
        return body


class InvalidFilter(ScimError):
    """The filter is not grammatical, or compares what cannot be compared."""

    scim_type = "invalidFilter"


class TooMany(ScimError):
    """The filter yields more results than the service is willing to work out."""

    scim_type = "tooMany"


class Uniqueness(ScimError):
    """A value that must be unique belongs to another resource already."""

    status = 409
    scim_type = "uniqueness"


class Mutability(ScimError):
    """The change touches what is read-only, immutable, or required and thus cannot be removed."""

    scim_type = "mutability"


class InvalidSyntax(ScimError):
    """The body is not JSON, or not of the message's shape."""

    scim_type = "invalidSyntax"


class InvalidPath(ScimError):
    """A PATCH path is not grammatical, or names an attribute that the schema does not have."""

    scim_type = "invalidPath"


class NoTarget(ScimError):
    """A PATCH path selects nothing to operate on."""

    scim_type = "noTarget"


class InvalidValue(ScimError):
    """A required value is missing, or a value does not fit its attribute."""

    scim_type = "invalidValue"


class InvalidCursor(ScimError):
    """The cursor is none that was given for this query (RFC 9865, 2.2)."""

    scim_type = "invalidCursor"


class ExpiredCursor(ScimError):
    """The cursor was good once; the walk has to begin anew (RFC 9865, 2.2)."""

    scim_type = "expiredCursor"


class InvalidCount(ScimError):
    """The page size is out of bounds, or another than the walk began with (RFC 9865, 2.2)."""

    scim_type = "invalidCount"


class UnresolvedReference(ScimError):
    """A `bulkId:` names no resource that this bulk request has made (RFC 7644, 3.7.2)."""

    status = 409


class InvalidVersion(ScimError):
    """The requested SCIM protocol version is not served."""

    scim_type = "invalidVers"


class Sensitive(ScimError):
    """The request puts sensitive information, for instance a personal value, into its address."""

    status = 403
    scim_type = "sensitive"


class Unauthorized(ScimError):
    """The bearer token is missing or not known."""

    status = 401


class Forbidden(ScimError):
    """The caller is known, but may not do this."""

    status = 403


class NotFound(ScimError):
    """There is no such resource or endpoint."""

    status = 404


class MethodNotAllowed(ScimError):
    """The endpoint exists, but not for this HTTP method."""

    status = 405


class NotAcceptable(ScimError):
    """The client takes no JSON, and the service has nothing else."""

    status = 406


class PreconditionFailed(ScimError):
    """The resource is not in the version that `If-Match` names."""

    status = 412


class PayloadTooLarge(ScimError):
    """The body is larger than the service reads."""

    status = 413


class UnsupportedMediaType(ScimError):
    """The body is declared to be something else than JSON."""

    status = 415


class TooManyRequests(ScimError):
    """The client sends more than it may; in `retry_after_seconds` it may go on."""

    status = 429

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class NotProvided(ScimError):
    """The protocol has this, the service does not."""

    status = 501


class Unavailable(ScimError):
    """The service cannot do it now; nothing was changed, and the request may be sent again."""

    status = 503
