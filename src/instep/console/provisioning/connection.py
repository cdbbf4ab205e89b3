"""How is an application connected: Provisioning Mode, Tenant URL, Secret Token, Test Connection, Notification Email?"""

import asyncio

from starlette.responses import RedirectResponse, Response

from instep.admin.connecting import ConnectionRefused, ConnectionTest, try_connection
from instep.admin.ports import Door
from instep.admin.provisioning import connected_job, new_door, save_connection
from instep.admin.setting_values import SettingRefused
from instep.admin.settings import change_settings
from instep.connectors.targets.scim.addresses import TenantUrlRefused, check_tenant_url
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobSettings, target_identity
from instep.store.secret_box import SecretUnreadable

PLACE = "provisioning/connection"
CREDENTIALS = f"{PLACE}/credentials"
LONGEST_TOKEN = 8_000
_FIELDS = ("tenant_url", "secret_token", "notify", "notify_failures")


class Refused(Exception):
    """What was typed cannot be used; the form says where and why."""

    def __init__(self, form: Form) -> None:
        super().__init__("refused")
        self.form = form


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Connection*."""
    job = connected_job(desk.instep.jobs, app)
    if job is None:
        return _shown(desk, asked, app, None, Form())
    texts = {"tenant_url": job.tenant_url, "notify": ", ".join(job.settings.notify)}
    return _shown(
        desk, asked, app, job, Form({**texts, "notify_failures": "yes" if job.settings.notify_failures else ""})
    )


def test(desk: Desk, asked: Asked, app: App) -> Response:
    """Test Connection with what stands in the form; nothing is saved."""
    job, form = connected_job(desk.instep.jobs, app), filled(_FIELDS, asked.form)
    try:
        tested: ConnectionTest | None = _test(desk, app, _door(desk, app, job, form))
        problems = form
    except Refused as refused:
        tested, problems = None, refused.form
    if asked.is_partial:
        return desk.frame.fragment(asked, "provisioning/tested.html", app=app, tested=tested, form=problems)
    return _shown(desk, asked, app, job, problems, tested)


def save(desk: Desk, asked: Asked, app: App) -> Response:
    """Save the form; another Tenant URL or Secret Token goes through the door of the dangerous (decision 79)."""
    job, form = connected_job(desk.instep.jobs, app), filled(_FIELDS, asked.form)
    try:
        is_other = job is None or bool(form.text("secret_token")) or _tenant_url(desk, form) != job.tenant_url
        if job is None or is_other:
            _notified(job, form)  # refuses before anybody is asked who they are
            _door(desk, app, job, form)
            return RedirectResponse(address(app, CREDENTIALS), 307)
        _save_notification(desk, asked, job, form)
    except Refused as refused:
        return _shown(desk, asked, app, job, refused.form)
    return desk.frame.redirect(asked, address(app, PLACE), f"The notification settings of {app.name} were saved.")


def save_credentials(desk: Desk, asked: Asked, app: App) -> Response:
    """Save Tenant URL and Secret Token, if they work, with the rest of the form."""
    job, form = connected_job(desk.instep.jobs, app), filled(_FIELDS, asked.form)
    try:
        _notified(job, form)
        door = _door(desk, app, job, form)
    except Refused as refused:
        return _shown(desk, asked, app, job, refused.form)
    tested = _test(desk, app, door)
    if not tested.works:
        return _shown(desk, asked, app, job, Form(form.texts, {}, "Nothing was saved, as the test failed."), tested)
    saved = save_connection(desk.instep.service, app, door.tenant_url, door.secret_token, asked.actor)
    _save_notification(desk, asked, saved, form)
    notice = f"{tested.sentence} The connection was saved."
    return desk.frame.redirect(asked, address(app, PLACE if job is not None else "provisioning/settings"), notice)


def _test(desk: Desk, app: App, door: Door) -> ConnectionTest:
    try:
        return asyncio.run(try_connection(desk.instep.service, app, door))
    except ConnectionRefused as refusal:
        raise Refused(Form({"tenant_url": door.tenant_url}, {}, str(refusal))) from None


def _door(desk: Desk, app: App, job: Job | None, form: Form) -> Door:
    """What the form opens; without a token in it, the one that was saved, and only at the same place."""
    tenant_url, token = _tenant_url(desk, form), form.text("secret_token").strip()
    if not token and job is None:
        raise Refused(form.with_problem("secret_token", "Paste the Secret Token that the application shows."))
    if not token and job is not None:
        if target_identity(tenant_url) != job.target_identity:
            raise Refused(
                form.with_problem(
                    "secret_token",
                    "The Tenant URL is another one: paste its Secret Token, too. The old one is not sent there.",
                )
            )
        token = _kept_token(desk, job, form)
    if len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        wrong = "The Secret Token has characters that no token has. Copy it again, whole."
        raise Refused(form.with_problem("secret_token", wrong))
    return new_door(desk.instep.service, app, tenant_url, token)


def _kept_token(desk: Desk, job: Job, form: Form) -> str:
    try:
        return desk.instep.jobs.secret_token(job)
    except SecretUnreadable as refusal:
        raise Refused(form.with_problem("secret_token", str(refusal))) from None


def _tenant_url(desk: Desk, form: Form) -> str:
    if not form.text("tenant_url").strip():
        raise Refused(form.with_problem("tenant_url", "Paste the Tenant URL that the application shows."))
    try:
        return check_tenant_url(form.text("tenant_url"), desk.instep.allowed_targets)
    except TenantUrlRefused as refusal:
        raise Refused(form.with_problem("tenant_url", str(refusal))) from None


def _save_notification(desk: Desk, asked: Asked, job: Job, form: Form) -> None:
    changed = _notified(job, form)
    if changed != job.settings:
        desk.instep.jobs.save_settings(job, changed, desk.instep.clock(), asked.actor)


def _notified(job: Job | None, form: Form) -> JobSettings:
    """The settings with what the form says of notices. Raises Refused."""
    words = {"notify": form.text("notify"), "notify_failures": "true" if form.text("notify_failures") else "false"}
    try:
        return change_settings(job.settings if job is not None else JobSettings(), words)
    except SettingRefused:
        wrong = "Write mail addresses, with commas between them, such as it@example.com."
        raise Refused(form.with_problem("notify", wrong)) from None


def _shown(
    desk: Desk, asked: Asked, app: App, job: Job | None, form: Form, tested: ConnectionTest | None = None
) -> Response:
    is_wrong = form.is_refused or (tested is not None and not tested.works)
    return desk.page(
        asked,
        app,
        "provisioning/connection.html",
        title="Connection",
        http_status=422 if is_wrong else 200,
        form=form,
        job=job,
        tested=tested,
        hint=_hint(app),
        can_mail=desk.instep.settings.smtp_host is not None,
    )


def _hint(app: App) -> str:
    from instep.gallery.template import UnknownTemplate
    from instep.gallery.templates import load_template

    try:
        return load_template(app.template_id).tenant_url_hint or ""
    except UnknownTemplate:
        return ""
