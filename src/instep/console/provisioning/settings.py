"""How does an administrator say whether, whom, when and how much an application is provisioned?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.dialect_settings import check_switches
from instep.admin.provisioning import connected_job, switch_job
from instep.admin.setting_values import SettingRefused
from instep.admin.settings import change_settings, check_scope
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.console.provisioning.setting_words import BOXES, WORDS, words_of
from instep.directory.applications import App, PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.protections import Protection
from instep.ledger.jobs import Job, JobSettings, JobState

PLACE = "provisioning/settings"


@dataclass(frozen=True, slots=True)
class ProtectedShown:
    """Somebody whom no cycle of this application disables, with the name."""

    protection: Protection
    name: str
    is_everywhere: bool


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Settings*."""
    job = connected_job(desk.instep.jobs, app)
    form = Form() if job is None else Form({**words_of(job.settings), "status": _status(job)})
    return _shown(desk, asked, app, job, form)


def save(desk: Desk, asked: Asked, app: App) -> Response:
    """Save them; with Provisioning Status On the initial cycle begins at once."""
    job = connected_job(desk.instep.jobs, app)
    if job is None:
        return desk.frame.redirect(asked, address(app, "provisioning/connection"), "Connect it first.")
    form = _typed(asked)
    settings, form = _changed(job.settings, form)
    form = _checked(desk, app, settings, form)
    if form.is_refused:
        return _shown(desk, asked, app, job, form)
    instep = desk.instep
    if settings != job.settings:
        instep.jobs.save_settings(job, settings, instep.clock(), asked.actor)
    state = JobState.ACTIVE if form.text("status") == "on" else JobState.PAUSED
    is_switched = (job.state is JobState.ACTIVE) != (state is JobState.ACTIVE)
    if is_switched:
        switch_job(instep.service, app, state, asked.actor)
    begins = " The initial cycle begins." if is_switched and state is JobState.ACTIVE and job.since is None else ""
    place = "provisioning" if begins else PLACE
    return desk.frame.redirect(asked, address(app, place), f"The settings of {app.name} were saved.{begins}")


def protect(desk: Desk, asked: Asked, app: App) -> Response:
    """Protect a user, or the members of a group, by name."""
    from instep.admin.applications import Principal
    from instep.admin.groups import find_group
    from instep.admin.protections import protect as use_case
    from instep.admin.users import find_user
    from instep.directory.errors import NotFound

    instep, name = desk.instep, asked.field("name").strip()
    with instep.directory.reading() as reading:
        try:
            user = find_user(reading, name)
            principal = Principal(PrincipalType.USER, user.id, user.user_principal_name)
        except NotFound:
            try:
                group = find_group(reading, name)
            except NotFound:
                raise NotFound(f"There is no user and no group named {name}; nothing was changed.") from None
            principal = Principal(PrincipalType.GROUP, group.id, group.display_name)
    use_case(instep.protections, app.id, principal, instep.clock, asked.actor)
    return desk.frame.redirect(asked, address(app, PLACE), f"{principal.name} is protected from the next cycle on.")


def unprotect(desk: Desk, asked: Asked, app: App) -> Response:
    """End a protection in this application."""
    from instep.admin.applications import Principal
    from instep.admin.protections import unprotect as use_case

    instep, principal_id = desk.instep, asked.field("principal")
    shown = next((each for each in _protected(desk, app) if each.protection.principal_id == principal_id), None)
    name = shown.name if shown is not None else principal_id
    kind = shown.protection.principal_type if shown is not None else PrincipalType.USER
    use_case(instep.protections, app.id, Principal(kind, principal_id, name), instep.clock, asked.actor)
    return desk.frame.redirect(asked, address(app, PLACE), f"{name} is no longer protected here.")


def _typed(asked: Asked) -> Form:
    typed = {name: asked.field(name) for name in ("status", "prevent_at", *WORDS)}
    return Form({name: text.strip() for name, text in typed.items()})


def _changed(settings: JobSettings, form: Form) -> tuple[JobSettings, Form]:
    """The settings with all words that are taken, and the form with what is wrong with the others."""
    for name, word in _words(form):
        try:
            settings = change_settings(settings, {WORDS[name]: word})
        except SettingRefused as refusal:
            form = form.with_problem(name, _without_name(str(refusal), WORDS[name]))
    return settings, form


def _words(form: Form) -> Iterator[tuple[str, str]]:
    for name in WORDS:
        text = form.text(name)
        if name == "prevent" and text == "yes" and form.text("prevent_at"):
            yield name, form.text("prevent_at")
        elif name in BOXES:
            yield name, BOXES[name][0] if text == "yes" else BOXES[name][1]
        elif text:
            yield name, text


def _without_name(refusal: str, name: str) -> str:
    """A refusal begins with the name of the setting on the command line, which no page shows."""
    said = refusal.removeprefix(f"{name} takes ").removeprefix(f"{name}: ")
    return f"Give {said}" if said != refusal and "takes" in refusal[: len(name) + 8] else said


def _checked(desk: Desk, app: App, settings: JobSettings, form: Form) -> Form:
    schema = desk.instep.applications.schema(app.id)
    try:
        check_scope(settings, schema)
        check_switches(settings, schema)
    except SettingRefused as refusal:
        return form.with_problem("scope", _without_name(str(refusal), "scope"))
    return form


def _status(job: Job) -> str:
    return "on" if job.state is JobState.ACTIVE else "off"


def _protected(desk: Desk, app: App) -> Sequence[ProtectedShown]:
    with desk.instep.directory.reading() as reading:
        shown = []
        for each in desk.instep.protections.all(app.id):
            if each.principal_id == ALL_USERS_GROUP_ID:
                name = ALL_USERS_NAME
            elif each.principal_type is PrincipalType.USER:
                user = reading.user(each.principal_id)
                name = user.user_principal_name if user is not None else each.principal_id
            else:
                group = reading.group(each.principal_id)
                name = group.display_name if group is not None else each.principal_id
            shown.append(ProtectedShown(each, name, each.app_id != app.id))
    return shown


def _shown(desk: Desk, asked: Asked, app: App, job: Job | None, form: Form) -> Response:
    values: Mapping[str, object] = {"form": form, "job": job, "protected": _protected(desk, app)}
    return desk.page(
        asked,
        app,
        "provisioning/settings.html",
        title="Settings",
        http_status=422 if form.is_refused else 200,
        has_groups=desk.instep.applications.schema(app.id).groups is not None,
        **values,
    )
