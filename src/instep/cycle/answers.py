"""What does the target's answer to a write say, and whose is the account in it?"""

from instep.cycle.turns import Turn
from instep.rules.health.outcomes import Answer, Outcome
from instep.rules.health.verdicts import Done, Failed, Verdict, judge_write
from instep.rules.planning.plan import Operation, OperationKind

MOST_BYTES_KEPT = 64 * 1024  # of an answer that waits to be judged with others


def can_wait(outcome: Outcome) -> bool:
    """Whether an answer may be judged later, with others of its batch.

    Whatever a success says in its body concerns one user alone (rules.health.verdicts); all else may stop the run.
    """
    return type(outcome) is Answer and 200 <= outcome.status < 300 and len(outcome.body) <= MOST_BYTES_KEPT


def judge_answer(turn: Turn, operation: Operation, outcome: Outcome, claims: dict[str, str]) -> Verdict:
    """Judge what came of a turn's operation, and take a new account for its user.

    `claims` are accounts that are taken, by their users. A target that answers with another user's is not believed.
    """
    return take(turn, operation, judge_write(operation.kind, outcome, operation.account_id), claims)


def take(turn: Turn, operation: Operation, verdict: Verdict, claims: dict[str, str]) -> Verdict:
    """Take the account that a create was answered with for its user, unless another has it; return the verdict then."""
    if type(verdict) is not Done or operation.kind is not OperationKind.CREATE:
        return verdict
    account_id = str(verdict.resource["id"]) if verdict.resource is not None else ""
    owner_id = claims.setdefault(account_id, turn.user.id)
    return verdict if owner_id == turn.user.id else another_users_account(account_id, owner_id)


def another_users_account(account_id: str, owner_id: str) -> Failed:
    """Return the verdict on an answer whose account is somebody else's."""
    detail = f"the target answered with the account {account_id}, which is the one of another user, {owner_id}"
    return Failed("SystemForCrossDomainIdentityManagementBadResponse", detail)
