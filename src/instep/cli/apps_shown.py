"""How do the commands on applications show what they found, for people and as JSON?"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from instep.admin.ports import CycleReport
from instep.admin.status import AppStatus
from instep.admin.synchronization_status import synchronization_status
from instep.cli.quarantine_shown import quarantine_as_document, quarantine_in_words, thresholds_as_document
from instep.cli.safety_shown import safety_as_document
from instep.clock import to_text
from instep.directory.applications import DEFAULT_ACCESS, App, PrincipalType
from instep.ledger.cycles import CycleSummary
from instep.ledger.group_counts import GroupCounts
from instep.ledger.jobs import Job
from instep.ledger.schema import Schema, TargetAction

if TYPE_CHECKING:
    from instep.wiring import Instep


def job_as_document(app: App, job: Job | None) -> dict[str, Any]:
    """Return an application with its job as one JSON object."""
    document: dict[str, Any] = {
        "id": app.id,
        "name": app.name,
        "template": app.template_id,
        "connected": job is not None,
    }
    if job is not None:
        settings = job.settings
        document |= {
            "job": job.id,
            "state": job.state.value,
            "tenant_url": job.tenant_url,
            "settings": {
                "scope": settings.scope.value,
                "interval_seconds": settings.interval_seconds,
                "on_change": settings.on_change,
                **safety_as_document(settings),
                "concurrency": settings.concurrency,
                "rate": settings.requests_per_second if settings.requests_per_second is not None else "unlimited",
                "timeout_seconds": settings.timeout_seconds,
                "vanished": settings.vanished.value,
                "nested_groups": settings.nested_groups.value,
                "soft_delete": settings.soft_delete,
                "skip_out_of_scope_deletions": settings.skip_out_of_scope_deletions,
                "dialect": settings.dialect or "auto",
                **{f"dialect.{switch}": word for switch, word in settings.switches.items()},
                **thresholds_as_document(settings.quarantine),
                "notify": list(settings.notify),
                "notify_failures": settings.notify_failures,
                "default_domain": settings.default_domain or "none",
                "log_retention": settings.log_retention_days if settings.log_retention_days is not None else "forever",
            },
        }
    return document


def actions_as_document(schema: Schema) -> dict[str, str]:
    """Return the target object actions of users, and of groups where there are any, as `apps set` takes them."""
    mappings = {"actions": schema.users, "actions.groups": schema.groups}
    return {
        name: ",".join(action.name.lower() for action in TargetAction if action in mapping.actions) or "none"
        for name, mapping in mappings.items()
        if mapping is not None
    }


def status_as_document(status: AppStatus, progress: tuple[int, int] | None, now: datetime) -> dict[str, Any]:
    """Return a status as one JSON object: Graph's properties of the job by their names, and others beside them."""
    quarantine = status.job.quarantine if status.job is not None else None
    return {
        **job_as_document(status.app, status.job),
        "code": status.code,
        "accounts": {"linked": status.linked, "active": status.active},
        "groups": {"linked": status.linked_groups},
        "escrowed": len(status.escrows),
        "escrowed_groups": len(status.group_escrows),
        "held": status.held,
        "held_sets": [
            {"plan": plan.id, "subject": plan.subject.value, "state": plan.state.value, "operations": plan.left}
            for plan in status.held_sets
        ],
        "mails": {"waiting": status.mails.number, "problem": status.mails.problem},
        "quarantine": None if quarantine is None else quarantine_as_document(quarantine),
        "next_cycle_at": to_text(status.next_cycle_at) if status.next_cycle_at else None,
        "last_cycle": _cycle_as_document(status.cycles[0]) if status.cycles else None,
        **synchronization_status(status, progress, now),
    }


def status_in_words(status: AppStatus) -> Iterator[str]:
    """Yield a status line by line."""
    yield f"{status.app.name}: {status.code}"
    if status.job is None:
        yield "  not connected yet: instep apps connect"
        return
    yield f"  Tenant URL    {status.job.tenant_url}"
    yield f"  Accounts      {status.linked} linked, {status.active} of them active"
    if status.linked_groups:
        yield f"  Groups        {status.linked_groups:,} linked"
    if status.cycles:
        yield f"  Last cycle    {_cycle_in_words(status.cycles[0])}"
    if status.next_cycle_at is not None:
        follows = status.job.quarantine is None and status.job.settings.on_change
        sooner = ", or as soon as the directory changes" if follows else ""
        yield f"  Next cycle    {status.next_cycle_at:%Y-%m-%d %H:%M:%S} UTC{sooner}"
    if of_groups := sum(plan.left for plan in status.held_sets if plan.is_of_groups):
        wait = "1 operation on groups waits" if of_groups == 1 else f"{of_groups} operations on groups wait"
        yield f"  Held          {wait}: look at instep apps held, then approve or reject the set"
    if status.held:
        users = "1 user" if status.held == 1 else f"{status.held} users"
        waits = "wait" if status.held != 1 else "waits"
        yield f"  Held          {users} {waits}: look at instep apps held, then approve or reject the set"
    if failing := [*status.escrows, *status.group_escrows]:
        at = min(escrow.next_attempt_at for escrow in failing)
        users = "1 user or group" if len(failing) == 1 else f"{len(failing)} users or groups"
        yield f"  Failing       {users}; next attempt after {at:%Y-%m-%d %H:%M:%S} UTC: look at instep apps escrows"
    if status.mails.number:
        why = status.mails.problem or "instep serve sends them, if INSTEP_SMTP_HOST is set"
        yield f"  Mails         {status.mails.number} not sent yet: {why}"
    if status.job.health.are_escrows_pruned:
        yield "  Stopped       the initial cycle had too many failures: put the cause right, then instep apps start;"
        yield "                everyone is evaluated again (look at instep logs --status failure)"
    if (quarantine := status.job.quarantine) is not None:
        yield from quarantine_in_words(quarantine, status.job.state)


