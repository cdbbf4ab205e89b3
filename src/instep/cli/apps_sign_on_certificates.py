"""The commands `instep apps sign-on certificates ...`: which certificate signs, and which comes after it?"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from instep.sign_on.certificates import SamlCertificate

certificates_app = typer.Typer(
    name="certificates", no_args_is_help=True, help="The SAML certificates of an application, and their roll-over."
)
CertificateArgument = Annotated[
    str, typer.Argument(metavar="ID", help="A certificate, as `certificates list` names it.", show_default=False)
]


@certificates_app.callback()
def certificates() -> None:
    """The SAML certificates of an application, and their roll-over."""


@certificates_app.command("list")
def list_(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List the certificates, the active one first: all of them are published."""
    from instep.admin.applications import find_app

    with open_directory(data) as instep:
        found, now = find_app(instep.applications, app), instep.clock()
        known = instep.sign_on.kept.certificates(found.id)
    for each in known:
        _say(each, now, "json" if json else "words")
    if not known and not json:
        say(f"{found.name} has no certificate: `instep apps sign-on set` makes the first one.")


@certificates_app.command()
def new(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Make another certificate; it is published, and does not sign before `activate`."""
    from instep.admin.applications import find_app
    from instep.admin.sign_on.certificates import new_certificate
    from instep.admin.sign_on.setting_up import configured

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        configured(instep.sign_on, found)
        made, now = new_certificate(instep.sign_on, found, actor()), instep.clock()
    _say(made, now, "json" if json else "words")
    if not json and not made.is_active:
        say(f"Next: set it up in {found.name}, then instep apps sign-on certificates activate '{found.name}' {made.id}")


@certificates_app.command()
def activate(
    app: AppArgument, certificate: CertificateArgument, *, data: DataOption = None, json: JsonOption = False
) -> None:
    """Let a certificate sign; the one before stays published until it is deleted."""
    from instep.admin.applications import find_app
    from instep.admin.sign_on.certificates import activate_certificate, certificate_of

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        activate_certificate(instep.sign_on, found, certificate, actor())
        active, now = certificate_of(instep.sign_on, found, certificate), instep.clock()
    _say(active, now, "json" if json else "words")


@certificates_app.command()
def delete(
    app: AppArgument, certificate: CertificateArgument, *, data: DataOption = None, json: JsonOption = False
) -> None:
    """Delete a certificate that does not sign, with its key."""
    from instep.admin.applications import find_app
    from instep.admin.sign_on.certificates import delete_certificate

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        delete_certificate(instep.sign_on, found, certificate, actor())
    if json:
        print_json({"app": found.name, "deleted": certificate})
    else:
        say(f"The certificate {certificate} of {found.name} was deleted with its key.")


@certificates_app.command()
def download(
    app: AppArgument,
    certificate: Annotated[
        str | None, typer.Argument(metavar="ID", help="A certificate.", show_default="the active one")
    ] = None,
    *,
    data: DataOption = None,
) -> None:
    """Print a certificate in Base64, with its BEGIN and END lines."""
    from instep.admin.applications import find_app
    from instep.admin.sign_on.certificates import certificate_of
    from instep.admin.sign_on.setting_up import configured

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        configured(instep.sign_on, found)
        active = instep.sign_on.kept.certificates(found.id)[0].id
        printed = certificate_of(instep.sign_on, found, certificate or active).pem
    typer.echo(printed, nl=False)


def _say(certificate: "SamlCertificate", now: "datetime", form: str) -> None:
    document = _document(certificate, now)
    if form == "json":
        print_json(document)
        return
    state = "expired" if certificate.is_expired(now) else "active" if certificate.is_active else "inactive"
    say(f"{certificate.id}  {state:<8}  expires {document['expires_at']}  {document['thumbprint']}")


def _document(certificate: "SamlCertificate", now: "datetime") -> dict[str, Any]:
    from instep.clock import to_text
    from instep.saml.certificates import fingerprint, read_pem, thumbprint

    read = read_pem(certificate.pem)
    return {
        "id": certificate.id,
        "active": certificate.is_active,
        "expired": certificate.is_expired(now),
        "created_at": to_text(certificate.created_at),
        "expires_at": to_text(certificate.expires_at),
        "thumbprint": thumbprint(read),
        "sha256": fingerprint(read),
    }
