"""Where does this installation keep its data, and how is it told so?"""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def platform_data_directory() -> Path:
    """Return the platform's place for the data of a user's programs (XDG base directories)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "instep"


class Settings(BaseSettings):
    """Settings of one installation; each can be given in the environment as `INSTEP_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="INSTEP_", extra="ignore")

    data_directory: Path = Field(default_factory=platform_data_directory)
    database: SecretStr | None = None  # postgresql://...; without it, a file in the data directory
    smtp_host: str | None = None  # without it, mails wait in the outbox
    smtp_port: int | None = Field(default=None, ge=1, le=65_535)  # None: that of smtp_security
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: str = "Instep <instep@localhost>"
    allowed_targets: str | None = None  # beside the internet; None: this machine, while nobody else reaches Instep
    console_url: str | None = None  # where administrators open the admin center, for the mails and behind a proxy
    oidc_issuer: str | None = None  # without it, administrators sign in by a password alone
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None  # None: a public client, which PKCE alone protects
    oidc_name: str = ""  # what the button says; "": the host of the issuer

    @property
    def database_path(self) -> Path:
        """The database file of this installation."""
        return self.data_directory / "instep.db"

    @property
    def workflows_path(self) -> Path:
        """What the durable runtime keeps of the cycles that it has begun."""
        return self.data_directory / "workflows.db"

    @property
    def key_path(self) -> Path:
        """The key that encrypts secret tokens at rest (mode 0600)."""
        return self.data_directory / "key"
