"""How is an application called, what is noted about it, who may sign in to it, and how is it deleted?"""

import asyncio
from dataclasses import replace

from starlette.responses import Response

from instep.admin.app_properties import check_name, save_properties
from instep.admin.deletion import delete_application, deletion_of
from instep.console.apps.desk import Desk, address
from instep.console.apps.directory_of_apps import template_name
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.directory.applications import App
from instep.directory.errors import BadValue, NameTaken


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Properties*."""
    return _shown(desk, asked, app, Form(texts_of(app)))


def save(desk: Desk, asked: Asked, app: App) -> Response:
    """Save another name, other notes, and who may sign in."""
    form, instep = filled(texts_of(app), asked.form), desk.instep
    wanted = replace(
        app,
        name=form.text("name"),
        notes=form.text("notes"),
        is_enabled=form.text("is_enabled") == "yes",
        is_assignment_required=form.text("is_assignment_required") == "yes",
    )
    try:
        changed = save_properties(instep.applications, app, wanted, instep.clock, asked.actor)
    except NameTaken as refusal:
        return _shown(desk, asked, app, form.with_problem("name", str(refusal)))
    except BadValue as refusal:
        return _shown(desk, asked, app, form.with_problem(_wrong(form), str(refusal)))
    return desk.frame.redirect(asked, address(changed, "properties"), f"The properties of {changed.name} were saved.")


def texts_of(app: App) -> dict[str, str]:
    """What stands in the form of an application's properties."""
    return {
        "name": app.name,
        "notes": app.notes,
        "is_enabled": "yes" if app.is_enabled else "",
        "is_assignment_required": "yes" if app.is_assignment_required else "",
    }


def delete(desk: Desk, asked: Asked, app: App) -> Response:
    """Delete the application for good; its accounts stay as they are."""
    asyncio.run(delete_application(desk.instep.service, app, asked.actor))
    return desk.frame.redirect(asked, "/apps", f"{app.name} was deleted. Its accounts stay as they are.")


def _wrong(form: Form) -> str:
    try:
        check_name(form.text("name"))
    except BadValue:
        return "name"
    return "notes"


def _shown(desk: Desk, asked: Asked, app: App, form: Form) -> Response:
    status = 422 if form.is_refused else 200
    return desk.page(
        asked,
        app,
        "apps/properties.html",
        title="Properties",
        http_status=status,
        form=form,
        template_name=template_name(app),
        deletion=deletion_of(desk.instep.service, app),
    )
