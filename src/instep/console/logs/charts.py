"""How are the charts of an application, or of all, put on a page: as data for the script, and as a table to read?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from instep.admin.charts import Chart, Period, charts
from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.directory.applications import App
from instep.ledger.error_codes import explained
from instep.wiring import Instep

PERIODS: Final = {
    "day": ("24 hours", Period.DAY),
    "week": ("7 days", Period.WEEK),
    "month": ("30 days", Period.MONTH),
    "quarter": ("90 days", Period.QUARTER),
}
_USUAL: Final = "week"
_ABOUT: Final = {
    "Operations": "Accounts and groups that were written, by what was done.",
    "Failures": "Entries of the log that failed, or that warn.",
    "Latency": "How long the application took for one user's operation.",
    "Drift": "Accounts that were gone from the application although this job had left them there.",
}


@dataclass(frozen=True, slots=True)
class ChartPages:
    """The charts."""

    instep: Instep
    frame: Frame

    def all(self, asked: Asked) -> Response:
        """The page for all applications."""
        return self.frame.page(asked, "logs/charts.html", title="Provisioning logs", **self.drawn(asked.request, None))

    def drawn(self, request: Request, app: App | None) -> Mapping[str, Any]:
        """Return what the page at an address shows."""
        chosen = request.query_params.get("period", _USUAL)
        chosen = chosen if chosen in PERIODS else _USUAL
        job = None if app is None else self.instep.jobs.job_of(app)
        found = charts(self.instep.jobs, job, PERIODS[chosen][1], self.instep.clock())
        is_empty = app is not None and job is None
        path = request.url.path
        return {
            "charts": [] if is_empty else [_shown(chart) for chart in found.all],
            "codes": [] if is_empty else [(each, explained(each.code)) for each in found.codes],
            "periods": [(title, f"{path}?period={name}") for name, (title, _) in PERIODS.items()],
            "period": f"{path}?period={chosen}",
        }


def _shown(chart: Chart) -> Mapping[str, Any]:
    times = [int(moment.timestamp()) for moment in chart.moments]
    series = [{"name": line.name, "values": list(line.values)} for line in chart.series]
    rows = [
        (moment, [line.values[place] for line in chart.series])
        for place, moment in enumerate(chart.moments)
        if any(line.values[place] for line in chart.series)
    ]
    return {
        "name": chart.name,
        "about": _ABOUT[chart.name],
        "unit": chart.unit,
        "data": orjson.dumps({"unit": chart.unit, "times": times, "series": series}).decode(),
        "columns": [line.name for line in chart.series],
        "rows": list(reversed(rows)),
        "said": _said(chart),
    }


def _said(chart: Chart) -> str:
    """The chart in a sentence, for those who do not see it."""
    if chart.unit:
        values = [value for value in chart.series[0].values if value is not None]
        return f"{chart.series[0].name}: from {min(values):.0f} to {max(values):.0f} ms." if values else "No operation."
    return ", ".join(f"{_total(line.values):,} {line.name.lower()}" for line in chart.series) + "."


def _total(values: Sequence[float | None]) -> int:
    return int(sum(value or 0 for value in values))
