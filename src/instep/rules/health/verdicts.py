"""What does an outcome mean for the user, and for the job? The one place that turns an error into a verdict.

Sources: scim-wire.md 1.8, engine.md 9.4, RFC 7644 3.12. The codes are those of the provisioning log.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from instep.rules.health.outcomes import Answer, NoAnswer, NotMade, NotSent, Outcome
from instep.rules.planning.plan import OperationKind

NOT_UNDERSTOOD = "SystemForCrossDomainIdentityManagementServiceIncompatible"
BAD_RESPONSE = "SystemForCrossDomainIdentityManagementBadResponse"
ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"
KEPT_OF_AN_ANSWER = 2_000  # characters of a body that is not understood, kept for the administrator
_ERROR_MEMBERS = frozenset({"error", "errors", "scimType", "errorCode", "error_description"})
_TELLING = ("detail", "error_description", "message", "error")  # SCIM's own, and those that gateways use
_REFUSED_FORMS = frozenset({"noTarget", "invalidPath", "invalidSyntax"})  # of scimType (RFC 7644, table 9)
_ANOTHER_DIALECT = "The application may want its requests in another form: try instep apps set APP dialect=rfc"
_LISTS = frozenset({"Resources", "totalResults"})
_SUCCESSES = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Done:
    """It worked; `resource` is the account as answered, if it was."""

    resource: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The target says that it has this user, or a value that must be unique, already."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """404: for a write this is a claim, which only a read confirms."""

    detail: str


@dataclass(frozen=True, slots=True)
class Failed:
    """This user fails, alone, and is tried again by the escrow's intervals."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Whether the write had an effect is unknown: only a read of the target can tell."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The target cannot be reached now: the cycle pauses and goes on later from where it is."""

    code: str
    detail: str
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CredentialsRefused:
    """The Secret Token is not accepted, or may not read users (`InsufficientRights`): the job is quarantined."""

    detail: str
    code: str = "Unauthorized"


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The Tenant URL does not lead to a SCIM service: the cycle stops until an administrator has looked."""

    code: str
    detail: str


Verdict = Done | Conflict | NotThere | Failed | Uncertain | Unavailable | CredentialsRefused | Misconfigured
Stopping = Unavailable | CredentialsRefused | Misconfigured


def judge_write(kind: OperationKind, outcome: Outcome, account_id: str | None = None) -> Verdict:
    """Judge the outcome of a create, update, disable, enable or delete; `account_id` is whose account was written."""
    if type(outcome) is Answer and outcome.status in _SUCCESSES:
        return _judge_success(kind, outcome, account_id)
    match outcome:
        case NotSent(reason):
            return Unavailable("ConnectionFailed", reason)
        case NoAnswer(reason, code):
            return Uncertain(code, reason)
        case NotMade(reason):
            return Failed("InvalidAnchor", reason)
        case Answer(status=401):
            return CredentialsRefused(explain(outcome))
        case Answer(status=status) if 300 <= status < 400:
            return _redirected(outcome)
        case Answer(status=429):
            return Unavailable("TooManyRequests", explain(outcome), outcome.retry_after_seconds)
        case Answer(status=404):
            return NotThere(explain(outcome))
        case Answer(status=409):
            return Conflict(explain(outcome))
        case Answer(status=400) if kind is OperationKind.REMOVE_MEMBERS and _scim_type(outcome.body) == "noTarget":
            return Done(None)  # who is no member needs not be taken out (RFC 7644, 3.5.2.2)
        case Answer(status=400) if _scim_type(outcome.body) == "uniqueness":
            return Conflict(explain(outcome))
        case Answer(status=400) if _scim_type(outcome.body) in _REFUSED_FORMS:
            return Failed(failure_code(400), f"{explain(outcome)}. {_ANOTHER_DIALECT}")
        case Answer(status=status) if status >= 500:
            return Uncertain(failure_code(status), explain(outcome))
        case Answer(status=status):
            return Failed(failure_code(status), explain(outcome))


def judge_read(outcome: Outcome) -> Verdict:
    """Judge the outcome of a GET of one account, of a filter query or of a page."""
    match outcome:
        case NotSent(reason):
            return Unavailable("ConnectionFailed", reason)
        case NoAnswer(reason, code):
            return Failed(code, reason)
        case NotMade(reason):
            return Failed("InvalidAnchor", reason)
        case Answer(status=401 | 403 as status):
            return CredentialsRefused(explain(outcome), failure_code(status))
        case Answer(status=status) if 300 <= status < 400:
            return _redirected(outcome)
        case Answer(status=429):
            return Unavailable("TooManyRequests", explain(outcome), outcome.retry_after_seconds)
        case Answer(status=404):
            return NotThere(explain(outcome))
        case Answer(status=200):
            document = decode(outcome.body)
            return _not_understood(outcome) if document is None or _is_error(document) else Done(document)
        case Answer(status=status):
            return Failed(failure_code(status), explain(outcome))


def failure_code(status: int) -> str:
    """Return the provisioning log's code for a status (engine.md 9.4)."""
    named = {
        401: "Unauthorized",
        403: "InsufficientRights",
        405: "MethodNotAllowed",
        422: "UnprocessableEntity",
        429: "TooManyRequests",
        501: "NotImplemented",
    }
    if status in named:
        return named[status]
    return "InternalServerError" if status >= 500 else BAD_RESPONSE


