"""What has become of a file that was uploaded: is it looked at, waits it for a yes, or is it imported?

An upload lives in this process, and its file beside the database, until it is imported or let go. An import that was
begun is finished after a crash by the service itself; a preview is made again.
"""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import structlog

from instep.admin.import_preview import ImportPreview, preview_users
from instep.admin.imports import Importing, ImportProgress, PreviewMoved, import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.errors import DirectoryError
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.wiring import Instep

MOST_UPLOADS = 20
_log = structlog.get_logger()


class Stage(Enum):
    """How far an upload is."""

    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody has uploaded, and what is known of it."""

    id: str
    file_name: str
    path: Path
    actor: str
    at: datetime
    options: ImportOptions
    stage: Stage = Stage.PREVIEWING
    progress: ImportProgress | None = None
    preview: ImportPreview | None = None
    report: ImportReport | None = None
    problem: str = ""
    has_moved: bool = False  # the preview was made again, as users had changed since the one that was agreed to


@dataclass(slots=True)
class Uploads:
    """The uploads of this process; what takes long runs in threads of its own."""

    instep: Instep
    _kept: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, upload_id: str) -> Upload | None:
        """Return an upload; None where it was let go, or the service was started again since."""
        return self._kept.get(upload_id)

    def waiting(self) -> list[Upload]:
        """Return the uploads that are not at their end, the latest first."""
        open_ones = [each for each in self._kept.values() if each.stage not in (Stage.DONE, Stage.FAILED)]
        return sorted(open_ones, key=lambda each: each.at, reverse=True)

    def take(self, file: BinaryIO, file_name: str, options: ImportOptions, actor: str) -> Upload:
        """Keep a file, and begin to look at what it would change."""
        folder = self.instep.settings.data_directory / "uploads"
        if not self._kept:
            shutil.rmtree(folder, ignore_errors=True)  # of a process before
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        upload_id = self.instep.new_id()
        path = folder / f"{upload_id}.csv"
        path.touch(mode=0o600)
        with path.open("wb") as kept:
            shutil.copyfileobj(file, kept)
        upload = Upload(upload_id, file_name, path, actor, self.instep.clock(), options)
        self._keep(upload)
        self._begin(upload, self._preview)
        return upload

    def look_again(self, upload: Upload, options: ImportOptions) -> None:
        """Make the preview again with other options."""
        if upload.stage in (Stage.PREVIEWED, Stage.FAILED):
            self._begin(replace(upload, options=options, preview=None, problem="", has_moved=False), self._preview)

    def apply(self, upload: Upload, actor: str) -> None:
        """Import what the preview has shown."""
        with self._lock:
            now = self._kept.get(upload.id)
            if now is None or now.stage is not Stage.PREVIEWED or now.preview is not upload.preview:
                return  # somebody was quicker
            upload = replace(now, stage=Stage.IMPORTING, actor=actor, progress=None)
            self._kept[upload.id] = upload
        self._begin(upload, self._import)

    def drop(self, upload: Upload) -> None:
        """Let an upload go, unless it is being imported."""
        if upload.stage is not Stage.IMPORTING:
            self._kept.pop(upload.id, None)
            upload.path.unlink(missing_ok=True)

    def _keep(self, upload: Upload) -> None:
        with self._lock:
            self._kept[upload.id] = upload
            oldest = sorted(self._kept.values(), key=lambda each: each.at)[:-MOST_UPLOADS]
        for each in oldest:
            self.drop(each)

    def _begin(self, upload: Upload, work: Callable[[Upload], Upload]) -> None:
        def run() -> None:
            try:
                done = work(upload)
            except DirectoryError as refusal:
                done = replace(upload, stage=Stage.FAILED, problem=str(refusal))
            except Exception:
                _log.exception("import failed", file_name=upload.file_name)
                done = replace(upload, stage=Stage.FAILED, problem="Instep failed; its log says why.")
            self._kept[upload.id] = replace(done, progress=None)

        self._kept[upload.id] = upload if upload.stage is Stage.IMPORTING else replace(upload, stage=Stage.PREVIEWING)
        threading.Thread(target=run, name=f"import-{upload.id[:8]}", daemon=True).start()

    def _preview(self, upload: Upload) -> Upload:
        source = CsvUsersFile(upload.path, upload.file_name)
        preview = preview_users(self._importing(upload), source, upload.options, upload.actor)
        return replace(upload, stage=Stage.PREVIEWED, preview=preview)

    def _import(self, upload: Upload) -> Upload:
        source = CsvUsersFile(upload.path, upload.file_name)
        seen = None if upload.preview is None else upload.preview.seen
        try:
            report = import_users(self._importing(upload), source, upload.options, upload.actor, seen).report
        except PreviewMoved:
            return replace(self._preview(upload), has_moved=True)
        upload.path.unlink(missing_ok=True)
        return replace(upload, stage=Stage.DONE, report=report)

    def _importing(self, upload: Upload) -> Importing:
        def watch(progress: ImportProgress) -> None:
            now = self._kept.get(upload.id)
            if now is not None:
                self._kept[upload.id] = replace(now, progress=progress)

        return Importing(self.instep.directory, self.instep.clock, self.instep.new_id, watch)


def options_of(mode: str, rows: str) -> ImportOptions:
    """Return the options that were chosen; `rows` may say how many users the file has. Raises ValueError."""
    return ImportOptions(ImportMode(mode), rows=int(rows) if rows.strip() else None)
