"""What do the headers of a request and of an answer say that concern SCIM (RFC 7644, 3.8, 3.14; RFC 7240; RFC 9110)?"""

import re
from functools import lru_cache

from instep.scim.errors import (
    MethodNotAllowed,
    PayloadTooLarge,
    PreconditionFailed,
    ScimError,
    TooManyRequests,
    Unauthorized,
)

_ACCEPTED = frozenset({"*/*", "application/*", "application/json", "application/scim+json", "text/json"})
_REFUSING = re.compile(r"q\s*=\s*0(\.0*)?")


@lru_cache(maxsize=256)
def takes_json(accept: str) -> bool:
    """Whether a client with this `Accept` takes what the service has to give: JSON, as SCIM's or as any."""
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        if media_range in _ACCEPTED and not any(_REFUSING.fullmatch(parameter) for parameter in parameters):
            return True
    return not accept.strip()


@lru_cache(maxsize=256)
def preferred_return(prefer: str) -> str | None:
    """What a `Prefer` says about the answer to a change: minimal, representation, or nothing (RFC 7240, 4.2)."""
    for part in prefer.lower().replace(";", ",").split(","):
        name, _, value = part.partition("=")
        if name.strip() == "return":
            return value.strip().strip('"')
    return None


def bearer_token(authorization: str) -> str | None:
    """The token of an `Authorization: Bearer`; None where there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def lists_tag(header: str, tag: str) -> bool:
    """Whether a list of entity tags has this one; weak or strong makes no difference here."""
    opaque = tag.removeprefix("W/")
    return opaque in (each.strip().removeprefix("W/") for each in header.split(","))


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has this version already, so that 304 is the answer."""
    return if_none_match is not None and (if_none_match.strip() == "*" or lists_tag(if_none_match, tag))


def check_precondition(if_match: str | None, resource_id: str, tag: str) -> None:
    """Raises PreconditionFailed when the resource is in none of the versions that `If-Match` lists."""
    if if_match is None or if_match.strip() == "*":
        return
    if not lists_tag(if_match, tag):
        raise PreconditionFailed(f"{resource_id} is in version {tag}, not {if_match}: read it again.")


def refusal_headers(error: ScimError, allowed: str, realm: str) -> dict[str, str]:
    """What the answer to a refused request says besides its body; `allowed` lists the methods of the path."""
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = f'Bearer realm="{realm}"'
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = allowed
    if isinstance(error, PayloadTooLarge):
        headers["Connection"] = "close"  # the rest of the body is not read
    return headers
