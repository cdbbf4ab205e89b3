"""How is an application added: the gallery is searched, a name is given, and there it is?"""

from collections.abc import Callable

from starlette.responses import Response

from instep.admin.applications import add_app
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.lists import page_of, selection_of
from instep.console.phrases import counted
from instep.directory.errors import BadValue, NameTaken
from instep.gallery.template import Template, TemplateSummary, UnknownTemplate
from instep.gallery.templates import CUSTOM_SCIM, load_template, search

CARDS_A_PAGE = 24
_FIRST = ("proxyclick", CUSTOM_SCIM)  # before anything is searched


def search_gallery(desk: Desk, asked: Asked) -> Response:
    """The page *New application*."""
    selection = selection_of(asked.request, "q")
    found = list(search(selection.word("q")))
    if not selection.word("q"):
        found.sort(key=lambda each: _FIRST.index(each.id) if each.id in _FIRST else len(_FIRST))
    places = {each.id: place for place, each in enumerate(found)}
    rows = _beside(found, places, selection.after, selection.before)
    words = counted(len(found), "application") + ("" if selection.is_filtered else " in the gallery")
    listed = page_of(selection, rows, [each.id for each in rows], words, CARDS_A_PAGE)
    return desk.frame.page(asked, "apps/gallery.html", title="New application", listed=listed)


def offer(desk: Desk, asked: Asked) -> Response:
    """What the gallery knows of one application, and the form that adds it."""
    return _with_template(desk, asked, lambda template: _offered(desk, asked, template, Form({"name": template.name})))


def add(desk: Desk, asked: Asked) -> Response:
    """Add it under a name."""
    return _with_template(desk, asked, lambda template: _added(desk, asked, template))


def _added(desk: Desk, asked: Asked, template: Template) -> Response:
    instep, form = desk.instep, filled(["name"], asked.form)
    try:
        app, _ = add_app(instep.applications, template.id, form.text("name"), instep.clock, instep.new_id, asked.actor)
    except (BadValue, NameTaken) as refusal:
        return _offered(desk, asked, template, form.with_problem("name", str(refusal)))
    mappings = counted(len(template.user_mappings), "attribute mapping")
    return desk.frame.redirect(asked, address(app), f"{app.name} was added, with {mappings} and its app roles.")


def _offered(desk: Desk, asked: Asked, template: Template, form: Form) -> Response:
    status = 422 if form.is_refused else 200
    return desk.frame.page(asked, "apps/offer.html", status, title=template.name, template=template, form=form)


def _with_template(desk: Desk, asked: Asked, answer: Callable[[Template], Response]) -> Response:
    try:
        template = load_template(asked.path("template"))
    except UnknownTemplate as unknown:
        return desk.frame.page(asked, "apps/not_there.html", 404, title="Not in the gallery", reason=str(unknown))
    return answer(template)


def _beside(found: list[TemplateSummary], places: dict[str, int], after: str, before: str) -> list[TemplateSummary]:
    """One row more than a page, in the order of the search."""
    if before:
        return found[: places.get(before, 0)][-CARDS_A_PAGE - 1 :]
    return found[places.get(after, -1) + 1 :][: CARDS_A_PAGE + 1]
