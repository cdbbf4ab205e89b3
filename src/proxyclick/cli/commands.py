"""Which commands are there, with which options, and how do they print?"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError

from proxyclick.cli.refusals import CannotDo, WrongInput
from proxyclick.settings import ProfileName, Settings, is_public_url
from proxyclick.store.database import DataDirectoryUnusable

if TYPE_CHECKING:
    from proxyclick.integrations.tokens import Secret

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Proxyclick tenant to provision into.",
)
integrations = typer.Typer(no_args_is_help=True, help="Connect identity providers.")
app.add_typer(integrations, name="integrations")
tenant_settings = typer.Typer(no_args_is_help=True, help="Set how the tenant answers, where clients differ.")
app.add_typer(tenant_settings, name="settings")
administrators = typer.Typer(no_args_is_help=True, help="Let people into the console.")
app.add_typer(administrators, name="administrators")

DataOption = Annotated[Path | None, typer.Option("--data", help="Data directory.", show_default="the platform's")]
LocationOption = Annotated[str | None, typer.Option(help="Id of a location; the first one, if not given.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; on any but a loopback address the tenant speaks HTTPS.")
    ] = None,
    https_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of HTTPS; with --port, besides plain HTTP on loopback.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file with the certificate for HTTPS; else the tenant makes its own.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="PEM file with the key of the certificate.")] = None,
    profile: Annotated[ProfileName | None, typer.Option(help="Proxyclick's own rules, or the RFC's alone.")] = None,
    public_url: Annotated[
        str | None, typer.Option(help="Where a proxy with HTTPS makes it reachable: https://visitors.corp.example.")
    ] = None,
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Serve the tenant: SCIM service and console. Ctrl-C or SIGTERM ends it."""
    from proxyclick.cli.serving import Served, serve_tenant

    if public_url is not None and not is_public_url(public_url):
        raise typer.BadParameter(
            f"{public_url!r} is no address: give the scheme and the host alone, as in https://visitors.corp.example.",
            param_hint="--public-url",
        )
    if (certificate is None) != (key is None):
        raise typer.BadParameter("Give both or none.", param_hint="--certificate and --key")
    listening = {"host": host, "port": port, "https_port": https_port, "certificate": certificate, "key": key}
    settings = _settings(data, **listening, profile=profile, public_url=public_url)

    def announce(served: Served) -> None:
        # The first line comes once connections are accepted: scripts wait for it.
        if as_json:
            first = {"first_administrator": served.first_link} if served.first_link else {}
            own = {"certificate": str(served.own_certificate)} if served.own_certificate else {}
            typer.echo(json.dumps({"url": served.sites[0], "urls": served.sites, "port": served.port, **own, **first}))
        else:
            typer.echo(f"Proxyclick is served at {' and '.join(served.sites)}")
            if served.own_certificate:
                typer.echo(f"Its certificate is its own: clients that are to trust it need {served.own_certificate}")
            if served.first_link:
                typer.echo(f"Become its first administrator, by this link, once: {served.first_link}")
        sys.stdout.flush()

    with _failures():
        serve_tenant(settings, announce)


