"""Which integrations can be installed, and what is an installed one?"""

from dataclasses import dataclass
from enum import StrEnum

SCIM_PATH = "/scim/v2"
MOST_TOKENS = 2
"""How many tokens of an installation are good at a time: the one in use, and while they are rotated, the one before."""


class Category(StrEnum):
    """The shelves of the Marketplace."""

    USER_PROVISIONING = "User Provisioning"
    SINGLE_SIGN_ON = "Single sign-on"


@dataclass(frozen=True, slots=True)
class Offer:
    """One tile of the Marketplace; `integration` is what its user provisioning installs, None where there is none."""

    key: str
    title: str
    about: str
    categories: tuple[Category, ...]
    integration: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """What can be installed, with the names under which its settings show its address and its token."""

    key: str
    title: str
    address_label: str
    token_label: str


INTEGRATIONS = {
    "entra": Integration("entra", "Microsoft Entra ID (User Provisioning)", "Tenant URL", "Secret Token"),
    "scim": Integration("scim", "SCIM", "API Base URL", "API Bearer Token"),
}
OFFERS = (
    Offer(
        "microsoft-entra-id",
        "Microsoft Entra ID",
        "Let the people in your directory be users here, from their first day to their last. Formerly Azure AD.",
        (Category.USER_PROVISIONING, Category.SINGLE_SIGN_ON),
        "entra",
    ),
    Offer(
        "scim",
        "SCIM",
        "Provision users from any identity provider that speaks SCIM 2.0.",
        (Category.USER_PROVISIONING,),
        "scim",
    ),
    Offer(
        "saml",
        "SAML",
        "Let people sign in with any identity provider that speaks SAML 2.0.",
        (Category.SINGLE_SIGN_ON,),
    ),
)


def offers(text: str = "", category: Category | None = None) -> list[Offer]:
    """The tiles of a category, or of all, that have a text in their title or description."""
    wanted = text.strip().lower()
    return [
        offer
        for offer in OFFERS
        if (category is None or category in offer.categories) and wanted in f"{offer.title} {offer.about}".lower()
    ]


def offer_of(key: str) -> Offer | None:
    """The tile of a key."""
    return next((offer for offer in OFFERS if offer.key == key), None)


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

    def state(self, now: str) -> str:
        """In words, whether it is taken."""
        if self.revoked_at is not None:
            return f"revoked {self.revoked_at}"
        if self.expires_at is None:
            return "good"
        return f"{'good until' if now < self.expires_at else 'ended'} {self.expires_at}"


@dataclass(frozen=True, slots=True)
class Installation:
    """An integration installed at a location, with all tokens that it ever had, the oldest first."""

    number: int
    integration: str
    location: int
    location_name: str
    created_at: str
    tokens: tuple[Token, ...] = ()

    @property
    def title(self) -> str:
        """What it is called on screens."""
        return INTEGRATIONS[self.integration].title

    def good_tokens(self, now: str) -> list[Token]:
        """The tokens that are taken at a time, the oldest first."""
        return [token for token in self.tokens if token.is_good(now)]


def tenant_url(site: str) -> str:
    """What an identity provider calls the Tenant URL; `site` is the scheme, host and port of the tenant."""
    return site + SCIM_PATH