def summary_in_words(app_name: str, summary: CycleSummary) -> Iterator[str]:
    """Yield the end of a cycle line by line."""
    from instep.ledger.planned_wording import held_in_words

    yield f"{app_name}: {summary.kind.value} cycle {summary.state.value}; {counts_in_words(summary)}."
    yield from held_in_words(summary)
    yield requests_in_words(summary)
    for why, number in sorted(summary.counts.reads_because.items()):
        yield f"  {_several(number, 'read')} for {why}"
    if summary.reason is not None:
        yield f"It stopped: {summary.reason}"


def counts_in_words(summary: CycleSummary) -> str:
    """Say how many users a cycle had, and what became of how many."""
    counts = summary.counts
    parts = ", ".join(
        f"{number} {word}"
        for word, number in (
            ("created", counts.created),
            ("updated", counts.updated),
            ("disabled", counts.disabled),
            ("deleted", counts.deleted),
            ("skipped", counts.skipped),
            ("held", counts.held),
            ("failed", counts.failed),
        )
        if number
    )
    nothing = "nothing to do" if summary.reason is None else "none finished"
    return f"{_several(counts.users, 'user')}: {parts or nothing}{_groups_in_words(counts.of_groups)}"


def _groups_in_words(counts: GroupCounts) -> str:
    """Say what became of groups and members, where there were any."""
    parts = ", ".join(
        f"{number:,} {word}"
        for word, number in (
            ("created", counts.groups_created),
            ("updated", counts.groups_updated),
            ("deleted", counts.groups_deleted),
            ("skipped", counts.groups_skipped),
            ("held", counts.groups_held),
            ("failed", counts.groups_failed),
        )
        if number
    )
    members = ", ".join(
        f"{_several(number, 'member')} {word}"
        for word, number in (
            ("added", counts.memberships_added),
            ("taken out", counts.memberships_removed),
            ("held", counts.memberships_held),
        )
        if number
    )
    parts = ", ".join(part for part in (parts, members) if part)
    return f"; {_several(counts.groups, 'group')}: {parts}" if counts.groups else ""


def _several(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def requests_in_words(summary: CycleSummary) -> str:
    """Say how many requests were sent, by method."""
    sent = ", ".join(f"{number} {method}" for method, number in sorted(summary.counts.requests.items()))
    return f"Requests: {sent or 'none'}."


def assignments_as_documents(instep: "Instep", app: App) -> Iterator[dict[str, Any]]:
    """Yield an application's assignments, with names."""
    from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME

    roles = {role.id: role.display_name for role in (*app.roles, DEFAULT_ACCESS)}
    with instep.directory.reading() as reading:
        for each in instep.applications.assignments(app.id):
            if each.principal_id == ALL_USERS_GROUP_ID:
                name = ALL_USERS_NAME
            elif each.principal_type is PrincipalType.USER:
                user = reading.user(each.principal_id)
                name = user.user_principal_name if user else each.principal_id
            else:
                group = reading.group(each.principal_id)
                name = group.display_name if group else each.principal_id
            yield {
                "principal_type": each.principal_type.value,
                "principal": name,
                "principal_id": each.principal_id,
                "role": roles.get(each.role_id, each.role_id),
            }


def _cycle_as_document(cycle: CycleReport) -> dict[str, Any]:
    return {
        "id": cycle.id,
        "kind": cycle.kind.value,
        "state": cycle.state.value,
        **cycle.counts.as_document(),
        "begun_at": to_text(cycle.begun_at),
        "ended_at": to_text(cycle.ended_at) if cycle.ended_at else None,
        "reason": cycle.reason,
    }


def _cycle_in_words(cycle: CycleReport) -> str:
    ended = f"{cycle.ended_at:%Y-%m-%d %H:%M:%S} UTC" if cycle.ended_at else "still running"
    counts = cycle.counts
    return (
        f"{cycle.kind.value}, {cycle.state.value}, {ended}: {counts.created} created, {counts.updated} updated, "
        f"{counts.disabled} disabled, {counts.deleted} deleted, {counts.failed} failed"
    )
