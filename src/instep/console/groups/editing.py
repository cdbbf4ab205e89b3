"""How are groups made, changed and deleted, and how do users and groups come into them?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from instep.admin import groups, typed_groups
from instep.admin.groups import MemberEdit, Membership, find_group
from instep.admin.typed_users import Refused
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.paths import from_path, in_path
from instep.directory.attributes import AttributeValue
from instep.directory.errors import DirectoryError
from instep.directory.groups import DISPLAY_NAME, Group, require_editable
from instep.directory.ports import Directory
from instep.wiring import Instep

REFUSED = 422
YES = "yes"
TEXTS = (DISPLAY_NAME, "description", "mailNickname", "mail")
CHECKS = ("securityEnabled", "mailEnabled")
_Change = Callable[[Directory, str, str, str, datetime], MemberEdit]


@dataclass(frozen=True, slots=True)
class GroupEditing:
    """The forms of groups, and what their commands do."""

    instep: Instep
    frame: Frame

    def new(self, asked: Asked) -> Response:
        """An empty form."""
        return self._form(asked, Form({"securityEnabled": YES}), None)

    def create(self, asked: Asked) -> Response:
        """Make the group that was typed."""
        form, instep = filled((*TEXTS, *CHECKS), asked.form), self.instep
        made = typed_groups.add_group(instep.directory, _texts(form), instep.new_id, asked.actor, instep.clock())
        if isinstance(made, Refused):
            return self._form(asked, Form(form.texts, made.problems), None)
        said = f"{made.group.display_name} was created. Add its members next."
        return self.frame.redirect(asked, f"/groups/{in_path(made.group.id)}/members", said)

    def edit(self, asked: Asked) -> Response:
        """A form with what the group has."""
        group = self._group(asked)
        require_editable(group)
        texts = {name: _text(value) for name, value in group.attributes.items()}
        return self._form(asked, Form({**texts, DISPLAY_NAME: group.display_name}), group)

    def save(self, asked: Asked) -> Response:
        """Change the group to what was typed."""
        group, instep = self._group(asked), self.instep
        form = filled((*TEXTS, *CHECKS), asked.form)
        saved = typed_groups.save_group(instep.directory, group.id, _texts(form), asked.actor, instep.clock())
        if isinstance(saved, Refused):
            return self._form(asked, Form(form.texts, saved.problems), group)
        said = "was saved" if saved.changes else "is as before: nothing was different"
        return self.frame.redirect(asked, f"/groups/{in_path(group.id)}", f"{saved.group.display_name} {said}.")

    def delete(self, asked: Asked) -> Response:
        """Delete the group for good."""
        gone = groups.delete_group(self.instep.directory, self._group(asked).id, asked.actor, self.instep.clock())
        return self.frame.redirect(asked, "/groups", f"The group {gone.display_name} was deleted.")

    def add_member(self, asked: Asked) -> Response:
        """Make a user a direct member."""
        return self._change(
            asked, groups.add_member, asked.field("who"), ("is a member now", "was a member already"), "/members"
        )

    def remove_member(self, asked: Asked) -> Response:
        """End a direct membership."""
        words = ("is not a member any more", "was no member")
        return self._change(asked, groups.remove_member, asked.field("who"), words, "/members")

    def nest(self, asked: Asked) -> Response:
        """Make another group a direct member."""
        return self._change(asked, groups.nest_group, asked.field("nested"), ("is in it now", "was in it already"), "")

    def unnest(self, asked: Asked) -> Response:
        """Take another group out."""
        return self._change(
            asked, groups.unnest_group, asked.field("nested"), ("is not in it any more", "was not in it"), ""
        )

    def _change(self, asked: Asked, change: _Change, who: str, words: tuple[str, str], tab: str) -> Response:
        group_id = from_path(asked.path("group"))
        try:
            done = change(self.instep.directory, group_id, who, asked.actor, self.instep.clock())
            said = f"{done.name} {words[0] if done.outcome is Membership.CHANGED else words[1]}."
        except DirectoryError as refusal:
            said = f"Nothing was changed. {refusal}"
        return self.frame.redirect(asked, f"/groups/{in_path(group_id)}{tab}", said)

    def _form(self, asked: Asked, form: Form, group: Group | None) -> Response:
        at = "/groups" if group is None else f"/groups/{in_path(group.id)}"
        title = "New group" if group is None else f"Edit {group.display_name}"
        return self.frame.page(
            asked, "groups/edit.html", REFUSED if form.is_refused else 200, title=title, form=form, group=group, at=at
        )

    def _group(self, asked: Asked) -> Group:
        with self.instep.directory.reading() as reading:
            return find_group(reading, from_path(asked.path("group")))


def _texts(form: Form) -> Mapping[str, str]:
    checked = {name: "true" if form.text(name) == YES else "false" for name in CHECKS}
    return {**{name: form.text(name) for name in TEXTS}, **checked}


def _text(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    return "; ".join(value) if isinstance(value, tuple) else value
