"""Who is expected on a day, who is here, and who has left: the Logbook?"""

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.visits import day_there, delete_visit, logbook, move_on, place_of, sees_everything
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk
from proxyclick.console.doors import Doors
from proxyclick.people.days import parsed_day, zone
from proxyclick.people.user_groups import Right
from proxyclick.people.visits import StatusFlow, Visit, VisitStatus, following

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One visit in the Logbook, with the times as clocks at the location show them."""

    visit: Visit
    time: str
    since: str
    host_id: str
    next_statuses: tuple[VisitStatus, ...]


class LogbookPages:
    """The Logbook of a day, and what is done in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.route("/logbook", self.logbook),
            doors.route("/logbook/{id}/status", action=self.move_on, right=Right.CHANGE_VISIT_STATUS),
            doors.route("/logbook/{id}/delete", action=self.delete, right=Right.DELETE_VISITS),
        ]

    def logbook(self, asked: Asked) -> Response:
        """The visits of a day, today unless the address names another."""
        return self._page(asked, "")

    async def move_on(self, asked: Asked) -> Response:
        """Notes how far a visit is."""
        wanted, visit_id = asked.field("status"), asked.path("id")
        if wanted not in set(VisitStatus):
            return self._page(asked, f"There is no status {wanted[:30]!r}.", UNPROCESSABLE)
        outcome = await self._desk.write(
            lambda: move_on(self._desk.writing, asked.actor, visit_id, VisitStatus(wanted))
        )
        if isinstance(outcome, NotAllowed | NotThere):
            return self._desk.refusal(asked, outcome)
        if isinstance(outcome, Refused):
            return self._page(asked, outcome.errors[""], UNPROCESSABLE)
        return self._back(asked, f"{outcome.appointment.visitor} is {wanted} now.")

    async def delete(self, asked: Asked) -> Response:
        """Takes a visit out of the Logbook."""
        visit_id = asked.path("id")
        outcome = await self._desk.write(lambda: delete_visit(self._desk.writing, asked.actor, visit_id))
        if isinstance(outcome, NotAllowed | NotThere):
            return self._desk.refusal(asked, outcome)
        return self._back(asked, f"The visit of {outcome.appointment.visitor} was deleted.")

    def _back(self, asked: Asked, notice: str) -> Response:
        day = parsed_day(asked.field("day"))
        return self._desk.frame.redirect(asked, f"/logbook?day={day}" if day else "/logbook", notice)

    def _page(self, asked: Asked, problem: str, status: int = 200) -> Response:
        stores, actor = self._desk.reading, asked.actor
        here = day_there(stores, actor)
        day = parsed_day(asked.query("day") or asked.field("day")) or here
        may_move = actor.may(Right.CHANGE_VISIT_STATUS)
        flow = place_of(stores, actor).status_flow if may_move else ()
        lines = [self._line(asked, visit, flow) for visit in logbook(stores, actor, day)]
        return self._desk.frame.page(
            asked,
            "logbook.html",
            status,
            lines=lines,
            counts=[(each, sum(line.visit.status is each for line in lines)) for each in VisitStatus],
            day=day,
            today=here,
            heading=_heading(day, here),
            before=day - _ONE_DAY,
            after=day + _ONE_DAY,
            problem=problem,
            sees_all=sees_everything(actor),
            may_add=actor.may(Right.CREATE_VISITS),
            may_delete=actor.may(Right.DELETE_VISITS),
        )

    def _line(self, asked: Asked, visit: Visit, flow: StatusFlow) -> Line:
        stores, actor = self._desk.reading, asked.actor
        at = zone(place_of(stores, actor).timezone)
        host = stores.users_at(actor.organisation, actor.location).at(visit.appointment.host)
        return Line(
            visit,
            time=f"{visit.appointment.expected_at.astimezone(at):%H:%M}",
            since=f"{visit.since.astimezone(at):%H:%M}",
            host_id=host.id if host else "",
            next_statuses=following(visit.status, flow) if flow else (),
        )


def _heading(day: date, here: date) -> str:
    names = {here - _ONE_DAY: "Yesterday", here: "Today", here + _ONE_DAY: "Tomorrow"}
    return names.get(day, f"{day:%A}")
