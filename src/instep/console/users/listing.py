"""Which users are there, and which of them are deleted?"""

from dataclasses import dataclass

from starlette.responses import Response

from instep.console.asked import Asked
from instep.console.frame import Frame
from instep.console.lists import selection_of
from instep.console.phrases import counted
from instep.console.places import COUNTED_AT_MOST, found_in_words, listed
from instep.directory.listing import UserQuery
from instep.directory.users import RECYCLE_BIN_DAYS
from instep.wiring import Instep

SUGGESTED = 8
_STATUS = {"enabled": True, "disabled": False}


@dataclass(frozen=True, slots=True)
class UserLists:
    """The lists of users."""

    instep: Instep
    frame: Frame

    def users(self, asked: Asked) -> Response:
        """Everyone who is live, or whoever is looked for."""
        selection = selection_of(asked.request, "q", "status", "department")
        query = UserQuery(
            selection.word("q"), _STATUS.get(selection.word("status")), department=selection.word("department")
        )
        with self.instep.directory.reading() as reading:
            lists = reading.lists
            if query.is_everyone:
                found = counted(reading.count_live_users(), "user")
            else:
                found = found_in_words(
                    lists.count_users(query, COUNTED_AT_MOST + 1), "user is found", "users are found"
                )
            page = listed(
                selection,
                lambda place, limit: lists.users_after(query, place, limit),
                lambda place, limit: lists.users_before(query, place, limit),
                lambda row: row.place,
                found,
            )
        return self.frame.page(asked, "users/list.html", title="Users", listed=page)

    def deleted(self, asked: Asked) -> Response:
        """Everyone in the recycle bin, those deleted last first."""
        selection = selection_of(asked.request, "q")
        with self.instep.directory.reading() as reading:
            lists = reading.lists
            page = listed(
                selection,
                lambda place, limit: lists.deleted_users(selection.word("q"), place, limit),
                lambda place, limit: lists.deleted_users_before(selection.word("q"), place, limit),
                lambda row: row.place,
                counted(lists.count_deleted_users(), "deleted user"),
            )
        return self.frame.page(
            asked, "users/deleted.html", title="Deleted users", listed=page, kept_days=RECYCLE_BIN_DAYS
        )

    def suggestions(self, asked: Asked) -> Response:
        """Whoever may be meant by what was typed so far, for a field that names a user."""
        typed = asked.query("who") or asked.query("manager")
        with self.instep.directory.reading() as reading:
            found = reading.lists.users_after(UserQuery(typed), None, SUGGESTED) if typed else []
        return self.frame.fragment(asked, "users/suggestions.html", users=[each.user for each in found])
