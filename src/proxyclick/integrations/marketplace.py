"""Which integrations can be installed, and which are?"""

from dataclasses import dataclass

SCIM_PATH = "/scim/v2"
MARKETPLACE = {"entra": "Microsoft Entra ID (User Provisioning)"}


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed integration with its one token; `revoked_at` is None while the token is good."""

    number: int
    integration: str
    token_prefix: str
    created_at: str
    revoked_at: str | None


def tenant_url(site: str) -> str:
    """What an identity provider calls the Tenant URL; `site` is the scheme, host and port of the tenant."""
    return site + SCIM_PATH
