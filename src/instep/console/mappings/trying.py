"""What does an expression give for somebody, shown while it is typed?"""

from starlette.responses import Response

from instep.admin.mappings.trial import Fails, Gives, Trial, Unsound, try_expression
from instep.console.asked import Asked
from instep.console.mappings.object_mapping import Opened
from instep.directory.errors import NotFound
from instep.rules.mapping.attribute_mapping import TargetAttribute

_LONGEST = 10_000


def try_it(opened: Opened, asked: Asked) -> Response:
    """What the expression of the form gives for the user who was chosen."""
    text, person = asked.field("expression").replace("\r\n", "\n")[: _LONGEST + 1], asked.field("who").strip()
    if not text.strip():
        return _shown(opened, asked, None, "", "Write an expression, and see here what it gives.")
    user_id = _user_id(opened, person)
    if user_id is None:
        said = "Nobody of this name is in the directory." if person else "Choose a user to try the expression on."
        return _shown(opened, asked, None, text, said)
    target = opened.attribute(asked.field("target")) or TargetAttribute(asked.field("target") or "value")
    try:
        trial = try_expression(opened.desk.instep.service, opened.app, text, target, user_id)
    except NotFound as gone:
        return _shown(opened, asked, None, text, str(gone))
    return _shown(opened, asked, trial, text, "")


def _user_id(opened: Opened, person: str) -> str | None:
    if not person:
        return None
    with opened.desk.instep.directory.reading() as reading:
        found = reading.user(person) or next(iter(reading.users_named(person)), None)
    return None if found is None else found.id


def _shown(opened: Opened, asked: Asked, trial: Trial | None, text: str, said: str) -> Response:
    column = trial.column if isinstance(trial, Unsound | Fails) else None
    return opened.desk.frame.fragment(
        asked,
        "provisioning/mappings/trial.html",
        said=said,
        gives=trial if isinstance(trial, Gives) else None,
        problem=trial.message if isinstance(trial, Unsound | Fails) else "",
        is_unsound=isinstance(trial, Unsound),
        used=trial.used if isinstance(trial, Gives | Fails) else {},
        column=column,
        place=None if column is None else (text[: column - 1], text[column - 1 : column], text[column:]),
    )
