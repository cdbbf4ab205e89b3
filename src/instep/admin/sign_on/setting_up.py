"""How is the SAML sign-in to an application set up?"""

from collections.abc import Sequence
from dataclasses import replace

from instep.admin.sign_on.certificates import new_certificate
from instep.admin.sign_on.ports import SignOn
from instep.directory.applications import App
from instep.directory.definitions import USER_ATTRIBUTES, find_user_attribute
from instep.rules.claims import ClaimRefused, ClaimRules, check_rules
from instep.saml.certificates import BadCertificate, pem, read_pem
from instep.saml.metadata import ServiceProvider, location_of, read_service_provider
from instep.saml.names import Binding, NameIdFormat
from instep.saml.refusals import NotBelieved
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SignOnRefused, checked

FORMATS = (
    NameIdFormat.EMAIL_ADDRESS.value,
    NameIdFormat.PERSISTENT.value,
    NameIdFormat.TRANSIENT.value,
    NameIdFormat.UNSPECIFIED.value,
    NameIdFormat.WINDOWS_DOMAIN_NAME.value,
)
_DRAWN = (NameIdFormat.PERSISTENT, NameIdFormat.TRANSIENT)
_NAMES = {name.casefold(): name for name in USER_ATTRIBUTES}


def save_configuration(sign_on: SignOn, app: App, wanted: SamlConfiguration, actor: str) -> SamlConfiguration:
    """Keep what is set up, and make the first certificate. Raises SignOnRefused; nothing was changed then."""
    wanted = checked_whole(wanted)
    before = sign_on.kept.configuration(app.id)
    if wanted != before:
        sign_on.kept.save(app, before, wanted, sign_on.clock(), actor)
    if not sign_on.kept.certificates(app.id):
        new_certificate(sign_on, app, actor)
    return wanted


def checked_whole(wanted: SamlConfiguration) -> SamlConfiguration:
    """Return a configuration as it would be kept, if it can be used. Raises SignOnRefused by field."""
    checked(wanted)
    if wanted.rules.name_id_format not in FORMATS:
        raise SignOnRefused(f"The NameID has one of these formats: {', '.join(FORMATS)}.", "name_id_format")
    if not wanted.rules.name_id_source and wanted.rules.name_id_format not in _DRAWN:
        raise SignOnRefused(
            "Say by what the application knows people, such as user.mail; a name is drawn for them only with the "
            "formats persistent and transient.",
            "name_id_source",
        )
    try:
        check_rules(wanted.rules, find_attribute)
    except ClaimRefused as refused:
        raise SignOnRefused(str(refused), "name_id_source" if refused.name == "NameID" else "claims") from None
    return replace(wanted, request_certificates=_certificates(wanted.request_certificates))


def from_metadata(before: SamlConfiguration | None, document: bytes) -> SamlConfiguration:
    """Return the configuration that a service provider's metadata wishes; what it does not say stays as it was.

    Raises SignOnRefused.
    """
    try:
        found = read_service_provider(document)
    except NotBelieved as refused:
        raise SignOnRefused(f"The metadata cannot be used: {refused}", "metadata") from None
    replies = tuple(each.location for each in found.consumers if each.binding == Binding.HTTP_POST)
    if not replies:
        raise SignOnRefused("The metadata has no address that takes assertions by HTTP-POST.", "metadata")
    logout, method = _logout(found)
    signs = tuple(map(pem, found.certificates)) if found.signs_requests else ()
    basis = before or SamlConfiguration(found.entity_id, replies)
    return replace(
        basis,
        identifier=found.entity_id,
        reply_urls=replies,
        logout_url=logout or basis.logout_url,
        logout_method=method if logout else basis.logout_method,
        request_certificates=signs or basis.request_certificates,
    )


def _logout(found: ServiceProvider) -> tuple[str, LogoutMethod]:
    """Where the application is told that somebody signs out: by HTTP-Redirect, where it takes that."""
    if by_redirect := location_of(found.logouts, Binding.HTTP_REDIRECT):
        return by_redirect, LogoutMethod.HTTP_REDIRECT
    return location_of(found.logouts, Binding.HTTP_POST) or "", LogoutMethod.HTTP_POST


def change_rules(sign_on: SignOn, app: App, rules: ClaimRules, actor: str) -> SamlConfiguration:
    """Keep other Attributes & Claims. Raises SignOnRefused."""
    return save_configuration(sign_on, app, replace(configured(sign_on, app), rules=rules), actor)


def configured(sign_on: SignOn, app: App) -> SamlConfiguration:
    """Return what is set up. Raises SignOnRefused where nothing is."""
    found = sign_on.kept.configuration(app.id)
    if found is None:
        raise SignOnRefused(f"Single sign-on to {app.name} is not set up: save the Basic SAML Configuration first.")
    return found


def find_attribute(name: str) -> str:
    """Return a source attribute by its name in any letter case, as claims name it. Raises LookupError."""
    return _NAMES.get(name.casefold()) or find_user_attribute(name).name


def _certificates(texts: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(pem(read_pem(text)) for text in texts)
    except BadCertificate as bad:
        raise SignOnRefused(str(bad), "request_certificates") from None
