"""How is a file of users uploaded, looked at, and imported?"""

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.imports.uploads import Stage, Upload, Uploads, options_of
from instep.console.live import stream
from instep.directory.errors import NotFound
from instep.directory.imports import ImportMode
from instep.directory.wording import said_of_value
from instep.wiring import Instep

PAST_SHOWN = 25
REFUSED = 422
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class ImportPages:
    """The pages about imports."""

    instep: Instep
    frame: Frame
    uploads: Uploads

    def overview(self, asked: Asked) -> Response:
        """A form for a file, and the imports of before."""
        return self._overview(asked, Form({"mode": ImportMode.MERGE.value}))

    def upload(self, asked: Asked) -> Response:
        """Take a file, and look at what it would change."""
        form, file = filled(("mode", "rows"), asked.form), asked.file("file")
        if file is None:
            form = form.with_problem("file", "Choose a file first.")
        try:
            options = options_of(form.text("mode"), form.text("rows"))
            if options.rows is not None and options.rows < 0:
                raise ValueError
        except ValueError:
            form = form.with_problem("rows", "Write how many users the file has as a number, or leave it blank.")
        if form.is_refused or file is None:
            return self._overview(asked, form)
        upload = self.uploads.take(file.file, _name_of(file.filename), options, asked.actor)
        return self.frame.redirect(asked, f"/imports/{upload.id}")

    def show(self, asked: Asked) -> Response:
        """What a file would change, or has changed, and how far that is."""
        upload = self._find(asked)
        return self.frame.page(asked, "imports/upload.html", title=upload.file_name, **self._shown(upload))

    def live(self, asked: Asked) -> Response:
        """The same, as it goes on."""
        upload_id, csrf_token = asked.path("upload"), asked.csrf_token

        def show() -> str | None:
            upload = self.uploads.find(upload_id)
            if upload is None:
                return None
            return self.frame.html("imports/state.html", csrf_token=csrf_token, **self._shown(upload))

        return stream(show)

    def apply(self, asked: Asked) -> Response:
        """Import what was shown."""
        upload = self._find(asked)
        if upload.preview is not None and str(upload.preview.seen) == asked.field("seen"):
            self.uploads.apply(upload, asked.actor)
        return self.frame.redirect(asked, f"/imports/{upload.id}")

    def let_go(self, asked: Asked) -> Response:
        """Look again, with everyone who is missing removed: as many as were shown, and not one more."""
        upload = self._find(asked)
        if upload.preview is not None:
            allowed = replace(upload.options, allow_removals=upload.preview.report.removals_held)
            self.uploads.look_again(upload, allowed)
        return self.frame.redirect(asked, f"/imports/{upload.id}")

    def drop(self, asked: Asked) -> Response:
        """Let the file go; nothing was changed."""
        upload = self._find(asked)
        self.uploads.drop(upload)
        said = f"{upload.file_name} was let go, and nothing was changed."
        return self.frame.redirect(asked, "/imports", said if upload.stage is Stage.PREVIEWED else "")

    def _overview(self, asked: Asked, form: Form) -> Response:
        past = self.instep.directory.imports.past(PAST_SHOWN)
        return self.frame.page(
            asked,
            "imports/overview.html",
            REFUSED if form.is_refused else 200,
            title="Import",
            form=form,
            past=past,
            waiting=self.uploads.waiting(),
        )

    def _find(self, asked: Asked) -> Upload:
        upload = self.uploads.find(asked.path("upload"))
        if upload is None:
            raise NotFound(
                "This upload is not there any more: it was let go, or the service was started again since. If its "
                "import had begun, it is finished by itself, and is in the list of the page Import. Else nothing was "
                "changed: upload the file again."
            )
        return upload

    def _shown(self, upload: Upload) -> dict[str, Any]:
        return {"upload": upload, "at": f"/imports/{upload.id}", "said": said_of_value}


def _name_of(file_name: str | None) -> str:
    """What is left of a name that a browser sent: never a path."""
    return (file_name or "").replace("\\", "/").rpartition("/")[2].strip()[:_LONGEST_NAME] or "users.csv"
