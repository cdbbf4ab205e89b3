"""What is published of Instep for one application, so that it can be set up there?"""

from cryptography.x509 import load_pem_x509_certificate

from instep.admin.sign_on.ports import SignOn
from instep.directory.applications import App
from instep.saml.metadata import Endpoint, IdentityProvider, written_identity_provider
from instep.saml.names import Binding
from instep.saml.writing import rendered
from instep.sign_on.configuration import SamlConfiguration, SignOnAddresses


def federation_metadata(
    sign_on: SignOn, app: App, configuration: SamlConfiguration, addresses: SignOnAddresses
) -> bytes:
    """Return the Federation Metadata XML: with every certificate that was not deleted, the active one first."""
    certificates = (load_pem_x509_certificate(each.pem.encode()) for each in sign_on.kept.certificates(app.id))
    provider = IdentityProvider(
        addresses.identifier,
        sign_ons=tuple(Endpoint(binding, addresses.login_url) for binding in _BINDINGS),
        logouts=tuple(Endpoint(binding, addresses.logout_url) for binding in _BINDINGS),
        certificates=tuple(certificates),
        name_id_formats=(configuration.rules.name_id_format,),
        wants_signed_requests=bool(configuration.request_certificates),
    )
    return rendered(written_identity_provider(provider))


_BINDINGS = (Binding.HTTP_REDIRECT, Binding.HTTP_POST)
