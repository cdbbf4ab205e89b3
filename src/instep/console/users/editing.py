"""How are users made and changed, disabled and enabled, deleted and brought back?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from instep.admin import groups, typed_users, users
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.console.frame import Frame
from instep.console.paths import from_path, in_path
from instep.console.users.fields import YES, FieldGroup, field_groups, form_of, typed_texts
from instep.console.users.user import user_name
from instep.directory.errors import DirectoryError
from instep.directory.ports import Directory
from instep.directory.users import User
from instep.wiring import Instep

_Act = Callable[[Directory, str, str, datetime], object]
REFUSED = 422


@dataclass(frozen=True, slots=True)
class UserEditing:
    """The forms of users, and what their commands do."""

    instep: Instep
    frame: Frame

    def new(self, asked: Asked) -> Response:
        """An empty form."""
        return self._new(asked, Form({"accountEnabled": YES}))

    def create(self, asked: Asked) -> Response:
        """Make the user who was typed."""
        fields = field_groups(None)
        form = _typed(asked, fields)
        instep = self.instep
        made = typed_users.add_user(
            instep.directory, typed_texts(form, fields), instep.new_id, asked.actor, instep.clock()
        )
        if isinstance(made, typed_users.Refused):
            return self._new(asked, Form(form.texts, made.problems), REFUSED)
        user = made.user
        return self.frame.redirect(asked, f"/users/{in_path(user.id)}", f"{_name(user)} was created.")

    def edit(self, asked: Asked) -> Response:
        """A form with what the user has."""
        details = users.show_user(self.instep.directory, from_path(asked.path("user")))
        return self._edit(asked, details.user, form_of(details.user, details.manager))

    def save(self, asked: Asked) -> Response:
        """Change the user to what was typed."""
        instep, user_id = self.instep, from_path(asked.path("user"))
        user = users.show_user(instep.directory, user_id).user
        fields = field_groups(user)
        form = _typed(asked, fields)
        saved = typed_users.save_user(instep.directory, user_id, typed_texts(form, fields), asked.actor, instep.clock())
        if isinstance(saved, typed_users.Refused):
            return self._edit(asked, user, Form(form.texts, saved.problems), REFUSED)
        said = "was saved" if saved.changes else "is as before: nothing was different"
        return self.frame.redirect(asked, f"/users/{in_path(user_id)}", f"{_name(saved.user)} {said}.")

    def disable(self, asked: Asked) -> Response:
        """Block the user."""
        return self._act(
            asked, users.disable_user, "{} is disabled: no application has an active account for them soon."
        )

    def enable(self, asked: Asked) -> Response:
        """Let the user in again."""
        return self._act(asked, users.enable_user, "{} is enabled again.")

    def delete(self, asked: Asked) -> Response:
        """Move the user to the recycle bin."""
        return self._act(asked, users.delete_user, "{} was deleted, and can be restored for 30 days.", "/users")

    def restore(self, asked: Asked) -> Response:
        """Take the user out of the recycle bin."""
        return self._act(asked, users.restore_deleted_user, "{} was restored.")

    def purge(self, asked: Asked) -> Response:
        """Delete the user for good."""
        return self._act(asked, users.purge_user, "{} was deleted for good.", "/users/deleted")

    def join(self, asked: Asked) -> Response:
        """Make the user a member of a group."""
        instep, user_id, named = self.instep, from_path(asked.path("user")), asked.field("group")
        back = f"/users/{in_path(user_id)}/groups"
        try:
            done = groups.add_member(instep.directory, named, user_id, asked.actor, instep.clock())
        except DirectoryError as refusal:
            return self.frame.redirect(asked, back, f"Nothing was changed. {refusal}")
        said = "is a member of" if done.outcome is groups.Membership.CHANGED else "was a member already of"
        return self.frame.redirect(asked, back, f"{user_name(instep, user_id)} {said} {done.group.display_name}.")

    def leave(self, asked: Asked) -> Response:
        """End a direct membership."""
        instep, user_id = self.instep, from_path(asked.path("user"))
        done = groups.remove_member(instep.directory, asked.field("group"), user_id, asked.actor, instep.clock())
        said = f"{user_name(instep, user_id)} is not a member of {done.group.display_name} any more."
        return self.frame.redirect(asked, f"/users/{in_path(user_id)}/groups", said)

    def _act(self, asked: Asked, act: _Act, said: str, then: str = "") -> Response:
        user_id = from_path(asked.path("user"))
        name = user_name(self.instep, user_id)
        act(self.instep.directory, user_id, asked.actor, self.instep.clock())
        return self.frame.redirect(asked, then or f"/users/{in_path(user_id)}", said.format(name))

    def _new(self, asked: Asked, form: Form, http_status: int = 200) -> Response:
        fields = field_groups(None)
        return self.frame.page(
            asked, "users/edit.html", http_status, title="New user", form=form, groups=fields, user=None, at="/users"
        )

    def _edit(self, asked: Asked, user: User, form: Form, http_status: int = 200) -> Response:
        at = f"/users/{in_path(user.id)}"
        return self.frame.page(
            asked,
            "users/edit.html",
            http_status,
            title=f"Edit {_name(user)}",
            form=form,
            groups=field_groups(user),
            user=user,
            at=at,
        )


def _typed(asked: Asked, fields: list[FieldGroup]) -> Form:
    return filled((field.name for group in fields for field in group.fields), asked.form)


def _name(user: User) -> str:
    return str(user.attributes.get("displayName") or user.user_principal_name)
