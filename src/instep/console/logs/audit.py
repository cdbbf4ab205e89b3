"""What does the audit log show: who changed what, when, with old and new values, never a secret?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from instep.admin.ports import AuditQuery
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.lists import ROWS_A_PAGE, Selection, selection_of
from instep.console.logs.asked_for import PERIODS
from instep.console.logs.entries import PERIOD_CHOICES
from instep.ledger.audit import AuditRow, Modified, category, deed, modified, others
from instep.wiring import Instep

WORDS: Final = ("q", "activity", "app", "period")
_LONGEST: Final = 400  # characters of a value that are shown


@dataclass(frozen=True, slots=True)
class AuditPages:
    """The audit log."""

    instep: Instep
    frame: Frame

    def show(self, asked: Asked) -> Response:
        """The page."""
        selection = selection_of(asked.request, *WORDS)
        rows = self.instep.history.audit(self._query(selection))
        apps = self.instep.applications.names()
        shown = rows[:ROWS_A_PAGE]
        more = len(rows) > ROWS_A_PAGE
        return self.frame.page(
            asked,
            "logs/audit.html",
            title="Audit log",
            selection=selection,
            rows=[_row(row, apps) for row in shown],
            older=_address(selection, shown[-1].id) if more else None,
            newest=selection.address() if selection.after else None,
            activities=[("", "Any activity"), *((name, name) for name in self.instep.history.audited_activities())],
            apps=[("", "All applications"), *apps.items()],
            periods=PERIOD_CHOICES,
        )

    def _query(self, selection: Selection) -> AuditQuery:
        word, after = selection.word, selection.after
        period = PERIODS.get(word("period"))
        return AuditQuery(
            app_id=word("app") or None,
            since=None if period is None else self.instep.clock() - period,
            limit=ROWS_A_PAGE + 1,
            before=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
            actor=word("q") or None,
            activity=word("activity") or None,
        )


def _address(selection: Selection, last: int) -> str:
    return f"{selection.path}?{urlencode({**selection.words, 'after': str(last)})}"


def _row(row: AuditRow, apps: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "actor": row.actor,
        "activity": deed(row),
        "category": category(row.activity),
        "target": apps.get(row.app_id or "", ""),
        "modified": list(map(_cut, modified(row))),
        "others": list(_others(row)),
    }


def _others(row: AuditRow) -> Iterator[tuple[str, str]]:
    for name, value in others(row):
        yield name, _short(value) or ""


def _cut(each: Modified) -> Modified:
    return Modified(each.name, _short(each.old), _short(each.new))


def _short(value: str | None) -> str | None:
    return value if value is None or len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
