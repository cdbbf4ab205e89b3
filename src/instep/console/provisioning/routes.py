"""Which pages are about the provisioning of an application, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.doors import Doors
from instep.console.home.status import Status
from instep.console.provisioning import connection, cycles, drift, held, overview, plans, settings
from instep.console.provisioning.cycles import CyclePages
from instep.console.provisioning.drift import DriftPages
from instep.console.provisioning.overview import Overview
from instep.console.provisioning.pace import Paces
from instep.console.provisioning.plans import PlanPages
from instep.console.provisioning.tasks import Tasks

_READ, _MANAGE, _REPORTS = Permission.READ_APPLICATIONS, Permission.MANAGE_PROVISIONING, Permission.READ_REPORTS
_AT = "/apps/{app}/provisioning"


def routes(doors: Doors, desk: Desk, status: Status) -> list[BaseRoute]:
    """Return the routes but for those of mappings, scoping filters, on demand and logs."""
    details = Overview(desk, status, Paces())
    planning = PlanPages(Tasks(desk.instep.clock))
    undoing, sweeping = CyclePages(planning), DriftPages(planning)
    pages = (
        ("", details.show, _REPORTS),
        ("/connection", connection.show, _READ),
        ("/settings", settings.show, _READ),
        ("/held", held.show, _READ),
        ("/cycles", cycles.show, _REPORTS),
        ("/cycles/{cycle}", cycles.one, _REPORTS),
        ("/drift", drift.show, _READ),
        ("/plans", planning.show, _READ),
        ("/plans/{plan}", planning.one, _READ),
        ("/plans/{plan}/operations.jsonl", plans.as_json, _READ),
        ("/plans/{plan}/operations.csv", plans.as_csv, _READ),
    )
    actions = (
        ("/start", overview.start),
        ("/stop", overview.stop),
        ("/restart", overview.restart),
        ("/connection", connection.save),
        ("/connection/test", connection.test),
        ("/settings", settings.save),
        ("/settings/protect", settings.protect),
        ("/settings/unprotect", settings.unprotect),
        ("/held/{plan}/reject", held.reject),
        ("/cycles/{cycle}/undo", undoing.undo),
        ("/drift/sweep", sweeping.sweep),
        ("/plans/preview", planning.preview),
        ("/plans/{plan}/reject", plans.reject),
        ("/plans/{plan}/apply", planning.apply),
    )
    dangerous_actions = (
        ("/restart/all", overview.restart_all),
        ("/connection/credentials", connection.save_credentials),
        ("/held/{plan}/approve", held.approve),
        ("/plans/{plan}/approve", plans.approve),
    )
    return [
        doors.live(f"{_AT}/live", desk.about(details.live), _REPORTS),
        doors.live(f"{_AT}/plans/live", desk.about(planning.live), _READ),
        *(doors.page(_AT + path, desk.about(answer), wants) for path, answer, wants in pages),
        *(doors.action(_AT + path, desk.about(answer), _MANAGE) for path, answer in actions),
        *(doors.dangerous_action(_AT + path, desk.about(answer), _MANAGE) for path, answer in dangerous_actions),
    ]
