"""What is judged of a source once it was read and staged?"""

from dataclasses import dataclass
from datetime import datetime

from instep.admin.import_reading import Tally
from instep.directory.imports import ImportReport, SourceState, StagedImport
from instep.directory.sources import Key


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A source that was read and staged, and what was seen of it."""

    work: StagedImport
    key: Key
    tally: Tally
    report: ImportReport
    state: SourceState
    written_at: datetime | None
