"""How is a secret kept at rest? With AES-256-GCM, bound to what it belongs to, by the newest of the keys in a file."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from instep.clock import to_text
from instep.store.key_file import Key, KeyFile, KeysUnreadable

_NONCE_BYTES = 12
_NUMBER_BYTES = 4
_VERSION = b"\x02"
_HEAD_BYTES = len(_VERSION) + _NUMBER_BYTES


class SecretUnreadable(Exception):
    """A kept secret cannot be decrypted: it was kept with another key, or for something else."""


class SecretBox:
    """Encrypts and decrypts with the keys that there are at the moment; the newest encrypts.

    `belongs_to` is authenticated, so rows cannot be swapped. The number of the key stands before what it sealed.
    """

    def __init__(self, keys: Callable[[], Sequence[Key]]) -> None:
        self._keys = keys

    def seal(self, secret: str, belongs_to: str) -> bytes:
        """Return the secret encrypted. Raises SecretUnreadable where there is no key."""
        key, nonce = self._all()[-1], secrets.token_bytes(_NONCE_BYTES)
        head = _VERSION + key.number.to_bytes(_NUMBER_BYTES)
        return head + nonce + AESGCM(key.secret).encrypt(nonce, secret.encode(), head + belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Return the secret. Raises SecretUnreadable."""
        number, head = key_number(sealed), sealed[:_HEAD_BYTES]
        nonce, body = sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES], sealed[_HEAD_BYTES + _NONCE_BYTES :]
        for key in self._all():
            if key.number == number:
                try:
                    return AESGCM(key.secret).decrypt(nonce, body, head + belongs_to.encode()).decode()
                except (InvalidTag, ValueError):  # the latter where it is no sealed secret at all
                    break
        raise SecretUnreadable(
            "The Secret Token cannot be decrypted: the key file is not the one it was saved with. "
            "Put the key back, or connect the application again with its Secret Token."
        )

    def is_by_newest(self, sealed: bytes) -> bool:
        """Whether a secret is encrypted by the newest key."""
        return key_number(sealed) == self._all()[-1].number

    def _all(self) -> Sequence[Key]:
        try:
            return self._keys()
        except KeysUnreadable as reason:
            raise SecretUnreadable(str(reason)) from None


def key_number(sealed: bytes) -> int | None:
    """Return the number of the key that a secret was sealed with; None for what is no sealed secret."""
    if not sealed.startswith(_VERSION) or len(sealed) < _HEAD_BYTES:
        return None
    return int.from_bytes(sealed[len(_VERSION) : _HEAD_BYTES])


def open_secret_box(path: Path) -> SecretBox:
    """Return the box of the keys at `path`; the first use makes a key, readable by its owner only.

    Raises SecretUnreadable.
    """
    file = KeyFile(path)
    file.make_first(to_text(datetime.now(UTC)))
    box = SecretBox(file.all)
    box.is_by_newest(b"")  # a damaged file is told of at once
    return box
