"""Which integrations can be installed, and which are?"""

from dataclasses import dataclass

MARKETPLACE = {"entra": "Microsoft Entra ID (User Provisioning)"}


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed integration with its one token; `revoked_at` is None while the token is good."""

    number: int
    integration: str
    token_prefix: str
    created_at: str
    revoked_at: str | None
