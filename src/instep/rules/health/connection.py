"""Does a connection work, by the answer to the one question that every SCIM service answers alike? (engine.md 10.3)"""

from instep.rules.health.lists import Listed, judge_list
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Failed,
    Misconfigured,
    NotThere,
    Stopping,
    Unavailable,
    judge_read,
)


def judge_connection(outcome: Outcome) -> Done | Stopping:
    """Judge the answer to a filter for a user who cannot exist: only 200 with an empty list is good."""
    verdict, listed = _judge(outcome)
    if listed is not None and (listed.total or listed.resources):
        return Misconfigured("NoFilter", "it returned users for a filter with a random value, so it does not filter")
    return verdict


def judge_first_page(outcome: Outcome) -> Done | Stopping:
    """Judge the answer to a page, of a target that cannot be asked for one user."""
    return _judge(outcome)[0]


def _judge(outcome: Outcome) -> tuple[Done | Stopping, Listed | None]:
    match judge_read(outcome):
        case Done(resource):
            listed = judge_list(resource)
            if isinstance(listed, Failed):
                return Misconfigured("NotScim", listed.detail), None
            return Done(resource), listed
        case NotThere(detail):
            return Misconfigured("NotFound", detail), None
        case Unavailable() | CredentialsRefused() | Misconfigured() as verdict:
            return verdict, None
        case verdict:
            code, detail = getattr(verdict, "code", "InternalServerError"), str(getattr(verdict, "detail", verdict))
            return Unavailable(code, detail), None
