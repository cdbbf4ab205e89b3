"""Is an account or a group gone, as a read by its id says? It is found by no filter either (decision 102)."""

from collections.abc import Mapping
from functools import partial

from instep.cycle.groups.lookups import group_of
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.lookups import literal_of
from instep.cycle.run import Run
from instep.cycle.turns import Turn
from instep.cycle.walk import listed_account_of
from instep.rules.health.verdicts import BAD_RESPONSE, Done, Failed, NotThere, Verdict, judge_read
from instep.rules.matching.answers import accounts_found
from instep.rules.matching.match import Account, matching_values


async def confirm_account_gone(run: Run, turn: Turn, account_id: str, said: Verdict) -> Verdict:
    """Return what is to be believed of a read by id: a 404 only if nobody is found with what was last written."""
    if not isinstance(said, NotThere):
        return said
    known = _known(turn.wanted, turn.link.last_written if turn.link is not None else {})
    dialect = run.compiled.dialect
    for attribute, value in matching_values(run.compiled.mappings.matching, known):
        if dialect.can_filter(attribute):
            run.counts.reads_because["whether an account is gone"] += 1
            verdict = judge_read(await run.target.find(attribute, literal_of(known, attribute, value)))
            run.take_notice(verdict)
            if not isinstance(verdict, Done):
                return _untold(said, verdict)
            read = partial(listed_account_of, run.compiled)
            return _believed(said, account_id, accounts_found(verdict.resource, read, attribute, value), attribute)
    return said


async def confirm_group_gone(run: Run, turn: GroupTurn, resource_id: str, said: Verdict) -> Verdict:
    """The same of a group."""
    groups = run.compiled.groups
    if not isinstance(said, NotThere) or groups is None:
        return said
    known = _known(turn.wanted, turn.link.last_written if turn.link is not None else {})
    for attribute, value in matching_values(groups.mappings.matching, known):
        run.counts.reads_because["whether a group is gone"] += 1
        verdict = judge_read(await run.target.groups.find(attribute, value))
        run.take_notice(verdict)
        if not isinstance(verdict, Done):
            return _untold(said, verdict)
        found = accounts_found(verdict.resource, partial(group_of, groups), attribute, value)
        return _believed(said, resource_id, found, attribute)
    return said


def _known(wanted: Mapping[str, object], last_written: Mapping[str, object]) -> Mapping[str, object]:
    """What there should be at the target: what was last written; the rest as it is wanted now."""
    return {**wanted, **last_written}


def _untold(said: NotThere, verdict: Verdict) -> Verdict:
    return Failed(BAD_RESPONSE, said.detail) if isinstance(verdict, NotThere) else verdict


def _believed(said: NotThere, its_id: str, found: list[Account] | Failed, attribute: str) -> Verdict:
    if isinstance(found, Failed):
        return found
    if any(account.id == its_id for account in found):
        return Failed(BAD_RESPONSE, f"{said.detail}, though {its_id} is found by its {attribute}")
    return said
