"""How does a program create an application's job before it knows how the application is reached?"""

from instep.admin.provisioning import Service, first_settings
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState


class JobExists(Exception):
    """The application has its one job already."""


def create_job(service: Service, app: App, actor: str) -> Job:
    """Create the application's job without a connection; it cannot be started before it has one. Raises JobExists."""
    if service.jobs.job_of(app) is not None:
        raise JobExists(f"{app.name} has a job already; an application has one.")
    identity = service.new_id(), app.id, app.name, app.template_id, ""
    job = Job(*identity, JobState.PAUSED, first_settings(app), configuration_version=1, seed=service.new_id())
    service.jobs.connect(job, "", service.clock(), actor)
    return job
