"""What of a job can be changed by a PATCH, as SDKs send it (graph-api.md 1.2, row 37)?"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from instep.admin.setting_values import SettingRefused
from instep.admin.settings import change_settings
from instep.api.calls import Document
from instep.api.errors import bad_request
from instep.ledger.jobs import JobSettings, JobState

_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_SECONDS = (86_400, 3_600, 60, 1)
_THRESHOLD = "QuarantineTooManyDeletesThreshold"
_READ_ONLY = frozenset({"id", "templateId", "status", "bulkUpload", "schema"})
_STATES = {"active": JobState.ACTIVE, "disabled": JobState.PAUSED, "paused": JobState.PAUSED}


def changed_settings(settings: JobSettings, document: Document) -> JobSettings:
    """Return the settings with what a body says of interval and threshold. Raises GraphError."""
    for name, value in document.items():
        match name, value:
            case "schedule", dict(schedule):
                if (interval := schedule.get("interval")) is not None:
                    settings = _changed(settings, {"interval": f"{seconds_of(interval)}s"})
            case "synchronizationJobSettings", list(pairs):
                settings = _with_threshold(settings, pairs)
            case _ if name not in _READ_ONLY and value is not None:
                raise bad_request(f"Property '{name}' of a job cannot be changed; schedule can, and its settings.")
    return settings


def changed_state(document: Document) -> JobState | None:
    """Return into which state the body's schedule puts the job; None where it says nothing. Raises GraphError."""
    schedule = document.get("schedule")
    word = schedule.get("state") if isinstance(schedule, dict) else None
    if word is None:
        return None
    if str(word).lower() not in _STATES:
        raise bad_request(f"schedule.state is Active, Paused or Disabled, not '{word}'.")
    return _STATES[str(word).lower()]


def seconds_of(text: object) -> int:
    """Return the seconds of a duration such as `PT40M`. Raises GraphError."""
    found = _DURATION.match(text) if isinstance(text, str) else None
    if found is None or not any(found.groups()):
        raise bad_request(f"schedule.interval is a duration such as PT40M, not '{text}'.")
    return sum(int(part) * seconds for part, seconds in zip(found.groups("0"), _SECONDS, strict=True))


def _with_threshold(settings: JobSettings, pairs: list[Any]) -> JobSettings:
    """A set: where the threshold is left out, there is none any more."""
    known = {str(each.get("name")): each.get("value") for each in pairs if isinstance(each, dict)}
    if unknown := set(known) - {_THRESHOLD}:
        raise bad_request(f"There is no setting '{min(unknown)}' here; there is {_THRESHOLD}.")
    if _THRESHOLD not in known:
        return replace(settings, deletion_threshold=None)
    return _changed(settings, {"prevent_accidental_deletions": str(known[_THRESHOLD])})


def _changed(settings: JobSettings, words: Mapping[str, str]) -> JobSettings:
    try:
        return change_settings(settings, words)
    except SettingRefused as refused:
        raise bad_request(str(refused)) from None
