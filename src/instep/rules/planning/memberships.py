"""Which members are to be added to a group of the target, and which taken out: wanted against what was last written?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """One user and one group, as far as an application goes.

    `wanted` is the user's account where it should be a member; `written` is the account that was last written as one.
    `is_certain` is False where a request with it had no answer: then it may be a member, and may be none.
    `is_active` says that the written account is linked and active, so that taking it out is a removal (design.md 3).
    """

    user_id: str
    wanted: str | None
    written: str | None
    is_certain: bool = True
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """Accounts by the users to whom they belong."""

    accounts: tuple[tuple[str, str], ...] = ()

    @property
    def account_ids(self) -> Sequence[str]:
        """The accounts alone."""
        return [account_id for _, account_id in self.accounts]

    def __len__(self) -> int:
        return len(self.accounts)


NOBODY = Members()


@dataclass(frozen=True, slots=True)
class MembershipPlan:
    """What is to be written for some memberships of one group."""

    add: Members
    remove: Members


def plan_memberships(memberships: Iterable[Membership], may_leave: Collection[str] | None) -> MembershipPlan:
    """Return what differs from what was last written; nothing is taken for written without certainty.

    `may_leave` are the users whose active account may be taken out of a group, as it was judged; None are all. An
    account that is no longer linked, or whose user has another one now, is not touched any more.
    """
    add: list[tuple[str, str]] = []
    remove: list[tuple[str, str]] = []
    for each in memberships:
        if each.wanted is not None:
            if each.wanted != each.written or not each.is_certain:
                add.append((each.user_id, each.wanted))
        elif each.written is not None and (not each.is_active or may_leave is None or each.user_id in may_leave):
            remove.append((each.user_id, each.written))
    return MembershipPlan(Members(tuple(add)), Members(tuple(remove)))


def in_parts(members: Members, size: int) -> Iterable[Members]:
    """Yield the members in parts of at most `size`."""
    for start in range(0, len(members.accounts), size):
        yield Members(members.accounts[start : start + size])
