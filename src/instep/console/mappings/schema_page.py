"""How does an administrator look at the schema as JSON, take it away, bring another, or restore the defaults?"""

from dataclasses import dataclass
from typing import Final

import orjson
from starlette.responses import Response

from instep.admin.schema import schema_document
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.console.mappings.object_mapping import mappings_of
from instep.console.mappings.reviewing import Reviewing
from instep.directory.applications import App
from instep.ledger.graph_schema import SchemaRefused, read_schema

LARGEST_BYTES: Final = 400_000


@dataclass(frozen=True, slots=True)
class SchemaPages:
    """The schema as a document in Graph's form."""

    reviewing: Reviewing

    def show(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The document, to be looked at and edited."""
        return self._page(desk, asked, app, Form({"document": _text(desk, app)}))

    def download(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The document as a file."""
        name = "".join(character if character.isalnum() and character.isascii() else "-" for character in app.name)
        headers = {"Content-Disposition": f'attachment; filename="{name}-schema.json"', "Cache-Control": "no-store"}
        return Response(_text(desk, app), headers=headers, media_type="application/json")

    def put(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Review another document: a file, or what was typed."""
        file = asked.file("file")
        content = asked.field("document").encode() if file is None else file.file.read(LARGEST_BYTES + 1)
        form = Form({"document": content.decode(errors="replace") if len(content) <= LARGEST_BYTES else ""})
        name = "document" if file is None else "file"
        if len(content) > LARGEST_BYTES:
            return self._page(desk, asked, app, form.with_problem(name, "It is larger than any schema here."))
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            return self._page(desk, asked, app, form.with_problem(name, f"It is no JSON: {error}."))

        def refused(refusal: SchemaRefused) -> Response:
            said = f"It cannot be saved. {' '.join(f'{problem}.' for problem in refusal.problems)}"
            return self._page(desk, asked, app, form.with_problem("", said))

        back = f"{mappings_of(app)}/schema"
        return self.reviewing.edit(
            desk, asked, app, lambda _present, standard: read_schema(document, standard), back, refused
        )

    def restore(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Review the default mappings, without scoping filters."""

        def refused(refusal: SchemaRefused) -> Response:
            return self._page(desk, asked, app, Form({"document": _text(desk, app)}, problem=str(refusal)))

        back = mappings_of(app)
        return self.reviewing.edit(desk, asked, app, lambda _present, standard: standard.template, back, refused)

    def _page(self, desk: Desk, asked: Asked, app: App, form: Form) -> Response:
        return desk.page(
            asked,
            app,
            "provisioning/mappings/schema.html",
            title="Schema",
            http_status=422 if form.is_refused else 200,
            form=form,
            address=mappings_of(app),
        )


def _text(desk: Desk, app: App) -> str:
    return orjson.dumps(schema_document(desk.instep.applications, app), option=orjson.OPT_INDENT_2).decode()
