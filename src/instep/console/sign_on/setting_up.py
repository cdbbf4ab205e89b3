"""What does the page *Single sign-on* of an application show, and what is set up there? In Entra's words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from instep.admin.sign_on.certificates import (
    activate_certificate,
    certificate_of,
    delete_certificate,
    new_certificate,
)
from instep.admin.sign_on.metadata import federation_metadata
from instep.admin.sign_on.setting_up import configured, from_metadata, save_configuration
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.site import Site
from instep.directory.applications import App
from instep.gallery.template import SamlHints
from instep.gallery.templates import load_template
from instep.saml.certificates import der, fingerprint, read_pem, thumbprint
from instep.saml.reading import LARGEST_BYTES
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SigningOption, SignOnAddresses, SignOnRefused

_BASIC = (
    "identifier",
    "reply_urls",
    "sign_on_url",
    "relay_state",
    "logout_url",
    "logout_method",
    "signing_option",
    "request_certificates",
)
_END = "-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class SettingUp:
    """The page, its form of the basic configuration, its certificates and downloads."""

    site: Site

    def show(self, desk: Desk, asked: Asked, app: App) -> Response:
        """All that is set up, in the five parts that it has in Entra."""
        kept, now = desk.instep.sign_on.kept, desk.instep.clock()
        certificates = [(each, read_pem(each.pem), each.is_expired(now)) for each in kept.certificates(app.id)]
        return desk.page(
            asked,
            app,
            "sign_on/overview.html",
            title="Single sign-on",
            configuration=kept.configuration(app.id),
            addresses=self.addresses(asked, app),
            is_public=self.site.public_url is not None,
            hints=hints_of(app),
            certificates=[
                (each, thumbprint(read), fingerprint(read), is_expired) for each, read, is_expired in certificates
            ],
            now=now,
        )

    def edit(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The form of the Basic SAML Configuration."""
        return _form(desk, asked, app, _filled(desk.instep.sign_on.kept.configuration(app.id)))

    def upload(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Fill the form with what a service provider's metadata says; it is saved by whoever has read it."""
        before, file = desk.instep.sign_on.kept.configuration(app.id), asked.file("metadata")
        if file is None:
            return _form(desk, asked, app, _filled(before).with_problem("metadata", "Choose the file."))
        try:
            wanted = from_metadata(before, file.file.read(LARGEST_BYTES + 1))
        except SignOnRefused as refused:
            return _form(desk, asked, app, _filled(before).with_problem("metadata", str(refused)))
        return _form(desk, asked, app, _filled(wanted), "This is what the metadata says. Nothing is saved yet.")

    def save(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Save the Basic SAML Configuration."""
        form, sign_on = filled(_BASIC, asked.form), desk.instep.sign_on
        try:
            wanted = _read(form, sign_on.kept.configuration(app.id))
            save_configuration(sign_on, app, wanted, asked.actor)
        except SignOnRefused as refused:
            return _form(desk, asked, app, form.with_problem(refused.field, str(refused)))
        return _back(desk, asked, app, f"People can sign in to {app.name} as it is set up now.")

    def add_certificate(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Make another certificate."""
        configured(desk.instep.sign_on, app)
        made = new_certificate(desk.instep.sign_on, app, asked.actor)
        said = "" if made.is_active else " It is inactive until you make it active."
        return _back(desk, asked, app, f"A certificate was made.{said}")

    def activate(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Let a certificate sign."""
        activate_certificate(desk.instep.sign_on, app, asked.path("certificate"), asked.actor)
        return _back(
            desk, asked, app, "Another certificate signs now. The one before is published until you delete it."
        )

    def delete(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Delete a certificate."""
        delete_certificate(desk.instep.sign_on, app, asked.path("certificate"), asked.actor)
        return _back(desk, asked, app, "The certificate was deleted with its key.")

    def download(self, desk: Desk, asked: Asked, app: App) -> Response:
        """A certificate as Base64 or raw, or the federation metadata, as a file."""
        sign_on, name = desk.instep.sign_on, _file_name(app)
        match asked.path("file"):
            case "base64":
                pem = certificate_of(sign_on, app, asked.query("certificate")).pem
                return _file(pem, f"{name}.cer", "application/pkix-cert")
            case "raw":
                found = certificate_of(sign_on, app, asked.query("certificate"))
                return _file(der(read_pem(found.pem)), f"{name}-raw.cer", "application/pkix-cert")
            case "metadata":
                document = federation_metadata(sign_on, app, configured(sign_on, app), self.addresses(asked, app))
                return _file(document, f"{name}.xml", "application/samlmetadata+xml")
        raise SignOnRefused("There is no such file.")

    def addresses(self, asked: Asked, app: App) -> SignOnAddresses:
        """What the application is told of Instep."""
        return SignOnAddresses(self.site.published_url(asked.request), app.id)


def hints_of(app: App) -> SamlHints | None:
    """Return what the gallery knows of the application's addresses."""
    return load_template(app.template_id).saml


def _read(form: Form, before: SamlConfiguration | None) -> SamlConfiguration:
    texts: Mapping[str, str] = {name: form.text(name).strip() for name in _BASIC}
    try:
        option = SigningOption(texts["signing_option"])
    except ValueError:
        raise SignOnRefused("Choose what is signed.", "signing_option") from None
    try:
        method = LogoutMethod(texts["logout_method"] or LogoutMethod.HTTP_REDIRECT)
    except ValueError:
        raise SignOnRefused("Choose how the application is told.", "logout_method") from None
    pasted = [part.strip() for part in texts["request_certificates"].split(_END) if part.strip()]
    wanted = SamlConfiguration(
        texts["identifier"],
        tuple(dict.fromkeys(texts["reply_urls"].split())),
        texts["sign_on_url"],
        texts["relay_state"],
        texts["logout_url"],
        signing_option=option,
        request_certificates=tuple(f"{part}\n{_END}\n" for part in pasted),
        logout_method=method,
    )
    return wanted if before is None else replace(wanted, rules=before.rules)


def _filled(configuration: SamlConfiguration | None) -> Form:
    if configuration is None:
        return Form({"signing_option": SigningOption.ASSERTION.value})
    return Form(
        {
            "identifier": configuration.identifier,
            "reply_urls": "\n".join(configuration.reply_urls),
            "sign_on_url": configuration.sign_on_url,
            "relay_state": configuration.relay_state,
            "logout_url": configuration.logout_url,
            "logout_method": configuration.logout_method.value,
            "signing_option": configuration.signing_option.value,
            "request_certificates": "".join(configuration.request_certificates),
        }
    )


def _form(desk: Desk, asked: Asked, app: App, form: Form, said: str = "") -> Response:
    options = [(each.value, each.value) for each in SigningOption]
    return desk.page(
        asked,
        app,
        "sign_on/basic.html",
        title="Basic SAML Configuration",
        http_status=422 if form.is_refused else 200,
        form=form,
        said=said,
        options=options,
        methods=[(each.value, each.value) for each in LogoutMethod],
        hints=hints_of(app),
    )


def _back(desk: Desk, asked: Asked, app: App, said: str) -> Response:
    return desk.frame.redirect(asked, address(app, "single-sign-on"), said)


def _file(content: str | bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=kind)


def _file_name(app: App) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in app.name)
