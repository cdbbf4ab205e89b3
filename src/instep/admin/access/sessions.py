"""Who is signed in at this moment, and how is a session ended from elsewhere?"""

from collections.abc import Sequence

from instep.access.administrators import Administrator
from instep.access.roles import Permission
from instep.access.sessions import Session
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import SignedIn


def sessions_of(access: Access, administrator_id: str | None = None) -> Sequence[tuple[Session, Administrator]]:
    """Return the sessions that are good, of one administrator or of all, the one that was used last first."""
    now = access.clock()
    return [
        (session, administrator)
        for session, administrator in access.sessions.all(administrator_id)
        if not session.is_over(now) and administrator.is_enabled
    ]


def end_session(access: Access, who: SignedIn, digest: bytes) -> bool:
    """End a session; return False where it is none of one's own and one may not manage administrators."""
    found = access.sessions.find(digest)
    if found is None:
        return True  # whoever ended it was quicker
    session, whose = found
    is_own = whose.id == who.administrator.id
    if not is_own and Permission.MANAGE_ADMINISTRATORS not in who.administrator.permissions:
        return False
    access.sessions.end(session, whose.user_name, access.clock(), who.administrator.user_name)
    return True


def end_sessions(access: Access, administrator: Administrator, actor: str) -> int:
    """Sign an administrator out everywhere; return of how many browsers."""
    good = sessions_of(access, administrator.id)
    for session, whose in good:
        access.sessions.end(session, whose.user_name, access.clock(), actor)
    return len(good)