@administrators.command("add")
def add_administrator(
    email: Annotated[str, typer.Argument(help="The e-mail address that the person signs in with.")],
    location: LocationOption = None,
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Print a one-time link that makes a person an administrator and lets them choose a password.

    Also for somebody who has forgotten theirs; all their sessions end then.
    """
    from proxyclick.cli.administering import administrator_link

    with _failures():
        link = administrator_link(_settings(data), email, location)
    typer.echo(json.dumps({"link": link}) if as_json else f"{link}\nIt is good once, and for a week.")


@integrations.command()
def install(
    integration: Annotated[str, typer.Argument(help="Which integration: entra, or scim for any other.")],
    location: LocationOption = None,
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Install an integration: issues a Tenant URL and a Secret Token, which is shown this once.

    Installing again makes another installation; the tokens of the former stay good.
    """
    from proxyclick.cli.installing import install_integration

    with _failures():
        issued = install_integration(_settings(data), integration, location)
    _show_issued(*issued, as_json=as_json)


@integrations.command()
def rotate(
    installation: Annotated[str, typer.Argument(help="The number of the installation, or the start of its token.")],
    keep_old: Annotated[
        str, typer.Option(help="How long the old token stays good: 0, or such as 30m, 24h, 7d.")
    ] = "24h",
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Issue another Secret Token for an installation; for a time the old one and the new one are both good."""
    from proxyclick.cli.installing import rotate_token

    with _failures():
        issued = rotate_token(_settings(data), installation.removesuffix("..."), keep_old)
    _show_issued(*issued, as_json=as_json)


@integrations.command("list")
def list_installed(data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """List what is installed, with the tokens, of which only the last four characters are known."""
    from dataclasses import asdict

    from proxyclick.cli.installing import installed
    from proxyclick.clock import system_clock, timestamp

    with _failures():
        found, now = installed(_settings(data)), timestamp(system_clock())
    for each in found:
        if as_json:
            typer.echo(json.dumps(asdict(each)))
            continue
        typer.echo(f"{each.number}  {each.title}  at {each.location_name}, since {each.created_at}")
        for token in each.tokens:
            used = f"last used {token.last_used_at}" if token.last_used_at else "never used"
            typer.echo(f"     {token.prefix}...{token.last_four}  {token.state(now)}  {used}")
    if not found and not as_json:
        typer.echo("Nothing is installed. Begin with: proxyclick integrations install entra")


@integrations.command()
def revoke(
    token_prefix: Annotated[str, typer.Argument(help="The start of the token, as `integrations list` shows it.")],
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """End a token at once, also in a tenant that is being served."""
    from proxyclick.cli.installing import revoke_token

    prefix = token_prefix.partition("...")[0]
    with _failures():
        revoke_token(_settings(data), prefix)
    typer.echo(json.dumps({"revoked": prefix}) if as_json else f"{prefix} is revoked.")


@tenant_settings.command()
def show(data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """Show every setting with its value."""
    from proxyclick.cli.setting import shown_settings

    with _failures():
        _print_settings(shown_settings(_settings(data)), as_json=as_json)


@tenant_settings.command("set")
def set_values(
    assignments: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="Such as patch-answer=204.")],
    data: DataOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Set one or several, all or none; a tenant that is being served answers so at once.

    patch-answer: 200 answers a PATCH with the resource, 204 with nothing. email-rule: of a userName and a work e-mail
    that differ, refuse both, let userName follow the e-mail, or keep them apart. unquoted-values: accept or refuse text
    without quotes in filters.
    """
    from proxyclick.cli.setting import set_settings

    with _failures():
        _print_settings(set_settings(_settings(data), assignments), as_json=as_json)


def _print_settings(values: dict[str, str], *, as_json: bool) -> None:
    lines = [json.dumps(values)] if as_json else [f"{name}={value}" for name, value in values.items()]
    typer.echo("\n".join(lines))


def _show_issued(issued_url: str, secret: "Secret", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"tenant_url": issued_url, "secret_token": secret.text}))
        return
    typer.echo(f"Tenant URL:    {issued_url}\nSecret Token:  {secret.text}")
    typer.echo("Keep the token now: it is stored as a hash and cannot be shown again.", err=True)


def _settings(data: Path | None, **options: object) -> Settings:
    given = {name: value for name, value in {"data": data, **options}.items() if value is not None}
    try:
        return Settings.model_validate(Settings().model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        _fail(f"PROXYCLICK_{str(first['loc'][0]).upper()} in the environment is wrong: {first['msg']}.")


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except WrongInput as error:
        _fail(str(error), exit_code=2)
    except (CannotDo, DataDirectoryUnusable) as error:
        _fail(str(error))


def _fail(message: str, exit_code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(exit_code)