def explain(answer: Answer) -> str:
    """Return what the target said, for people: the error's own words, else the raw answer's beginning."""
    document = decode(answer.body)
    if document is not None:
        for name in _TELLING:
            if detail := document.get(name):
                return f"HTTP {answer.status}: {str(detail)[:KEPT_OF_AN_ANSWER]}"
    raw = answer.body.decode("utf-8", "replace").strip()
    return f"HTTP {answer.status}: {raw[:KEPT_OF_AN_ANSWER] or 'an empty answer'}"


def decode(body: bytes) -> Mapping[str, object] | None:
    """Return the JSON object in a body, or None where there is none."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _judge_success(kind: OperationKind, answer: Answer, account_id: str | None) -> Verdict:
    """A success is believed only if the answer says nothing else (RFC 7644, 3.3 and 3.5)."""
    document = decode(answer.body)
    must_have_id = kind is OperationKind.CREATE or answer.status == 201
    if document is None and (answer.body.strip() or must_have_id):
        return _uncertain(answer, "is no JSON object" if answer.body.strip() else "has no id")
    if document is None:
        return Done(None)
    if _is_error(document):
        return _uncertain(answer, "is an error all the same")
    answered_id = document.get("id")
    if must_have_id and not (isinstance(answered_id, str) and answered_id):
        return _uncertain(answer, "has no id")
    if not _LISTS.isdisjoint(document) and "id" not in document:
        return _uncertain(answer, "is a list, as to a question that was not asked")
    if account_id is not None and answered_id not in (account_id, None):
        return _uncertain(answer, f"is about another account, {answered_id}, than was written, {account_id}")
    return Done(document)


def _uncertain(answer: Answer, problem: str) -> Uncertain:
    """Say what is wrong; a resource is not quoted, as it may be somebody else's."""
    document = decode(answer.body)
    if document is not None and not _is_error(document):
        return Uncertain(NOT_UNDERSTOOD, f"HTTP {answer.status}: the answer {problem}")
    return Uncertain(NOT_UNDERSTOOD, f"the answer {problem}: {explain(answer)}")


def _not_understood(answer: Answer) -> Failed:
    return Failed(NOT_UNDERSTOOD, f"not understood: {explain(answer)}")


def _redirected(answer: Answer) -> Misconfigured:
    where = f" to {answer.location}" if answer.location else ""
    return Misconfigured("Redirected", f"HTTP {answer.status}: the target redirects{where}; redirects are not followed")


def _scim_type(body: bytes) -> object:
    document = decode(body)
    return None if document is None else document.get("scimType")


def _is_error(document: Mapping[str, object]) -> bool:
    """Whether it is SCIM's Error, or has the form of one that gateways make, which no resource has."""
    schemas = document.get("schemas")
    if isinstance(schemas, list) and ERROR_SCHEMA in schemas:
        return True
    return "id" not in document and not _ERROR_MEMBERS.isdisjoint(document) and "Resources" not in document
