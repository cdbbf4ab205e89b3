"""What do the pages of the scoping filters show: the filters, and live who is in, who would enter, who would leave?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.responses import Response

from instep.admin.group_scope_preview import preview_group_scope
from instep.admin.schema import with_scope
from instep.admin.scope_preview import ScopePreview, preview_scope_in_portions
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.filters.filter_form import UNARY, FilterForm, read_filters
from instep.console.mappings.object_mapping import WHOM, Opened
from instep.console.mappings.reviewing import Reviewing
from instep.console.mappings.weighings import Weighing, Weighings
from instep.directory.applications import App
from instep.ledger.graph_schema import SchemaRefused
from instep.rules.scoping.check import filter_problems
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.operators import OPERATORS

_NAMED: Final = 10
_OPERATORS: Final = [(name, name) for name in OPERATORS]


def first_filters(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Scoping filters*: those of users."""
    return desk.frame.redirect(asked, f"{filters_of(app)}/users")


def filters_of(app: App) -> str:
    """Return the address of an application's scoping filters."""
    return f"/apps/{app.id}/provisioning/filters"


@dataclass(frozen=True, slots=True)
class FilterPages:
    """The scoping filters of users, or of groups."""

    reviewing: Reviewing
    weighings: Weighings

    def show(self, opened: Opened, asked: Asked) -> Response:
        """The filters as they are saved."""
        return self._page(opened, asked, FilterForm(opened.mapping.filters))

    def edit(self, opened: Opened, asked: Asked) -> Response:
        """The filters as they were typed, with a row more or less."""
        return self._page(opened, asked, read_filters(asked.form).edited(asked.field("deed")))

    def review(self, opened: Opened, asked: Asked) -> Response:
        """Review the filters as they were typed."""
        form = self._checked(opened, asked)
        if form.is_refused:
            return self._page(opened, asked, form)
        scope, whom = form.document(), WHOM[opened.name]

        def refused(refusal: SchemaRefused) -> Response:
            return self._page(opened, asked, replace(form, problem=str(refusal)))

        return self.reviewing.edit(
            opened.desk,
            asked,
            opened.app,
            lambda present, standard: with_scope(present, standard, opened.app, whom, scope),
            f"{filters_of(opened.app)}/{opened.name}",
            refused,
        )

    def count(self, opened: Opened, asked: Asked) -> Response:
        """Begin to count whom the filters would let in, as they were typed."""
        form = self._checked(opened, asked)
        if form.is_refused:
            place, problem = next(iter(form.problems.items()), ("", form.problem))
            return self._counted(opened, asked, None, f"Not complete yet: {place}: {problem}.")
        weighing = self.weighings.begin(asked.session_key, _portions(opened, form.document()))
        return self._counted(opened, asked, weighing, "")

    def counted(self, opened: Opened, asked: Asked) -> Response:
        """How far the counting is."""
        weighing = self.weighings.find(asked.session_key, asked.path("weighing"))
        return self._counted(
            opened,
            asked,
            weighing,
            "" if weighing else "It is counted no more. Change a filter, and it is counted anew.",
        )

    def _checked(self, opened: Opened, asked: Asked) -> FilterForm:
        form = read_filters(asked.form)
        find = opened.standard.source_object(WHOM[opened.name].value).find
        return form.with_problems(list(filter_problems(form.filters, find)))

    def _counted(self, opened: Opened, asked: Asked, weighing: Weighing | None, said: str) -> Response:
        preview: ScopePreview | None = None if weighing is None else weighing.counted
        address = f"{filters_of(opened.app)}/{opened.name}/counted/{weighing.id}" if weighing is not None else ""
        if weighing is not None and weighing.problem:
            said = weighing.problem
        return opened.desk.frame.fragment(
            asked,
            "provisioning/filters/counted.html",
            what=opened.what,
            app=opened.app,
            preview=preview,
            is_over=weighing is None or weighing.is_over,
            address=address,
            said=said,
            judgement=next(iter(preview.judgements.values()), None) if preview is not None else None,
        )

    def _page(self, opened: Opened, asked: Asked, form: FilterForm) -> Response:
        app = opened.app
        kinds = [("Users", "users"), *([("Groups", "groups")] if opened.schema.groups is not None else [])]
        return opened.desk.page(
            asked,
            app,
            "provisioning/filters/filters.html",
            title="Scoping filters",
            http_status=422 if form.is_refused else 200,
            opened=opened,
            form=form,
            address=f"{filters_of(app)}/{opened.name}",
            kinds=[(title, f"{filters_of(app)}/{name}") for title, name in kinds],
            attributes=list(_attributes(opened)),
            operators=_OPERATORS,
            unary=UNARY,
        )


def _portions(opened: Opened, scope: dict[str, Any]) -> Iterator[ScopePreview]:
    service, app = opened.desk.instep.service, opened.app
    if opened.name == "groups":
        return iter([preview_group_scope(service, app, scope, _NAMED)])
    return preview_scope_in_portions(service, app, scope, _NAMED)


def _attributes(opened: Opened) -> Iterator[str]:
    """The source attributes that a clause can test."""
    find = opened.standard.source_object(WHOM[opened.name].value).find
    for name in opened.source_attributes:
        tested = ScopingFilter("one", (Clause(name, "IS NOT NULL"),))
        if not any(filter_problems([tested], find)):
            yield name
