"""How do the commands show a quarantine and its thresholds, for people and as JSON?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from instep.clock import to_text
from instep.ledger.jobs import JobState
from instep.ledger.quarantine import Quarantine
from instep.rules.health.outcomes import FailedRequest
from instep.rules.health.quarantine import Thresholds


def thresholds_as_document(thresholds: Thresholds) -> dict[str, Any]:
    """Return thresholds by the names of their settings."""
    return {
        "quarantine.minimum": thresholds.minimum if thresholds.minimum is not None else "default",
        "quarantine.percent": thresholds.percent,
        "quarantine.failures": thresholds.failures,
        "quarantine.total": thresholds.total,
    }


def quarantine_as_document(quarantine: Quarantine) -> dict[str, Any]:
    """Return a quarantine as JSON: Graph's properties by their names, and what is said of it beside them."""
    problem = quarantine.problem
    return {
        "reason": quarantine.reason.value,
        "currentBegan": to_text(quarantine.imposed_at),
        "nextAttempt": _text(quarantine.next_attempt_at),
        "seriesBegan": to_text(quarantine.since),
        "seriesCount": quarantine.renewals,
        "error": {
            "code": problem.code,
            "message": problem.message,
            "tenantActionable": problem.is_for_the_administrator,
        },
        "detail": problem.message,
        "since": to_text(quarantine.since),
        "next_attempt_at": _text(quarantine.next_attempt_at),
        "next_probe_at": _text(quarantine.next_probe_at),
        "requests": [_request_as_document(request) for request in quarantine.requests],
    }


def quarantine_in_words(quarantine: Quarantine, state: JobState) -> Iterator[str]:
    """Yield a quarantine line by line: why, since when, what happens next, and the requests that caused it."""
    yield f"  Quarantine    since {quarantine.since:%Y-%m-%d %H:%M:%S} UTC, {quarantine.reason.value}"
    yield f"                {quarantine.problem.message}"
    yield f"                {_what_is_next(quarantine, state)}"
    for request in quarantine.requests:
        yield f"                {request_in_words(request)}"
    yield "                instep apps connect (another token) or instep apps start (mended there) lifts it"


def _what_is_next(quarantine: Quarantine, state: JobState) -> str:
    if state is JobState.PAUSED:
        return "the job is stopped: nothing is tried before it is started"
    if state is JobState.DISABLED or quarantine.next_attempt_at is None:
        return "four weeks are over: the job is disabled, and those who failed are not tried any more"
    attempt = f"next attempt {quarantine.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC"
    if quarantine.next_probe_at is None:
        return attempt
    return f"{attempt}; before that, {quarantine.next_probe_at:%H:%M:%S} UTC, one request asks whether it works again"


def request_in_words(request: FailedRequest) -> str:
    """Return one request and what came back, on one line."""
    came = "no answer" if request.status is None else f"HTTP {request.status}"
    answer = " ".join(request.answer.split())
    return f"{request.at:%Y-%m-%d %H:%M:%S} UTC {request.method} {request.url} -> {came}: {answer or 'nothing'}"


def _text(at: datetime | None) -> str | None:
    return None if at is None else to_text(at)


def _request_as_document(request: FailedRequest) -> dict[str, Any]:
    return {
        "at": to_text(request.at),
        "method": request.method,
        "url": request.url,
        "status": request.status,
        "answer": request.answer,
    }
