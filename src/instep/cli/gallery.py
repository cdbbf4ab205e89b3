"""The command `instep gallery search`: which applications can be added?"""

from typing import Annotated

import typer

from instep.cli.directory import JsonOption, print_json, say, say_on_stderr

gallery_app = typer.Typer(name="gallery", no_args_is_help=True, help="The applications that can be added.")


@gallery_app.callback()
def gallery() -> None:
    """The applications that can be added."""


@gallery_app.command("search")
def search_(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words of the name; empty lists all.")] = "",
    *,
    json: JsonOption = False,
) -> None:
    """Search the gallery by words of an application's name."""
    from instep.gallery.templates import load_template, search

    found = search(text)
    if not found and not json:
        say_on_stderr(
            f"No application in the gallery has {text!r} in its name. "
            "Any SCIM 2.0 application can be added as custom-scim."
        )
    for summary in found:
        template = load_template(summary.id)
        if json:
            print_json(
                {
                    "id": summary.id,
                    "name": summary.name,
                    "supports_users": summary.supports_users,
                    "supports_groups": summary.supports_groups,
                    "has_attribute_table": summary.has_attribute_table,
                    "mapping": template.mapping_source,
                    "tenant_url_hint": template.tenant_url_hint,
                    "limitations": list(template.limitations),
                    "notes": list(template.notes),
                }
            )
        else:
            own = "" if summary.has_attribute_table else "   (takes the custom SCIM mapping)"
            say(f"{summary.id:<40} {summary.name}{own}")
