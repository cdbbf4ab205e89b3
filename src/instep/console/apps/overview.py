"""What is an application, at a glance, and what is to be done next with it?"""

from starlette.responses import Response

from instep.admin.provisioning import connected_job
from instep.console.apps.desk import Desk
from instep.console.apps.directory_of_apps import state_in_words, template_name
from instep.console.asked import Asked
from instep.directory.applications import App


def overview(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Overview*."""
    instep = desk.instep
    job = connected_job(instep.jobs, app)
    linked, active = instep.jobs.link_counts(job) if job is not None else (0, 0)
    return desk.page(
        asked,
        app,
        "apps/overview.html",
        title=app.name,
        template_name=template_name(app),
        job=job,
        state=state_in_words(job),
        linked=linked,
        active=active,
        assigned=instep.applications.count_assigned(app.id),
        owners=len(instep.applications.owners(app.id)),
    )
