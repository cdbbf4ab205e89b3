"""What do the pages of the provisioning log show: the list, as it grows, and one entry with its four tabs?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from instep.admin.log_search import LogPage, newest_entry, search_log
from instep.admin.ports import LogQuery
from instep.admin.provisioning_log import ShownEntry
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.lists import Selection, selection_of
from instep.console.live import stream
from instep.console.log import ACTIONS, STATUSES
from instep.console.logs.asked_for import MORE, WORDS, AskedFor, asked_for
from instep.directory.applications import App
from instep.ledger.error_codes import explained
from instep.ledger.object_summary import error_information, object_summary
from instep.ledger.records import Action, SourceType, Status
from instep.ledger.wording import reason
from instep.wiring import Instep

TABS: Final = (
    ("", "Steps"),
    ("troubleshooting", "Troubleshooting & Recommendations"),
    ("modified", "Modified Properties"),
    ("summary", "Summary"),
)
STATUS_CHOICES: Final = [("", "Any status"), *((each.value, STATUSES[each]) for each in Status)]
ACTION_CHOICES: Final = [("", "Any action"), *((each.value, ACTIONS[each]) for each in Action)]
PERIOD_CHOICES: Final = [
    ("", "Any date"),
    ("24h", "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
]


@dataclass(frozen=True, slots=True)
class LogPages:
    """The provisioning log of one application, or of all."""

    instep: Instep
    frame: Frame

    def listed(self, request: Request, app: App | None) -> Mapping[str, Any]:
        """Return what the list at an address shows, and what is needed to filter it."""
        selection = selection_of(request, *WORDS)
        wanted = self._wanted(selection, app)
        return {
            **self._rows(selection, wanted),
            "statuses": STATUS_CHOICES,
            "actions": ACTION_CHOICES,
            "periods": PERIOD_CHOICES,
            "apps": [("", "All applications"), *((each.id, each.name) for each in self.instep.applications.all())],
            "problems": wanted.problems,
            "has_more": any(selection.word(name) for name in MORE),
            "of_app": app,
        }

    def all(self, asked: Asked) -> Response:
        """The page for all applications."""
        return self.frame.page(asked, "logs/list.html", title="Provisioning logs", **self.listed(asked.request, None))

    def live(self, asked: Asked, app: App | None = None) -> Response:
        """The rows of the first page, again whenever there are newer ones."""
        selection = selection_of(asked.request, *WORDS)
        seen, html = -1, ""

        def show() -> str:
            nonlocal seen, html
            newest = newest_entry(self.instep.jobs)
            if newest != seen:
                html = self.frame.html("logs/rows.html", **self._rows(selection, self._wanted(selection, app)))
                seen = newest
            return html

        return stream(show)

    def entry(self, asked: Asked, tab: str = "") -> Response:
        """One entry, at one of its tabs."""
        found = self._find(asked.path("entry"))
        if found is None:
            text = "There is no such entry. It may be older than the application's log is kept."
            return self.frame.page(asked, "logs/not_there.html", 404, title="No such entry", reason=text)
        address = f"/logs/{found.recorded.id}"
        return self.frame.page(
            asked,
            "logs/entry.html",
            title=found.recorded.entry.user_name,
            tab=tab,
            tabs=[(name, f"{address}/{part}" if part else address) for part, name in TABS],
            **_shown(found),
        )

    def _wanted(self, selection: Selection, app: App | None) -> AskedFor:
        return asked_for(selection, self.instep.directory, None if app is None else app.id, self.instep.clock())

    def _rows(self, selection: Selection, wanted: AskedFor) -> Mapping[str, Any]:
        page = search_log(self.instep.applications, self.instep.jobs, wanted.query)
        is_first = not selection.after
        return {
            "selection": selection,
            "rows": [_row(each) for each in page.entries],
            "older": _older(selection, page),
            "newest": None if is_first else selection.address(),
            "searched_to": page.searched_to,
            "downloads": _downloads(selection, wanted.query.app_id),
            "live": _address(live_path(selection.path), selection) if is_first else None,
        }

    def _find(self, number: str) -> ShownEntry | None:
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        query = LogQuery(entry_id=int(number), limit=1)
        return next(iter(search_log(self.instep.applications, self.instep.jobs, query).entries), None)


def live_path(path: str) -> str:
    """Return where the rows of the list at a path come from as they grow."""
    return path if path.endswith("/live") else f"{path}/live"


def _address(path: str, selection: Selection, **more: str) -> str:
    words = {**selection.words, **more}
    return f"{path}?{urlencode(words)}" if words else path


def _older(selection: Selection, page: LogPage) -> str | None:
    path = selection.path.removesuffix("/live")
    return None if page.older is None else _address(path, selection, after=str(page.older))


def _downloads(selection: Selection, app_id: str | None) -> Sequence[tuple[str, str]]:
    more = {} if app_id is None else {"app": app_id}
    return [
        (name, _address(f"/logs/download/{file}", selection, **more))
        for name, file in (
            ("JSON", "logs.json"),
            ("CSV: entries", "entries.csv"),
            ("CSV: steps", "steps.csv"),
            ("CSV: modified properties", "properties.csv"),
        )
    ]


def _row(found: ShownEntry) -> Mapping[str, Any]:
    recorded, entry = found.recorded, found.recorded.entry
    return {
        "id": recorded.id,
        "at": recorded.at,
        "identity": entry.user_name,
        "action": ACTIONS[entry.action],
        "status": STATUSES[entry.status],
        "status_kind": entry.status.value,
        "reason": reason(entry),
        "application": found.job.app_name,
    }


def _shown(found: ShownEntry) -> Mapping[str, Any]:
    entry = found.recorded.entry
    return {
        "row": _row(found),
        "summary": object_summary(found.recorded, found.job),
        "error": error_information(entry),
        "explained": explained(entry.code),
        "app_id": found.job.app_id,
        "user_id": entry.user_id if entry.source_type is SourceType.USER else None,
        "cycle_kind": found.recorded.cycle_kind,
    }
