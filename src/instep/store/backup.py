"""How is an installation kept in one file, while it serves, and made again from that?"""

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from instep.clock import to_text
from instep.store.database import open_sqlite
from instep.store.migrations import HEAD, NewerDatabase, bring_up_to_date
from instep.store.restored import distrust
from instep.store.sealed_stream import NotOpened, OpeningReader, SealingWriter

PLAIN, SEALED = b"instep backup 1, plain\n", b"instep backup 1, sealed\n"
_DATABASE, _KEY, _MANIFEST = "instep.db", "key", "manifest.json"
_LARGEST_KEY = 1024 * 1024


class BackupRefused(Exception):
    """A backup that cannot be made or restored; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was made of a backup."""

    made_at: str
    jobs: int
    has_key: bool


def make_backup(data_directory: Path, file: Path, passphrase: str | None, now: datetime) -> int:
    """Write a consistent copy of an installation that may be serving; return its size in bytes. Raises BackupRefused.

    The key that opens Secret Tokens is in it only where a passphrase protects it.
    """
    database = data_directory / _DATABASE
    if not database.exists():
        raise BackupRefused(f"There is no installation in {data_directory}.")
    if file.exists():
        raise BackupRefused(f"{file} is there already; a backup is never written over another file.")
    with _folder_beside(file) as folder:
        copy, draft = folder / _DATABASE, folder / "draft"
        _copy_database(database, copy)
        parts = [copy] if passphrase is None else [copy, data_directory / _KEY]
        with _written(draft) as to:
            _pack(to, [part for part in parts if part.exists()], passphrase, now)
        os.link(draft, file)  # whole or not at all, and over nothing
        return file.stat().st_size


def restore_backup(file: Path, data_directory: Path, passphrase: str | None, now: datetime, actor: str) -> Restored:
    """Make an installation in an empty place from a backup, with all its jobs stopped. Raises BackupRefused."""
    if data_directory.exists() and (not data_directory.is_dir() or any(data_directory.iterdir())):
        raise BackupRefused(f"{data_directory} is not empty; restore into a new data directory.")
    data_directory.parent.mkdir(parents=True, exist_ok=True)
    with _folder_beside(data_directory) as folder:
        inside = folder / "data"
        inside.mkdir(mode=0o700)
        manifest = _unpack(file, inside, passphrase)
        jobs = _made_usable(inside / _DATABASE, now, actor)
        has_key = (inside / _KEY).exists()
        if data_directory.exists():
            data_directory.rmdir()
        inside.rename(data_directory)
    return Restored(manifest, jobs, has_key)


def _copy_database(database: Path, copy: Path) -> None:
    """One read transaction, whatever is written meanwhile; writers do not wait for it (SQLite's online backup)."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source, closing(_open(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupRefused(f"The database cannot be copied: {error}.") from None
    _check(copy)


def _open(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return sqlite3.connect(path)


def _check(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise BackupRefused(f"The database is damaged: {found}.")


def _pack(to: BinaryIO, parts: list[Path], passphrase: str | None, now: datetime) -> None:
    header = PLAIN if passphrase is None else SEALED
    to.write(header)
    stream = to if passphrase is None else cast(BinaryIO, SealingWriter(to, passphrase, header))
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        for part in parts:
            archive.add(part, part.name, filter=_anonymous)
        sums = {part.name: _digest(part) for part in parts}
        manifest = orjson.dumps({"made_at": to_text(now), "revision": HEAD, "sha256": sums})
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
    if stream is not to:
        stream.close()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def _unpack(file: Path, folder: Path, passphrase: str | None) -> str:
    """Write the files of a backup into a folder, checked; return when it was made."""
    try:
        with file.open("rb") as of, tarfile.open(fileobj=_contents(of, file, passphrase), mode="r|") as archive:
            manifest = _extract(archive, folder)
            made_at, sums = str(manifest["made_at"]), dict(manifest["sha256"])
    except NotOpened as reason:
        raise BackupRefused(f"{file} was not restored. {reason}") from None
    except OSError as error:
        raise BackupRefused(f"{file} cannot be read: {error.strerror or error}.") from None
    except (tarfile.TarError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BackupRefused(f"{file} is damaged, and was not restored ({type(error).__name__}).") from None
    found = {part.name: _digest(part) for part in folder.iterdir()}
    if found != sums or _DATABASE not in found:
        raise BackupRefused(f"{file} is damaged, and was not restored (what is in it is not what was put in).")
    return made_at


def _extract(archive: tarfile.TarFile, folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = {}
    for entry in archive:
        content = archive.extractfile(entry)
        if entry.name not in (_DATABASE, _KEY, _MANIFEST) or content is None:
            raise tarfile.TarError("an entry that is in no backup")
        if entry.name == _MANIFEST:
            manifest = orjson.loads(content.read(_LARGEST_KEY))
            continue
        with _written(folder / entry.name) as to:
            shutil.copyfileobj(content, to)
    return manifest


def _contents(of: BinaryIO, file: Path, passphrase: str | None) -> BinaryIO:
    header = of.readline(len(SEALED) + 1)
    if header == PLAIN:
        return of
    if header != SEALED:
        raise BackupRefused(f"{file} is no backup of Instep, or one of a newer version.")
    if passphrase is None:
        raise BackupRefused(f"{file} is protected by a passphrase; give it.")
    return cast(BinaryIO, io.BufferedReader(OpeningReader(of, passphrase, header)))


def _made_usable(path: Path, now: datetime, actor: str) -> int:
    _check(path)
    database = open_sqlite(path)
    try:
        bring_up_to_date(database)
        return distrust(database, now, actor)
    except NewerDatabase as reason:
        raise BackupRefused(str(reason)) from None
    finally:
        database.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A new file of its owner's alone, on disk at the end."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _folder_beside(place: Path) -> Iterator[Path]:
    """A private folder on the same file system, gone at the end with all that is left in it."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.absolute().parent))
    except OSError as error:
        raise BackupRefused(f"Nothing can be written beside {place}: {error.strerror}.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
