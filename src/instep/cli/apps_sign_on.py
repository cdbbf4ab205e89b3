"""The commands `instep apps sign-on ...`: how do people sign in to an application by SAML?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.admins import DEFAULT_CONSOLE, ConsoleOption
from instep.cli.apps import AppArgument
from instep.cli.apps_sign_on_certificates import certificates_app
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say, say_on_stderr

if TYPE_CHECKING:
    from instep.directory.applications import App
    from instep.sign_on.configuration import SamlConfiguration, SignOnAddresses
    from instep.wiring import Instep

sign_on_app = typer.Typer(name="sign-on", no_args_is_help=True, help="Single sign-on by SAML.")
sign_on_app.add_typer(certificates_app)


@sign_on_app.callback()
def sign_on() -> None:
    """Single sign-on by SAML."""


@sign_on_app.command()
def show(
    app: AppArgument, *, console_url: ConsoleOption = None, data: DataOption = None, json: JsonOption = False
) -> None:
    """Show what is set up, and what the application is told of Instep.

    Exit code 1 where single sign-on is not set up.
    """
    from instep.admin.applications import find_app
    from instep.admin.sign_on.setting_up import configured

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        configuration, addresses = configured(instep.sign_on, found), _addresses(instep, found, console_url)
    document = _document(found, configuration, addresses)
    if json:
        print_json(document)
        return
    for name, value in _lines(document):
        say(f"{name:<24} {value}")


@sign_on_app.command("set")
def set_(
    app: AppArgument,
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME=VALUE...",
            help="identifier=URI reply_urls=URL,URL sign_on_url=URL relay_state=TEXT "
            "logout_url=URL logout_method=redirect|post "
            "name_id=SOURCE name_id_format=emailAddress|persistent|transient|unspecified|WindowsDomainQualifiedName "
            "signed=assertion|response|both claim.NAME=SOURCE; an empty value takes away.",
            show_default=False,
        ),
    ] = None,
    *,
    metadata: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Take identifier, addresses and certificates from the application's metadata."
        ),
    ] = None,
    verify: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A certificate (PEM) with which requests of the application are verified; repeatable."
        ),
    ] = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="Take requests that nobody signed.")] = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Set single sign-on up, or change it: the metadata file first, then each NAME=VALUE.

    With the first of it a SAML certificate is made. A value that cannot be used is named, the exit code is 2, and
    nothing is changed.
    """
    from dataclasses import replace

    from instep.admin.applications import find_app
    from instep.admin.sign_on.setting_up import from_metadata, save_configuration
    from instep.admin.sign_on.setting_words import NOTHING_YET, change_by_words

    if unverified and verify:
        raise typer.BadParameter("Give certificates by --verify, or none by --unverified.", param_hint="--unverified")
    words = _words(values or [])
    with open_directory(data) as instep, _named_by_field():
        found = find_app(instep.applications, app)
        before = instep.sign_on.kept.configuration(found.id)
        wanted = before or NOTHING_YET
        if metadata is not None:
            wanted = from_metadata(before, _content(metadata, "--metadata"))
        if verify or unverified:
            pasted = tuple(_content(each, "--verify").decode("utf-8", "replace") for each in verify or ())
            wanted = replace(wanted, request_certificates=pasted)
        after = save_configuration(instep.sign_on, found, change_by_words(wanted, words), actor())
        document = _document(found, after, _addresses(instep, found, None))
    if json:
        print_json({"changed": after != before} | document)
    elif after == before:
        say(f"{found.name}: all of it was so already; nothing was changed.")
    else:
        say(f"Single sign-on to {found.name} was saved.")
        if before is None:
            say(f"Next: give {found.name} what `instep apps sign-on metadata '{found.name}'` prints.")


@sign_on_app.command()
def metadata(app: AppArgument, *, console_url: ConsoleOption = None, data: DataOption = None) -> None:
    """Print Instep's metadata for an application: identifier, addresses and certificates, as XML."""
    from instep.admin.applications import find_app
    from instep.admin.sign_on.metadata import federation_metadata
    from instep.admin.sign_on.setting_up import configured

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        configuration, addresses = configured(instep.sign_on, found), _addresses(instep, found, console_url)
        document = federation_metadata(instep.sign_on, found, configuration, addresses)
        if console_url is None and instep.settings.console_url is None:
            say_on_stderr(f"Its addresses are those of {addresses.site}: say another one by --console-url URL.")
    typer.echo(document.decode())


def _addresses(instep: "Instep", app: "App", console_url: str | None) -> "SignOnAddresses":
    from instep.sign_on.configuration import SignOnAddresses

    site = console_url or instep.settings.console_url or DEFAULT_CONSOLE
    return SignOnAddresses(site.rstrip("/"), app.id)


def _document(app: "App", configuration: "SamlConfiguration", addresses: "SignOnAddresses") -> dict[str, Any]:
    from instep.sign_on.documents import configuration_document

    told = {
        "login_url": addresses.login_url,
        "microsoft_entra_identifier": addresses.identifier,
        "logout_url": addresses.logout_url,
        "metadata_url": addresses.metadata_url,
    }
    return {"app": app.name, **configuration_document(configuration), "instep": told}


def _lines(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if name == "claims":
            yield from ((f"claim.{each['name']}", each["source"]) for each in value)
        elif name == "request_certificates":
            yield name, str(len(value))
        elif isinstance(value, dict):
            yield from ((f"{name}.{part}", text) for part, text in value.items())
        else:
            yield name, ", ".join(value) if isinstance(value, list) else str(value)


def _words(values: list[str]) -> dict[str, str]:
    words = {}
    for value in values:
        name, equals, given = value.partition("=")
        if not equals:
            raise typer.BadParameter(f"{value!r} is not of the form NAME=VALUE.", param_hint="NAME=VALUE")
        words[name.strip()] = given
    return words


def _content(file: Path, option: str) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(1_000_000)
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.", param_hint=option) from None


@contextmanager
def _named_by_field() -> Iterator[None]:
    from instep.sign_on.configuration import SignOnRefused

    try:
        yield
    except SignOnRefused as refused:
        raise typer.BadParameter(str(refused), param_hint=refused.field or None) from None
