"""What does an administrator do with one link: look at it, remove it (engine.md 2.4)?"""

from dataclasses import dataclass, replace

from instep.admin.people import find_person
from instep.admin.ports import KeptLink
from instep.admin.provisioning import Service, require_job
from instep.directory.applications import App
from instep.directory.errors import NotFound
from instep.directory.ports import Directory
from instep.ledger.jobs import Job, JobState
from instep.rules.mapping.redaction import redacted_targets, shown


class JobNotStopped(Exception):
    """A link is removed only while nothing can use it: the job must be stopped."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as people may see it: hidden values are hidden. `name` is the user's."""

    name: str
    kept: KeptLink


@dataclass(frozen=True, slots=True)
class _Anchors:
    """Whom a text names: a user, by the source anchor; with the link, if there is one."""

    name: str
    kept: KeptLink | None


def find_link(service: Service, directory: Directory, app: App, named: str) -> FoundLink | None:
    """Return the link of a user, or else of an account; None where a user is known and has no account.

    Raises NotConnected, and NotFound where neither a user nor an account of that name or id is known.
    """
    anchors = _find(service, directory, require_job(service, app), named)
    if anchors.kept is None:
        return None
    redacted = redacted_targets(service.applications.schema(app.id).users.mappings)
    link = anchors.kept.link
    # A hidden value is replaced by a text, which a value may always be.
    hidden = replace(link, last_written=shown(link.last_written, redacted))
    return FoundLink(anchors.name, replace(anchors.kept, link=hidden))


def remove_link(service: Service, directory: Directory, app: App, named: str, actor: str) -> FoundLink | None:
    """Remove the link and nothing else; the account stays as it is. Return what was removed, None for nothing.

    Raises NotConnected, JobNotStopped, JobIsRunning, and NotFound as `find_link` does.
    """
    job = require_job(service, app)
    if job.state is not JobState.PAUSED:
        raise JobNotStopped(
            f"{app.name} is started, and a link that is in use is not removed. Stop it first, on its page "
            f"Provisioning or with: instep apps stop '{app.name}'"
        )
    with service.jobs.lease(job):
        found = find_link(service, directory, app, named)
        if found is not None:
            service.jobs.remove_link(job, found.kept.link, found.name, service.clock(), actor)
    return found


def _find(service: Service, directory: Directory, job: Job, named: str) -> _Anchors:
    """The source anchor first, then the target's."""
    wanted = named.strip()
    if (kept := service.jobs.kept_link(job, wanted)) is not None:
        return _Anchors(_name_of(service, directory, wanted), kept)
    of_account = service.jobs.kept_link_of_account(job, wanted)
    try:
        person = find_person(directory, service.jobs, wanted)
    except NotFound:
        if of_account is None:
            raise
        return _Anchors(_name_of(service, directory, of_account.link.user_id), of_account)
    return _Anchors(person.name, service.jobs.kept_link(job, person.id) or of_account)


def _name_of(service: Service, directory: Directory, user_id: str) -> str:
    try:
        return find_person(directory, service.jobs, user_id).name
    except NotFound:
        return user_id
