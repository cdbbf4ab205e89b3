"""What does an application ask when it sends somebody to sign in, and may it be believed?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from lxml import etree

from instep.saml.authn_request import AuthnRequest, read_request
from instep.saml.bindings import Parameter, Received
from instep.saml.certificates import read_pem
from instep.saml.refusals import NotBelieved, Reason
from instep.sign_on.configuration import SamlConfiguration, SignOnAddresses

KEPT_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to sign somebody in, which was judged: where the answer goes, and what it says of the request.

    `name_id_format` is "" where the application's own is to be used.
    """

    app_id: str
    request_id: str
    reply_url: str
    relay_state: str
    received_at: datetime
    name_id_format: str = ""
    is_passive: bool = False
    asks_anew: bool = False


def judge_request(
    app_id: str, configuration: SamlConfiguration, addresses: SignOnAddresses, received: Received, now: datetime
) -> Asked:
    """Return what is asked. Raises NotBelieved.

    The Reply URL is one of those that were set up: whoever else is named gets nothing.
    """
    if received.parameter is not Parameter.REQUEST:
        raise NotBelieved(Reason.NOT_EXPECTED, "It is an answer, and no request to sign in.")
    request = read_request(message_of(configuration, received, now))
    if request.issuer != configuration.identifier:
        raise NotBelieved(
            Reason.WRONG_ISSUER,
            f"It is from {request.issuer[:200] or 'nobody by name'}, not from {configuration.identifier}: compare the "
            "Identifier (Entity ID).",
        )
    if request.destination not in ("", addresses.login_url):
        raise NotBelieved(
            Reason.WRONG_DESTINATION, f"It was sent to {request.destination[:200]}, not to {addresses.login_url}."
        )
    return Asked(
        app_id,
        request.id,
        _reply_url(configuration, request),
        received.relay_state,
        now,
        request.name_id_format,
        request.is_passive,
        request.force_authn,
    )


def message_of(configuration: SamlConfiguration, received: Received, now: datetime) -> etree._Element:
    """Return the message, signed by the application where there is a certificate to tell. Raises NotBelieved."""
    certificates: list[x509.Certificate] = [read_pem(text) for text in configuration.request_certificates]
    return received.verified(certificates, now) if certificates else received.read()


def _reply_url(configuration: SamlConfiguration, request: AuthnRequest) -> str:
    if request.consumer_url:
        if request.consumer_url not in configuration.reply_urls:
            raise NotBelieved(
                Reason.WRONG_RECIPIENT,
                f"It wants the answer at {request.consumer_url[:200]}, which is none of the Reply URLs set up here.",
            )
        return request.consumer_url
    index = request.consumer_index or 0
    if index >= len(configuration.reply_urls):
        raise NotBelieved(Reason.WRONG_RECIPIENT, f"It wants the answer at Reply URL number {index}: there is none.")
    return configuration.reply_urls[index]
