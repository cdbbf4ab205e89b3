"""How does a browser get the provisioning log as a file, however long: JSON, or one of Entra's three CSV files?"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson
from starlette.responses import Response, StreamingResponse

from instep.admin.provisioning_log import ShownEntry, read_log
from instep.connectors.sources.csv.csv_text import CsvWriter
from instep.console.asked import Asked
from instep.console.lists import selection_of
from instep.console.logs.asked_for import WORDS, asked_for
from instep.ledger.log_tables import (
    ENTRIES_FILE,
    ENTRIES_HEADING,
    PROPERTIES_FILE,
    PROPERTIES_HEADING,
    STEPS_FILE,
    STEPS_HEADING,
    Row,
    entry_row,
    property_rows,
    step_rows,
)
from instep.ledger.object_summary import object_summary
from instep.ledger.wording import reason
from instep.wiring import Instep

MOST_ENTRIES: Final = 250_000  # as in Entra (engine.md 9.5)
_PORTION: Final = 64_000  # characters that are sent at once
_JSON_FILE: Final = "ProvisioningLogs.json"

_CSV: Final[dict[str, tuple[str, Sequence[str], Callable[[ShownEntry, dict[str, Any]], Iterable[Row]]]]] = {
    "entries.csv": (
        ENTRIES_FILE,
        ENTRIES_HEADING,
        lambda entry, summary: [entry_row(summary, reason(entry.recorded.entry))],
    ),
    "steps.csv": (STEPS_FILE, STEPS_HEADING, lambda _, summary: step_rows(summary)),
    "properties.csv": (PROPERTIES_FILE, PROPERTIES_HEADING, lambda _, summary: property_rows(summary)),
}


def download(instep: Instep, asked: Asked) -> Response:
    """Send the entries that an address asks for; the newest come first."""
    selection = selection_of(asked.request, *WORDS)
    query = asked_for(selection, instep.directory, None, instep.clock()).query
    entries = read_log(instep.applications, instep.jobs, replace(query, limit=MOST_ENTRIES))
    file = asked.path("file")
    if file == "logs.json":
        return _sent(_json(entries), _JSON_FILE, "application/json")
    if file in _CSV:
        name, heading, rows_of = _CSV[file]
        return _sent(_csv(entries, heading, rows_of), name, "text/csv; charset=utf-8")
    return Response("There is no such file.", 404, media_type="text/plain")


def _sent(content: Iterator[str], name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(content, headers=headers, media_type=kind)


def _json(entries: Iterable[ShownEntry]) -> Iterator[str]:
    """One array of Graph's object summaries, an entry a line."""
    before = "[\n"
    for entry in entries:
        yield before + orjson.dumps(object_summary(entry.recorded, entry.job)).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _csv(
    entries: Iterable[ShownEntry],
    heading: Sequence[str],
    rows_of: Callable[[ShownEntry, dict[str, Any]], Iterable[Row]],
) -> Iterator[str]:
    stream = io.StringIO()
    writer = CsvWriter(stream, heading)
    for entry in entries:
        for row in rows_of(entry, object_summary(entry.recorded, entry.job)):
            writer.write(row)
        if stream.tell() > _PORTION:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue()
