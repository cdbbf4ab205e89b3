"""Are the creates or the updates of a whole cycle too many, or do they need an approval?"""

from collections.abc import Mapping

from instep.ledger.jobs import Approval, JobSettings
from instep.rules.health.budgets import Budgeted, Judgement, Limit, judge

JUDGED = (Budgeted.CREATES, Budgeted.UPDATES)


def is_judged_as_a_whole(settings: JobSettings) -> bool:
    """Whether creates or updates have a budget or need an approval; else no cycle is planned before it is written."""
    has_budget = any(_limit(settings, budgeted) is not None for budgeted in JUDGED)
    return has_budget or settings.approval is Approval.REQUIRED


def judge_as_a_whole(
    settings: JobSettings, population: int, planned: Mapping[Budgeted, int], spent: Mapping[Budgeted, int]
) -> dict[Budgeted, Judgement]:
    """Judge what is planned, after what the cycle has spent already; what has no budget is left out.

    `population` are the active accounts, of which a percentage is taken.
    """
    if settings.approval is Approval.REQUIRED:
        return {budgeted: Judgement(0, planned.get(budgeted, 0), needs_approval=True) for budgeted in JUDGED}
    judged = {
        budgeted: judge(_limit(settings, budgeted), population, planned.get(budgeted, 0), spent.get(budgeted, 0))
        for budgeted in JUDGED
    }
    return {budgeted: judgement for budgeted, judgement in judged.items() if judgement is not None}


def _limit(settings: JobSettings, budgeted: Budgeted) -> Limit | None:
    return settings.creates if budgeted is Budgeted.CREATES else settings.updates
