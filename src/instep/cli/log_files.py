"""How are the three files of Entra's CSV download written, entry by entry?"""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from instep.admin.provisioning_log import ShownEntry
from instep.connectors.sources.csv.csv_text import CsvWriter
from instep.ledger.log_tables import (
    ENTRIES_FILE,
    ENTRIES_HEADING,
    PROPERTIES_FILE,
    PROPERTIES_HEADING,
    STEPS_FILE,
    STEPS_HEADING,
    entry_row,
    property_rows,
    step_rows,
)
from instep.ledger.object_summary import object_summary
from instep.ledger.wording import reason

_FILES = ((ENTRIES_FILE, ENTRIES_HEADING), (STEPS_FILE, STEPS_HEADING), (PROPERTIES_FILE, PROPERTIES_HEADING))


def write_files(entries: Iterable[ShownEntry], folder: Path) -> int:
    """Write the files, private to their owner, over those of an earlier time; return how many entries they have."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with ExitStack() as open_files:
        writers = []
        for name, heading in _FILES:
            path = folder / name
            path.touch(mode=0o600)
            stream = open_files.enter_context(path.open("w", encoding="utf-8", newline=""))
            writers.append(CsvWriter(stream, heading))
        log, steps, properties = writers
        for shown in entries:
            summary = object_summary(shown.recorded, shown.job)
            log.write(entry_row(summary, reason(shown.recorded.entry)))
            for row in step_rows(summary):
                steps.write(row)
            for row in property_rows(summary):
                properties.write(row)
            count += 1
    return count
