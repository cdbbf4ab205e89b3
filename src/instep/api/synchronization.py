"""What can be done with an application's job, in Graph's form (graph-api.md 1.4, 1.8; rows 30 to 43, 51 and 52)?"""

from typing import Any

from instep.access.graph_permissions import SYNCHRONIZATION_READ, SYNCHRONIZATION_WRITE
from instep.admin.connecting import try_connection
from instep.admin.deletion import delete_job
from instep.admin.job_creation import JobExists, create_job
from instep.admin.ports import Door
from instep.admin.provisioning import require_job, saved_door, switch_job
from instep.admin.restarting import restart_job
from instep.admin.setting_values import SettingRefused
from instep.admin.status import progress_of, status_of
from instep.admin.synchronization_status import synchronization_status
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import GraphError, bad_request, not_found
from instep.api.job_changes import changed_settings, changed_state
from instep.api.limits import limited
from instep.api.lists import answer_count, answer_list
from instep.api.on_demand import on_demand_answer, read_subject, take_on_demand
from instep.api.secrets import put_secrets, read_secrets, shown_secrets
from instep.api.service_principals import app_of
from instep.api.templates import shape_template
from instep.clock import to_text
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState
from instep.ledger.quarantine import Quarantine
from instep.ledger.reset_scopes import read_reset_scopes

_SYNC = "servicePrincipals/{id}/synchronization"
_JOB = f"{_SYNC}/jobs/{{job}}"
_NO_CREDENTIALS = "The job has no credentials: PUT BaseAddress and SecretToken to .../synchronization/secrets."


def operations() -> list[Operation]:
    """Return the operations on jobs."""
    read, write = SYNCHRONIZATION_READ, SYNCHRONIZATION_WRITE
    return [
        Operation("GET", _SYNC, get_all, read, "Get an application's job and template"),
        Operation("GET", f"{_SYNC}/jobs", jobs, read, "List jobs: an application has one at most"),
        Operation("GET", f"{_SYNC}/jobs/$count", count_jobs, read, "Count jobs"),
        Operation("POST", f"{_SYNC}/jobs", post_job, write, "Create the job, disabled"),
        Operation(
            "POST", f"{_SYNC}/jobs/validateCredentials", validate, write, "Try credentials before there is a job"
        ),
        Operation("GET", _JOB, get_job, read, "Get the job with its status"),
        Operation("PATCH", _JOB, update, write, "Change the job's schedule and its settings"),
        Operation("DELETE", _JOB, delete, write, "Delete the job; accounts stay as they are"),
        Operation("POST", f"{_JOB}/start", start, write, "Start the job; that lifts its quarantine"),
        Operation("POST", f"{_JOB}/pause", pause, write, "Stop the job"),
        Operation("POST", f"{_JOB}/restart", restart, write, "Restart the job"),
        Operation("POST", f"{_JOB}/validateCredentials", validate, write, "Try credentials, given or saved"),
        Operation(
            "POST",
            f"{_JOB}/provisionOnDemand",
            limited(on_demand, calls=5, seconds=10),
            write,
            "Provision one user now, or a group with up to five of its members",
        ),
        Operation("PUT", f"{_SYNC}/secrets", put, write, "Save the credentials and what goes with them"),
        Operation("GET", f"{_SYNC}/secrets", get_secrets, read, "Get what was saved, the Secret Token masked"),
    ]


def get_all(call: Call) -> Answer:
    """Return what there is of an application's synchronization."""
    app = app_of(call)
    shown = {"id": app.id, "jobs": _jobs(call, app), "templates": [shape_template(app)]}
    context = f"{call.base}/$metadata#servicePrincipals('{app.id}')/synchronization/$entity"
    return Answer(200, {"@odata.context": context, **shown})


def jobs(call: Call) -> Answer:
    """Return the job, if there is one."""
    return answer_list(call, _context(call, "jobs"), _jobs(call, app_of(call)))


def count_jobs(call: Call) -> Answer:
    """Return how many jobs there are."""
    return answer_count(call, lambda: len(_jobs(call, app_of(call))))


def post_job(call: Call) -> Answer:
    """Create the job; the first connection or start comes later."""
    app, instep = app_of(call), call.instep
    wanted = call.document().get("templateId")
    if wanted is not None and str(wanted).lower() not in (str(shape_template(app)["id"]).lower(), app.template_id):
        raise bad_request(f"There is no template '{wanted}' for {app.name}. There is: {shape_template(app)['id']}.")
    known = instep.jobs.job_of(app)
    if known is None or _was_used(known):
        try:
            known = create_job(instep.service, app, call.caller.name)
        except JobExists as exists:
            raise GraphError(409, "Request_BadRequest", str(exists)) from None
    shown = _job(call, app)
    context = f"{call.base}/$metadata#{_context(call, 'jobs')}/$entity"
    location = f"{call.base}/servicePrincipals/{app.id}/synchronization/jobs/{known.id}"
    return Answer(201, {"@odata.context": context} | shown, {"Location": location})


def _was_used(job: Job) -> bool:
    """Whether it is more than what a PUT of secrets makes, which programs do before or after they create the job."""
    return job.state is JobState.ACTIVE or job.last_begun_at is not None


def get_job(call: Call) -> Answer:
    """Return the job with its status."""
    app, _ = job_of(call)
    context = f"{call.base}/$metadata#{_context(call, 'jobs')}/$entity"
    return Answer(200, {"@odata.context": context} | _job(call, app))


