"""What is set up for the SAML sign-in to one application? In Entra's words."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from instep.rules.claims import DEFAULT_RULES, ClaimRules

LONGEST_ADDRESS = 1_000
LONGEST_RELAY_STATE = 1_024  # of what is begun at Instep; instep.saml.bindings takes as much of applications
MOST_REPLY_URLS = 20


class SigningOption(StrEnum):
    """Which parts of a response are signed, in Entra's words; always with SHA-256."""

    ASSERTION = "Sign SAML assertion"
    RESPONSE = "Sign SAML response"
    BOTH = "Sign SAML response and assertion"


class LogoutMethod(StrEnum):
    """How the application is told that somebody signs out."""

    HTTP_REDIRECT = "HTTP Redirect"
    HTTP_POST = "HTTP POST"


class SignOnRefused(Exception):
    """What was typed cannot be saved, and nothing was changed; `field` says which part of it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class SamlConfiguration:
    """Basic SAML Configuration, Attributes & Claims, and how messages are signed.

    `reply_urls` has the default first. `request_certificates` (PEM) verify what the application signs; with one, it
    must sign.
    """

    identifier: str
    reply_urls: tuple[str, ...]
    sign_on_url: str = ""
    relay_state: str = ""
    logout_url: str = ""
    rules: ClaimRules = DEFAULT_RULES
    signing_option: SigningOption = SigningOption.ASSERTION
    request_certificates: tuple[str, ...] = ()
    logout_method: LogoutMethod = LogoutMethod.HTTP_REDIRECT

    @property
    def reply_url(self) -> str:
        """Where assertions are brought to, unless a request names another of the Reply URLs."""
        return self.reply_urls[0]


@dataclass(frozen=True, slots=True)
class SignOnAddresses:
    """What the application is told of Instep; `site` is scheme, host and port of Instep."""

    site: str
    app_id: str

    @property
    def identifier(self) -> str:
        """The Microsoft Entra Identifier: the entity id of Instep for this application."""
        return f"{self.site.rstrip('/')}/saml/{self.app_id}"

    @property
    def login_url(self) -> str:
        """Where requests to sign in are taken."""
        return f"{self.identifier}/login"

    @property
    def logout_url(self) -> str:
        """Where requests to sign out, and answers to them, are taken."""
        return f"{self.identifier}/logout"

    @property
    def metadata_url(self) -> str:
        """The App Federation Metadata Url."""
        return f"{self.identifier}/metadata"


def checked(configuration: SamlConfiguration) -> SamlConfiguration:
    """Return the configuration, if it can be used. Raises SignOnRefused by field."""
    _check_identifier(configuration.identifier)
    if not configuration.reply_urls:
        raise SignOnRefused("Give the Reply URL: it is where people are sent with the assertion.", "reply_urls")
    if len(configuration.reply_urls) > MOST_REPLY_URLS:
        raise SignOnRefused(f"There are more than {MOST_REPLY_URLS} Reply URLs.", "reply_urls")
    for url in configuration.reply_urls:
        _check_address(url, "reply_urls")
    for field in ("sign_on_url", "logout_url"):
        if url := getattr(configuration, field):
            _check_address(url, field)
    if len(configuration.relay_state) > LONGEST_RELAY_STATE or not configuration.relay_state.isprintable():
        raise SignOnRefused(
            f"A Relay State has {LONGEST_RELAY_STATE} characters at most, all printable.", "relay_state"
        )
    return configuration


def _check_identifier(identifier: str) -> None:
    if not identifier:
        raise SignOnRefused("Give the Identifier (Entity ID): the application says it of itself.", "identifier")
    if len(identifier) > LONGEST_ADDRESS or not identifier.isprintable() or any(map(str.isspace, identifier)):
        raise SignOnRefused(f"An Identifier has {LONGEST_ADDRESS} characters at most, and no blank.", "identifier")


def _check_address(url: str, field: str) -> None:
    """Assertions go only over HTTPS, or within this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SignOnRefused(f"{url[:100]!r} is no address.", field) from None
    is_plain = url.isascii() and url.isprintable() and not set(url) & set("\\\"'<> ;,{}*")
    if not is_plain or not host or "@" in parts.netloc or parts.fragment or len(url) > LONGEST_ADDRESS:
        raise SignOnRefused(f"{url[:100]!r} is no address such as https://app.example/saml/consume.", field)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in ("127.0.0.1", "localhost")):
        raise SignOnRefused(f"{url[:100]} is not HTTPS: what goes there could be read on the way.", field)
