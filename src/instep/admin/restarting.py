"""How does an administrator restart a job, and what of its state is cleared then?"""

from collections.abc import Collection, Mapping

from instep.admin.provisioning import Service, require_job
from instep.directory.applications import App
from instep.ledger.jobs import Job
from instep.ledger.plans import PlanSubject
from instep.ledger.reset_scopes import ResetRefused, ResetScope


def restart_job(service: Service, app: App, scopes: Collection[ResetScope], actor: str) -> Mapping[ResetScope, int]:
    """Clear what the scopes say; return how many escrows, links and held removals that was about.

    Raises ResetRefused, NotConnected. A job that an administrator stopped stays stopped.
    """
    job = require_job(service, app)
    if ResetScope.FULL in scopes and (held := held_removals(service, job)):
        raise ResetRefused(
            f"{app.name} holds {held} removal{'s' if held != 1 else ''}: without links these accounts would stay "
            "active for good. Put the directory right, or let them go first, on the page Held or with: "
            f"instep apps restart '{app.name}' --reset ForceDeletes"
        )
    return service.jobs.restart(job, service.clock(), actor, scopes)


def held_removals(service: Service, job: Job) -> int:
    """Return how many removals wait for an administrator, accounts that are still active."""
    held = service.plans.waiting_held_sets(job)
    return sum(plan.left for plan in held if plan.subject is PlanSubject.REMOVALS)
