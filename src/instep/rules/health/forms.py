"""Has a person whom nobody knows an id and a name like the others', or do they look like another column's?

Where the texts of a row stand one column further, the row is about somebody else by its key: a stranger comes, and the
person whom the row is really about is missing. The forms of the keys give that away.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NEARLY_ALL = 0.9

_GUID = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Form(StrEnum):
    """How an id or a name is written, as it reads on from "is"."""

    GUID = "a GUID"
    NUMBER = "a number"
    ADDRESS = "of the form name@domain"
    OTHER = "of no such form"


@dataclass(frozen=True, slots=True)
class Customs:
    """The forms that nearly all known ids and names have; None where they differ, or nobody is known."""

    of_ids: Form | None = None
    of_names: Form | None = None

    def oddities(self, user_id: str | None, name: str | None) -> tuple[str, ...]:
        """Say what is odd about the keys of somebody who is not known; nothing where none is."""
        said = []
        if user_id is not None and not _fits(form_of(user_id), self.of_ids):
            is_none = self.of_ids is Form.OTHER
            custom = (
                "hardly one in the directory is" if is_none else f"nearly every one in the directory is {self.of_ids}"
            )
            said.append(f"its id {_shown(user_id)} is {form_of(user_id)}, and {custom}")
        if name is not None and self.of_names is Form.ADDRESS and form_of(name) is not Form.ADDRESS:
            said.append(f"its userPrincipalName {_shown(name)} is not {Form.ADDRESS}, as nearly every one is")
        return tuple(said)

    def are_shifted(self, user_id: str | None, name: str | None) -> bool:
        """Say whether a name surely stands in the column of ids, and something else in that of names."""
        has_both = user_id is not None and name is not None
        return has_both and len(self.oddities(user_id, name)) == 2 and form_of(str(user_id)) is Form.ADDRESS


def form_of(text: str) -> Form:
    """Return the form of an id or a name."""
    if _GUID.fullmatch(text):
        return Form.GUID
    if text.isascii() and text.isdigit():
        return Form.NUMBER
    return Form.ADDRESS if _ADDRESS.fullmatch(text) else Form.OTHER


def customs_of(keys: Iterable[tuple[str, str]]) -> Customs:
    """Return the customs among the ids and names of those who are known."""
    ids: Counter[Form] = Counter()
    names: Counter[Form] = Counter()
    for user_id, name in keys:
        ids[form_of(user_id)] += 1
        names[form_of(name)] += 1
    return Customs(_nearly_all(ids), _nearly_all(names))


def _nearly_all(forms: Counter[Form]) -> Form | None:
    for form, count in forms.most_common(1):
        if count >= NEARLY_ALL * forms.total():
            return form
    return None


def _fits(form: Form, custom: Form | None) -> bool:
    """Whether an id may be so written; ids of no special form may come in any but that of a name."""
    if custom is None or form is custom:
        return True
    return custom is Form.OTHER and form is not Form.ADDRESS


def _shown(text: str) -> str:
    return f"'{text if len(text) <= 60 else text[:60] + '...'}'"
