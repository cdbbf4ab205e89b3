"""What may be set from outside, by an option of a command or by an environment variable PROXYCLICK_...?"""

import os
import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8420
_PUBLIC_URL = r"https?://[^/\s?#@]+"


class ProfileName(StrEnum):
    """Which rules the tenant has: Proxyclick's, or those of the RFC alone."""

    PROXYCLICK = "proxyclick"
    RFC = "rfc"


def is_public_url(text: str) -> bool:
    """Whether a text is a scheme and a host, and nothing more."""
    return re.fullmatch(_PUBLIC_URL, text) is not None


def default_data_directory() -> Path:
    """The platform's place for a user's application data."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "proxyclick"


class Settings(BaseSettings):
    """The settings of the environment; the names are those of the options."""

    model_config = SettingsConfigDict(env_prefix="PROXYCLICK_", env_ignore_empty=True)

    data: Path = Field(default_factory=default_data_directory)
    host: str = DEFAULT_HOST
    port: int | None = Field(default=None, ge=0, le=65535)
    """Of plain HTTP, on loopback; of HTTPS on any other address. None: DEFAULT_PORT, or no plain HTTP beside HTTPS."""
    https_port: int | None = Field(default=None, ge=0, le=65535)
    certificate: Path | None = None
    key: Path | None = None
    profile: ProfileName = ProfileName.PROXYCLICK
    public_url: str = Field(default="", pattern=f"^({_PUBLIC_URL})?$")
    """Scheme, host and port at which others reach the tenant, through a proxy; empty: where it listens."""
