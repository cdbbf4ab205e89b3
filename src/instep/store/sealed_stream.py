"""How is a stream of bytes kept so that only a passphrase opens it, and nothing can be changed, moved or cut off?

As STREAM does (Hoang, Reyhanitabar, Rogaway and Vizar, 2015): segments of AES-256-GCM, each with its number, and
whether it is the last, in its nonce. The key is made from the passphrase by scrypt, with a salt of the file's own.
"""

import io
import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SEGMENT_BYTES = 1024 * 1024
_SALT_BYTES = 16
_TAG_BYTES = 16
_SCRYPT_COST = 2**16  # 64 MB and a fifth of a second a guess
_MOST_SEGMENTS = 2**32 - 1


class NotOpened(Exception):
    """The passphrase is another one, or the stream was damaged, changed or cut off."""


class SealingWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the last segment, without which nothing can be read to its end."""

    def __init__(self, to: BinaryIO, passphrase: str, header: bytes) -> None:
        salt = secrets.token_bytes(_SALT_BYTES)
        self._to, self._header, self._number = to, header + salt, 0
        self._cipher, self._pending = _cipher(passphrase, salt), bytearray()
        to.write(salt)

    def writable(self) -> bool:
        """Return that it is for writing."""
        return True

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Take some more."""
        self._pending += data
        while len(self._pending) > SEGMENT_BYTES:
            self._seal(bytes(self._pending[:SEGMENT_BYTES]), _MORE)
            del self._pending[:SEGMENT_BYTES]
        return len(data)

    def close(self) -> None:
        """Write the last segment."""
        if not self.closed:
            self._seal(bytes(self._pending), _LAST)
        super().close()

    def _seal(self, segment: bytes, place: bytes) -> None:
        self._to.write(self._cipher.encrypt(_nonce(self._number, place), segment, self._header))
        self._number += 1


class OpeningReader(io.RawIOBase):
    """Decrypts what a SealingWriter wrote. Reading raises NotOpened; nothing that was not authentic is given out."""

    def __init__(self, of: BinaryIO, passphrase: str, header: bytes) -> None:
        salt = of.read(_SALT_BYTES)
        self._of, self._header, self._number = of, header + salt, 0
        self._cipher = _cipher(passphrase, salt)
        self._ready, self._next = memoryview(b""), of.read(SEGMENT_BYTES + _TAG_BYTES)

    def readable(self) -> bool:
        """Return that it is for reading."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Give out what there is, up to a segment; nothing at the end."""
        while not self._ready and self._number <= _MOST_SEGMENTS:
            if not self._open():
                return 0
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _open(self) -> bool:
        """Decrypt a segment; return False after the last one."""
        if not self._next:
            if self._number == 0:
                raise NotOpened("The file ends before anything is in it.")
            return False
        sealed, self._next = self._next, self._of.read(SEGMENT_BYTES + _TAG_BYTES)
        nonce = _nonce(self._number, _MORE if self._next else _LAST)
        try:
            self._ready = memoryview(self._cipher.decrypt(nonce, sealed, self._header))
        except InvalidTag:
            raise NotOpened("The passphrase is not the one that it was made with, or the file is damaged.") from None
        self._number += 1
        return True


_MORE, _LAST = b"\x00", b"\x01"


def _nonce(number: int, place: bytes) -> bytes:
    return bytes(7) + struct.pack(">I", number) + place


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=_SCRYPT_COST, r=8, p=1).derive(passphrase.encode()))