def update(call: Call) -> Answer:
    """Give the job another interval or other settings, and start it or stop it."""
    app, job = job_of(call)
    document = call.document()
    state, settings = changed_state(document), changed_settings(job.settings, document)
    if state is JobState.ACTIVE and not job.is_connected:
        raise bad_request(_NO_CREDENTIALS)
    if settings != job.settings:
        call.instep.jobs.save_settings(job, settings, call.instep.clock(), call.caller.name)
    if state is not None and state is not job.state:
        switch_job(call.instep.service, app, state, call.caller.name)
    return get_job(call)


async def delete(call: Call) -> Answer:
    """Delete the job with its connection; one that is created later matches everybody again."""
    app, _ = job_of(call)
    await delete_job(call.instep.service, app, call.caller.name)
    return NO_CONTENT


def start(call: Call) -> Answer:
    """Start the job; one that runs already goes on."""
    app, job = job_of(call)
    if not job.is_connected:
        raise bad_request(_NO_CREDENTIALS)
    if job.state is not JobState.ACTIVE or job.quarantine is not None:
        switch_job(call.instep.service, app, JobState.ACTIVE, call.caller.name)
    return NO_CONTENT


def pause(call: Call) -> Answer:
    """Stop the job; everything is kept."""
    app, job = job_of(call)
    if job.state is JobState.ACTIVE:
        switch_job(call.instep.service, app, JobState.PAUSED, call.caller.name)
    return NO_CONTENT


def restart(call: Call) -> Answer:
    """Clear what the reset scope says; without one, as in the portal."""
    app, _ = job_of(call)
    criteria = call.document().get("criteria") or {}
    scope = criteria.get("resetScope") if isinstance(criteria, dict) else criteria
    if not isinstance(scope, str | None):
        raise bad_request("resetScope takes a text, such as 'Watermark, Escrows'.")
    restart_job(call.instep.service, app, read_reset_scopes(scope or ""), call.caller.name)
    return NO_CONTENT


async def validate(call: Call) -> Answer:
    """Try a connection: with the credentials of the body, or with those that are saved."""
    app = app_of(call)
    if "job" in call.parameters:
        job_of(call)
    tried = await try_connection(call.instep.service, app, _door(call, app))
    if not tried.works:
        raise GraphError(400, "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable", tried.sentence)
    return NO_CONTENT


async def on_demand(call: Call) -> Answer:
    """Take one user, or a group with some of its members, through all steps now."""
    app, job = job_of(call)
    require_job(call.instep.service, app)
    return on_demand_answer(call, app, job, await take_on_demand(call, app, read_subject(call.document())))


def put(call: Call) -> Answer:
    """Save the credentials and what goes with them, as a set."""
    try:
        put_secrets(call, app_of(call), read_secrets(call.document().get("value")))
    except SettingRefused as refused:
        raise bad_request(str(refused)) from None
    return NO_CONTENT


def get_secrets(call: Call) -> Answer:
    """Return what was saved; the Secret Token is not given out again."""
    app = app_of(call)
    return Answer(200, {"value": shown_secrets(call.instep.jobs.job_of(app))})


def job_of(call: Call) -> tuple[App, Job]:
    """Return the application and the job of the address. Raises GraphError."""
    app = app_of(call)
    job = call.instep.jobs.job_of(app)
    if job is None or job.id != call.parameters["job"].lower():
        raise not_found(call.parameters["job"])
    return app, job


def _door(call: Call, app: App) -> Door:
    document = call.document()
    if document.get("useSavedCredentials") is True or not document.get("credentials"):
        return saved_door(call.instep.service, app)
    return read_secrets(document["credentials"]).door(call, app, call.instep.jobs.job_of(app))


def _jobs(call: Call, app: App) -> list[Document]:
    return [_job(call, app)] if call.instep.jobs.job_of(app) is not None else []


def _job(call: Call, app: App) -> Document:
    service = call.instep.service
    status = status_of(service, app)
    job = status.job
    if job is None:
        raise not_found("job")
    said = dict(synchronization_status(status, progress_of(service, status), call.instep.clock()))
    schedule: Any = said.pop("schedule")
    if not job.is_connected:
        schedule = {**schedule, "state": "Disabled"}
    return {
        "id": job.id,
        "templateId": shape_template(app)["id"],
        "schedule": schedule,
        "status": {"code": status.code, "quarantine": _quarantine(job.quarantine), "troubleshootingUrl": None, **said},
        "synchronizationJobSettings": _settings(job),
    }


def _settings(job: Job) -> list[Document]:
    threshold = job.settings.deletion_threshold
    return [] if threshold is None else [{"name": "QuarantineTooManyDeletesThreshold", "value": str(threshold)}]


def _quarantine(quarantine: Quarantine | None) -> Document | None:
    if quarantine is None:
        return None
    problem = quarantine.problem
    return {
        "reason": quarantine.reason.value,
        "currentBegan": to_text(quarantine.imposed_at),
        "nextAttempt": to_text(quarantine.next_attempt_at) if quarantine.next_attempt_at else None,
        "seriesBegan": to_text(quarantine.since),
        "seriesCount": quarantine.renewals,
        "error": {
            "code": problem.code,
            "message": problem.message,
            "tenantActionable": problem.is_for_the_administrator,
        },
    }


def _context(call: Call, of: str) -> str:
    return f"servicePrincipals('{call.parameters['id']}')/synchronization/{of}"
