"""About how large a share of all accounts has drifted? A few of them, drawn at random and read one by one, tell."""

from random import SystemRandom

from instep.admin.drift import alone, compare_accounts
from instep.admin.ports import Door
from instep.admin.provisioning import Service, require_job
from instep.cycle.compiled import compile_job
from instep.cycle.walk import account_of
from instep.directory.applications import App
from instep.ledger.drift import Sample
from instep.ledger.jobs import Job
from instep.rules.health.verdicts import Done, NotThere, Verdict, judge_read

_DRAW = SystemRandom()


async def take_sample(service: Service, app: App, size: int) -> Sample:
    """Read so many of the linked accounts, or all if there are fewer, and keep how many of them have drifted.

    It writes nothing to the target, and its requests are its own. One that cannot go on is kept with the reason. Raises
    NotConnected, SecretUnreadable, and JobIsRunning or OnDemandIsRunning while a cycle runs.
    """
    job = require_job(service, app)
    with alone(service, job):
        linked, _ = service.jobs.link_counts(job)
    drawn = service.drifts.linked_users(job, _DRAW.sample(range(linked), min(size, linked)))
    looked_at = drifted = gone = 0
    reason = None
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings)
    async with service.open_target(door) as target:
        before = sum(target.requests.values())
        for user_id in drawn:
            with alone(service, job):
                link = service.jobs.link(job, user_id)
                if link is None:
                    continue
                match judge_read(await target.read(link.account_id)):
                    case NotThere():
                        gone += 1
                    case Done(resource):
                        drifted += _has_drifted(service, app, job, link.account_id, resource)
                    case verdict:
                        reason = _why(verdict)
                        break
            looked_at += 1
        requests = sum(target.requests.values()) - before
    sample = Sample(service.clock(), linked, looked_at, drifted + gone, gone, requests, reason)
    service.drifts.save_sample(job, sample)
    return sample


def _has_drifted(service: Service, app: App, job: Job, account_id: str, resource: object) -> bool:
    compiled = compile_job(job, service.applications.schema(app.id), service.clock())
    account = account_of(compiled, resource)
    if account is None or account.id != account_id:
        return True
    findings, _ = compare_accounts(service, job, compiled, {account_id: account})
    return bool(findings)


def _why(verdict: Verdict) -> str:
    return f"an account could not be read: {getattr(verdict, 'detail', verdict)}"
