"""What was typed into a form, and what is wrong with it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Form:
    """The texts and problems of the fields by their names; `problem` is of the form as a whole.

    A page shows it with the macros of components/forms.html: a form that was refused keeps all that was typed.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether anything is to be put right."""
        return bool(self.problem or self.problems)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.texts.get(name, "")

    def with_problem(self, name: str, problem: str) -> "Form":
        """Return the form with what is wrong with a field; "" stands for the whole form."""
        if not name:
            return Form(self.texts, self.problems, problem)
        return Form(self.texts, {**self.problems, name: problem}, self.problem)


def filled(names: Iterable[str], typed: Mapping[str, object]) -> Form:
    """Return what was typed into these fields, as it was typed."""
    texts = {name: typed.get(name, "") for name in names}
    return Form({name: text if isinstance(text, str) else "" for name, text in texts.items()})
