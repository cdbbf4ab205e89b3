"""Which integrations can be installed, and which are?"""

from dataclasses import dataclass

SCIM_PATH = "/scim/v2"
MARKETPLACE = {"entra": "Microsoft Entra ID (User Provisioning)"}


@dataclass(frozen=True, slots=True)
class Token:
    """A Secret Token as it is kept, in words: never the secret. `revoked_at` is None until somebody ends it."""

    number: int
    prefix: str
    last_four: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None

    def is_good(self, now: str) -> bool:
        """Whether it is taken at a time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Installation:
    """An integration installed at a location, with all tokens that it ever had, the oldest first."""

    number: int
    integration: str
    location: int
    location_name: str
    created_at: str
    tokens: tuple[Token, ...] = ()


def tenant_url(site: str) -> str:
    """What an identity provider calls the Tenant URL; `site` is the scheme, host and port of the tenant."""
    return site + SCIM_PATH
