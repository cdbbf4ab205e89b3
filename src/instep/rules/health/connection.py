"""Does a connection work, by the answer to the one question that every SCIM service answers alike? (engine.md 10.3)"""

from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Misconfigured,
    NotThere,
    Stopping,
    Unavailable,
    judge_read,
)


def judge_connection(outcome: Outcome) -> Done | Stopping:
    """Judge the answer to a filter for a user who cannot exist: only 200 with an empty list is good."""
    match judge_read(outcome):
        case Done(resource):
            total = None if resource is None else resource.get("totalResults")
            if isinstance(total, bool) or not isinstance(total, int):
                return Misconfigured("NotScim", "the answer is no SCIM ListResponse")
            if total:
                return Misconfigured(
                    "NoFilter", "it returned users for a filter with a random value, so it does not filter"
                )
            return Done(resource)
        case NotThere(detail):
            return Misconfigured("NotFound", detail)
        case Unavailable() | CredentialsRefused() | Misconfigured() as verdict:
            return verdict
        case verdict:
            return Unavailable(
                getattr(verdict, "code", "InternalServerError"), str(getattr(verdict, "detail", verdict))
            )
