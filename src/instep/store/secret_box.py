"""How is a secret kept at rest? With AES-256-GCM, bound to what it belongs to; the key in a file of its own."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class SecretUnreadable(Exception):
    """A kept secret cannot be decrypted: it was kept with another key, or for something else."""


class SecretBox:
    """Encrypts and decrypts with the installation's key; `belongs_to` is authenticated, so rows cannot be swapped."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: str, belongs_to: str) -> bytes:
        """Return the secret encrypted."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret.encode(), belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Return the secret. Raises SecretUnreadable."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if not sealed.startswith(_VERSION):
                raise ValueError("it was sealed in another way")
            return self._cipher.decrypt(nonce, body, belongs_to.encode()).decode()
        except (InvalidTag, ValueError):  # the latter where it is no sealed secret at all
            raise SecretUnreadable(
                "The Secret Token cannot be decrypted: the key file is not the one it was saved with. "
                "Put the key back, or connect the application again with its Secret Token."
            ) from None


def open_secret_box(path: Path) -> SecretBox:
    """Return the box of the key at `path`; the first use makes the key, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise SecretUnreadable(f"The key file {path} is damaged: it must hold {_KEY_BYTES} bytes. Restore it.")
    return SecretBox(key)


def _make_key(path: Path) -> None:
    """Write a new key so that it is there whole or not at all, whoever else tries at the same moment."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
