"""What does an administrator see of a cycle before it runs: every operation, and what would be held?"""

from collections.abc import Callable, Sequence

from instep.admin.ports import Door
from instep.admin.provisioning import Service, require_job
from instep.cycle.conductor import Ports, Retries, ignore_progress
from instep.cycle.preview import preview_cycle
from instep.cycle.run import Progress
from instep.directory.applications import App
from instep.ledger.cycles import CycleSummary
from instep.ledger.plans import PlannedOperation
from instep.ledger.redaction import redacted_in

Show = Callable[[Sequence[PlannedOperation]], None]


async def preview(service: Service, app: App, show: Show) -> CycleSummary:
    """Show what the next cycle would send, batch by batch, without the values that are hidden.

    The target is read and nothing is written anywhere. The right to run the job is not held meanwhile: no leaver waits
    for a preview to end. Raises NotConnected, JobIsRunning, SecretUnreadable.
    """
    redacted = redacted_in(service.applications.schema(app.id))
    return await preview_as_it_is(service, app, lambda planned: show([each.hiding(redacted) for each in planned]))


async def preview_as_it_is(
    service: Service, app: App, show: Show, watch: Callable[[Progress], None] = ignore_progress
) -> CycleSummary:
    """Do the same with every value, for a plan to keep."""
    job = require_job(service, app)
    with service.jobs.lease(job):
        pass  # whoever looks while a cycle runs would see half of it
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings)
    schema = service.applications.schema(app.id)
    async with service.open_target(door) as target:
        ports = Ports(service.feed, service.ledger, target, service.clock, service.new_id)
        return await preview_cycle(job, schema, ports, service.previews, show, watch, Retries.ALL)
