"""What do a job's secrets and settings say, by Graph's keys (graph-api.md 1.6)?

The Tenant URL is `BaseAddress`, the Secret Token `SecretToken`; the scope, notifications and the deletion threshold are
here, too. A PUT replaces the set: a key that is left out is removed, `"*"` keeps the Secret Token that is saved, and
an empty text removes. What is answered are the keys that were put: clients wait until they see as many again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from instep.admin.job_creation import create_job
from instep.admin.ports import Door
from instep.admin.provisioning import first_settings, new_door, save_connection, switch_job
from instep.admin.settings import change_settings, check_scope
from instep.api.calls import Call, Document
from instep.api.errors import bad_request
from instep.connectors.targets.scim.addresses import check_tenant_url
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState, target_identity
from instep.rules.scoping.standing import Scope

MASK = "*"
_ADDRESS, _TOKEN, _SYNC_ALL = "BaseAddress", "SecretToken", "SyncAll"
_NOTIFICATIONS, _SKIP = "SyncNotificationSettings", "SkipOutOfScopeDeletions"
_KEPT = (_ADDRESS, _TOKEN, _SYNC_ALL, _NOTIFICATIONS, _SKIP)
_BY_FOLDED = {key.lower(): key for key in _KEPT}
_ACCEPTED_ELSEWHERE = frozenset({"url", "domain", "singlesignontype", "sandbox", "companyid", "authenticationtype"})
_MOST = 50
_LONGEST_TOKEN = 8_000


@dataclass(frozen=True, slots=True)
class Given:
    """The values of a body by their keys, without those that this service has no use for; and all keys with a value."""

    values: Mapping[str, str]
    keys: tuple[str, ...]

    def door(self, call: Call, app: App, job: Job | None) -> Door:
        """Return what opens the application by these. Raises GraphError, or TenantUrlRefused."""
        address, token = self.values.get(_ADDRESS, ""), self.values.get(_TOKEN, "").strip()
        if not address or not token or (token == MASK and (job is None or not job.is_connected)):
            raise bad_request("The credentials need a BaseAddress and a SecretToken.")
        address = check_tenant_url(address, call.instep.allowed_targets)
        if token == MASK and job is not None:
            if target_identity(address) != job.target_identity:
                raise bad_request(
                    "The BaseAddress is another one: give its SecretToken. The old one is not sent there."
                )
            token = call.instep.jobs.secret_token(job)
        if len(token) > _LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise bad_request("The SecretToken has characters that no token has. Copy it again, whole.")
        return new_door(call.instep.service, app, address, token)


def read_secrets(document: object) -> Given:
    """Return the keys of a list of `{key, value}`, whose keys may have any letter case. Raises GraphError."""
    if not isinstance(document, list) or len(document) > _MOST:
        raise bad_request("A list of {key, value} is expected.", "BadRequest")
    values: dict[str, str] = {}
    keys: dict[str, None] = {}
    for each in document:
        match each:
            case {"key": str(key), "value": str() | bool() | None as value}:
                text = "" if value is None else str(value)
            case _:
                raise bad_request("Every secret has a key and a value, which are texts.", "BadRequest")
        known = _BY_FOLDED.get(key.lower())
        if known is None and key.lower() not in _ACCEPTED_ELSEWHERE:
            raise bad_request(f"There is no use for the key '{key}' here. There is for: {', '.join(_KEPT)}.")
        if known is not None:
            values[known] = text
        if text:
            keys[known or key] = None
    return Given(values, tuple(keys))


def put_secrets(call: Call, app: App, given: Given) -> None:
    """Save the set as a whole. Raises GraphError, TenantUrlRefused or SettingRefused; nothing was changed then."""
    service = call.instep.service
    job = service.jobs.job_of(app)
    if job is None and not given.keys:
        return  # there is nothing to remove
    before = job.settings if job is not None else first_settings(app)
    settings = replace(change_settings(before, _words(given.values)), secret_keys=given.keys)
    check_scope(settings, service.applications.schema(app.id))
    door = _door(call, app, job, given)
    job = job or create_job(service, app, call.caller.name)
    if door is not None:
        if not job.is_connected or _is_other(call, job, door):
            job = save_connection(service, app, door.tenant_url, door.secret_token, call.caller.name)
    elif job.is_connected:
        if job.state is JobState.ACTIVE:
            switch_job(service, app, JobState.PAUSED, call.caller.name)
        job = save_connection(service, app, "", "", call.caller.name)
    if settings != job.settings:
        service.jobs.save_settings(job, settings, call.instep.clock(), call.caller.name)


def _door(call: Call, app: App, job: Job | None, given: Given) -> Door | None:
    """What opens the application by this set; None where it has no credentials. Raises GraphError."""
    address, token = given.values.get(_ADDRESS, ""), given.values.get(_TOKEN, "")
    if address and token:
        return given.door(call, app, job)
    if address or token:
        raise bad_request("BaseAddress and SecretToken are given together, or both are removed.")
    if job is not None and job.is_connected and job.state is JobState.ACTIVE and _ADDRESS not in given.values:
        # Emptied they would be removed; a set that has forgotten them must not stop a job that runs.
        raise bad_request("The set has no BaseAddress: pause the job before its credentials are removed.")
    return None


def shown_secrets(job: Job | None) -> list[Document]:
    """Return the set that was put last, with what was configured otherwise meanwhile; secrets are masked."""
    if job is None:
        return []
    known = _known_values(job)
    put = [key for key in job.settings.secret_keys if key in known or key.lower() not in _BY_FOLDED]
    other = [key for key in known if key not in put and not _is_default(job, key)]
    return [{"key": key, "value": known.get(key, MASK)} for key in (*put, *other)]


def _known_values(job: Job) -> dict[str, str]:
    settings = job.settings
    threshold = settings.deletion_threshold
    notifications = {
        "Enabled": bool(settings.notify),
        "Recipients": ",".join(settings.notify),
        "DeleteThresholdEnabled": threshold is not None,
        "DeleteThresholdValue": threshold if threshold is not None else 500,
    }
    return {
        **({_ADDRESS: job.tenant_url, _TOKEN: MASK} if job.is_connected else {}),
        _SYNC_ALL: str(settings.scope is Scope.ALL).lower(),
        _NOTIFICATIONS: orjson.dumps(notifications).decode(),
        _SKIP: str(settings.skip_out_of_scope_deletions),
    }


def _is_default(job: Job, key: str) -> bool:
    settings = job.settings
    match key:
        case "SyncAll":
            return settings.scope is not Scope.ALL
        case "SyncNotificationSettings":
            return not settings.notify and settings.deletion_threshold is None
        case "SkipOutOfScopeDeletions":
            return not settings.skip_out_of_scope_deletions
    return False


def _words(values: Mapping[str, str]) -> dict[str, str]:
    """The settings that follow, in the words of `instep apps set`; what is not given takes what it starts with."""
    words = {
        "scope": "all" if _truth(values.get(_SYNC_ALL, "false"), _SYNC_ALL) else "assigned",
        "skip_out_of_scope_deletions": str(_truth(values.get(_SKIP, "false"), _SKIP)).lower(),
    }
    if not values.get(_NOTIFICATIONS):
        return words
    try:
        notifications: Any = orjson.loads(values[_NOTIFICATIONS])
    except orjson.JSONDecodeError:
        notifications = None
    if not isinstance(notifications, dict):
        raise bad_request(f"{_NOTIFICATIONS} is a JSON object in a text.")
    words["notify"] = str(notifications.get("Recipients") or "") if notifications.get("Enabled") else ""
    is_limited = notifications.get("DeleteThresholdEnabled") is True
    words["prevent_accidental_deletions"] = str(notifications.get("DeleteThresholdValue", "")) if is_limited else "off"
    return words


def _truth(text: str, key: str) -> bool:
    if text.lower() not in ("true", "false", ""):
        raise bad_request(f"{key} is true or false, not '{text}'.")
    return text.lower() == "true"


def _is_other(call: Call, job: Job, door: Door) -> bool:
    return job.tenant_url != door.tenant_url or call.instep.jobs.secret_token(job) != door.secret_token
