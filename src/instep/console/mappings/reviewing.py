"""What does a change of mappings or filters do, before it is saved: whom does it concern, and which values?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response

from instep.admin.mappings.impact import weigh
from instep.admin.mappings.review import Edit, Review, review, save_reviewed
from instep.admin.provisioning import connected_job
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.mappings.object_mapping import mappings_of
from instep.console.mappings.weighings import Weighing, Weighings
from instep.directory.applications import App
from instep.ledger.graph_schema import SchemaRefused
from instep.ledger.jobs import JobState

Refused = Callable[[SchemaRefused], Response]


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The page on which a change is looked at, and from which it is saved."""

    weighings: Weighings

    def edit(self, desk: Desk, asked: Asked, app: App, edit: Edit, back: str, refused: Refused) -> Response:
        """Show what an edit changes; `refused` answers where it cannot be saved."""
        try:
            found = review(desk.instep.service, app, edit)
        except SchemaRefused as refusal:
            return refused(refusal)
        return self.page(desk, asked, app, found, back)

    def page(self, desk: Desk, asked: Asked, app: App, found: Review, back: str) -> Response:
        """Show what would be saved; where nothing is changed, go back and say so."""
        if not found.changes:
            return desk.frame.redirect(asked, back, "Nothing was changed: it is all as it was saved.")
        weighing = self.weighings.begin(asked.session_key, weigh(desk.instep.service, app, found.schema))
        job = connected_job(desk.instep.jobs, app)
        return desk.page(
            asked,
            app,
            "provisioning/mappings/review.html",
            title="Review the change",
            changes=found.changes,
            document=orjson.dumps(found.document).decode(),
            seen=found.seen,
            back=back,
            is_active=job is not None and job.state is JobState.ACTIVE,
            save=f"{mappings_of(app)}/save",
            **self._weighed(app, weighing),
        )

    def impact(self, desk: Desk, asked: Asked, app: App) -> Response:
        """How far the counting is."""
        weighing = self.weighings.find(asked.session_key, asked.path("weighing"))
        if weighing is None:
            weighing = Weighing("", problem="It is counted no more. Go back and repeat the change.", is_over=True)
        values = self._weighed(app, weighing)
        return desk.frame.fragment(asked, "provisioning/mappings/impact.html", app=app, **values)

    def save(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Save what was looked at."""
        back = asked.field("back")
        if not back.startswith(f"/apps/{app.id}/provisioning/"):
            back = mappings_of(app)
        try:
            document = orjson.loads(asked.field("document"))
            saved = save_reviewed(desk.instep.service, app, document, asked.field("seen"), asked.actor)
        except (orjson.JSONDecodeError, SchemaRefused) as refusal:
            return desk.frame.page(
                asked, "access/refused.html", 409, title="This was not saved", reason=f"It cannot be saved: {refusal}"
            )
        count = len(saved.changes)
        what = "1 change was saved" if count == 1 else f"{count} changes were saved"
        return desk.frame.redirect(asked, back, f"{what}. The next cycle is an initial one.")

    def _weighed(self, app: App, weighing: Weighing) -> dict[str, Any]:
        address = f"{mappings_of(app)}/impact/{weighing.id}"
        is_over = weighing.is_over  # read first: it may end while the page is written
        return {"weighing": weighing, "impact": weighing.counted, "is_over": is_over, "impact_address": address}
