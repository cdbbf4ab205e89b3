"""How is the provisioning of an application doing at this moment, and how is it started, stopped and restarted?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from instep.admin.provisioning import connected_job, switch_job
from instep.admin.restarting import restart_job
from instep.console.applications import AppShown
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.home.status import Status
from instep.console.live import stream
from instep.console.phrases import counted
from instep.console.provisioning.pace import Pace, Paces, Sighting
from instep.directory.applications import App
from instep.ledger.jobs import JobState
from instep.ledger.reset_scopes import PORTAL_RESTART, ResetRefused, ResetScope

PLACE = "provisioning"
_DANGEROUS = frozenset({ResetScope.FULL, ResetScope.FORCE_DELETES})


@dataclass(frozen=True, slots=True)
class Overview:
    """The page *Overview* of provisioning: Synchronization Details, as they move."""

    desk: Desk
    status: Status
    paces: Paces

    def show(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The page."""
        shown = self._shown(app)
        job = connected_job(desk.instep.jobs, app)
        return desk.page(asked, app, "provisioning/overview.html", title="Provisioning", job=job, details=shown)

    def live(self, desk: Desk, asked: Asked, app: App) -> Response:
        """What of it moves."""

        def shown() -> str:
            return desk.frame.html("provisioning/details.html", details=self._shown(app), may=asked.may)

        return stream(shown)

    def _shown(self, app: App) -> Mapping[str, Any]:
        shown = self.status.of_app(app)
        job = connected_job(self.desk.instep.jobs, app)
        follows = job is not None and job.settings.on_change
        return {"app": shown, "pace": self._pace(shown), "follows_changes": follows}

    def _pace(self, shown: AppShown) -> Pace | None:
        cycle = shown.cycle
        if cycle is None or not cycle.is_running or cycle.total is None:
            return None
        requests = sum(number for _, number in cycle.requests)
        sighting = Sighting(self.desk.instep.clock(), cycle.users, requests)
        key = f"{shown.id} {cycle.begun_at.isoformat()}"
        return self.paces.see(key, sighting, cycle.total)


def start(desk: Desk, asked: Asked, app: App) -> Response:
    """Start provisioning: the service takes the job up within a second."""
    job = switch_job(desk.instep.service, app, JobState.ACTIVE, asked.actor)
    what = "The initial cycle begins." if job.since is None else "It goes on where it stopped."
    return desk.frame.redirect(asked, address(app, PLACE), f"Provisioning of {app.name} is started. {what}")


def stop(desk: Desk, asked: Asked, app: App) -> Response:
    """Stop it: no new request leaves within a second."""
    switch_job(desk.instep.service, app, JobState.PAUSED, asked.actor)
    notice = f"Provisioning of {app.name} is stopped. Everything is kept; started again, it goes on from there."
    return desk.frame.redirect(asked, address(app, PLACE), notice)


def restart(desk: Desk, asked: Asked, app: App) -> Response:
    """Restart with the scopes that were ticked; to lose links, or let removals go, one shows who one is first."""
    if _scopes(asked) & _DANGEROUS:
        return RedirectResponse(address(app, f"{PLACE}/restart/all"), 307)
    return restart_all(desk, asked, app)


def restart_all(desk: Desk, asked: Asked, app: App) -> Response:
    """Restart with any scopes."""
    scopes = _scopes(asked)
    if not scopes:
        raise ResetRefused("Nothing was ticked that a restart should clear, so nothing was changed.")
    cleared = restart_job(desk.instep.service, app, scopes, asked.actor)
    notice = f"{app.name} was restarted. {' '.join(_in_words(cleared))}"
    return desk.frame.redirect(asked, address(app, PLACE), notice.strip())


def _scopes(asked: Asked) -> frozenset[ResetScope]:
    known = {scope.value: scope for scope in ResetScope}
    return frozenset(known[word] for word in asked.fields("scope") if word in known)


def _in_words(cleared: Mapping[ResetScope, int]) -> list[str]:
    said = []
    if ResetScope.FULL in cleared:
        links = counted(cleared[ResetScope.FULL], "link was", "links were")
        said.append(f"{links} erased: everyone is matched afresh.")
    if ResetScope.FORCE_DELETES in cleared:
        said.append(f"{counted(cleared[ResetScope.FORCE_DELETES], 'held removal goes', 'held removals go')} now.")
    return said


def portal_restart() -> frozenset[str]:
    """Return the scopes that are ticked at first, as in Entra's portal."""
    return frozenset(scope.value for scope in PORTAL_RESTART)
