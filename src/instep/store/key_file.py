"""Where are the keys that secrets are sealed with? In one file, the newest last, that running processes follow."""

import base64
import binascii
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
_FIRST_LINE = "instep keys 1"
_DRAFT_DIGITS = 16


class KeysUnreadable(Exception):
    """The file of keys is damaged, or gone."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its number; a greater one is newer."""

    number: int
    made_at: str
    secret: bytes = field(repr=False)


class KeyFile:
    """The keys of an installation. Another process may add one at any time: it is seen at the next use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: Sequence[Key] = ()
        self._read_at: tuple[int, int, int] | None = None

    def all(self) -> Sequence[Key]:
        """Return all keys, the newest last. Raises KeysUnreadable."""
        try:
            found = self.path.stat()
            at = found.st_ino, found.st_mtime_ns, found.st_size
            if at != self._read_at:
                self._keys, self._read_at = _read(self.path), at
        except OSError as error:
            raise KeysUnreadable(f"The key file {self.path} cannot be read: {error.strerror}. Restore it.") from None
        return self._keys

    def make_first(self, made_at: str) -> None:
        """Make the file with one key unless it is there, whoever else tries at the same moment."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists():
            return
        draft = _write_draft(self.path, [_new_key(1, made_at)])
        try:
            os.link(draft, self.path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync_folder(self.path)

    def add(self, made_at: str) -> Key:
        """Add a new key; when this returns, it is on disk, and everybody seals with it. Raises KeysUnreadable."""
        with self._changing():
            known = self.all()
            added = _new_key(known[-1].number + 1, made_at)
            self._replace([*known, added])
            return added

    def drop(self, numbers: Sequence[int]) -> None:
        """Take keys out of the file for good; the newest stays."""
        with self._changing():
            *older, newest = self.all()
            self._replace([*(key for key in older if key.number not in numbers), newest])

    def _replace(self, keys: Sequence[Key]) -> None:
        """One file in place of the other, never a part of one."""
        os.replace(_write_draft(self.path, keys), self.path)
        _sync_folder(self.path)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One process changes the file at a time; what a process left that died while it did is cleared away."""
        descriptor = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            for draft in self.path.parent.glob(f"{self.path.name}.{'[0-9a-f]' * _DRAFT_DIGITS}"):
                draft.unlink(missing_ok=True)
            yield
        finally:
            os.close(descriptor)


def _new_key(number: int, made_at: str) -> Key:
    return Key(number, made_at, secrets.token_bytes(KEY_BYTES))


def _read(path: Path) -> Sequence[Key]:
    """Return the keys of a file; the last line proves that it is whole."""
    try:
        first, *rows, proof = path.read_bytes().decode().splitlines()
        keys = [_key(row) for row in rows]
        numbers = [key.number for key in keys]
        is_whole = (first, proof) == (_FIRST_LINE, _proof([first, *rows])) and numbers == sorted(set(numbers))
    except (ValueError, binascii.Error):
        keys, is_whole = [], False
    if not keys or not is_whole or any(len(key.secret) != KEY_BYTES for key in keys):
        raise KeysUnreadable(f"The key file {path} is damaged. Restore it.")
    return keys


def _key(row: str) -> Key:
    number, made_at, secret = row.split(" ")
    return Key(int(number), made_at, base64.b64decode(secret, validate=True))


def _write_draft(path: Path, keys: Sequence[Key]) -> Path:
    rows = [f"{key.number} {key.made_at} {base64.b64encode(key.secret).decode()}" for key in keys]
    lines = [_FIRST_LINE, *rows]
    draft = path.with_name(f"{path.name}.{secrets.token_hex(_DRAFT_DIGITS // 2)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write("\n".join([*lines, _proof(lines), ""]).encode())
        file.flush()
        os.fsync(file.fileno())
    return draft


def _proof(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sync_folder(path: Path) -> None:
    """A name is on disk only when its folder is; a secret must not be there before its key is."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
