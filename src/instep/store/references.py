"""Whose account refers to another's: which managers must come first, and whose reference is not written yet?"""

from collections.abc import Sequence

from instep.ledger.cycles import CycleKind
from instep.store.turns import entering

_UNLINKED = """NOT EXISTS (SELECT 1 FROM links k WHERE k.job_id = :job AND k.target_identity = :identity
                           AND k.user_id = u.id)"""


def managers_to_come(kind: CycleKind, entitled: str) -> str:
    """Return the query for (manager, their own manager): those without an account, of whose reports it is the turn."""
    if kind.has_turns:
        return f"""
            SELECT u.id, u.manager_id FROM turns t JOIN users u ON u.id = t.user_id
            WHERE t.cycle_id = :cycle AND u.deleted_at IS NULL AND {_UNLINKED}
              AND EXISTS (SELECT 1 FROM users r JOIN turns s ON s.cycle_id = :cycle AND s.user_id = r.id
                          WHERE r.manager_id = u.id)"""
    # Whether it is the reports' turn is not asked: nearly always it is, and one too many costs nothing.
    return f"""
        SELECT u.id, u.manager_id FROM users u
        WHERE EXISTS (SELECT 1 FROM users r WHERE r.manager_id = u.id) AND {_UNLINKED} AND {entering(entitled)}"""


def owing_references(kind: CycleKind, targets: Sequence[str]) -> str:
    """Return the query for the users whose account does not say their manager's account in one of these targets.

    In an incremental cycle only those whose manager had a turn can be among them. Whoever is in escrow is decided
    again with everything else.
    """
    differs = " OR ".join(
        "1 = 1" if '"' in target else f"coalesce(json_extract(l.last_written, :target{number}), '') <> m.account_id"
        for number, target in enumerate(targets)
    )
    managed = "links l JOIN users u ON u.id = l.user_id"
    if kind.has_turns:
        managed = """turns t JOIN users u ON u.manager_id = t.user_id AND t.cycle_id = :cycle
            JOIN links l ON l.user_id = u.id"""
    return f"""
        SELECT u.id, u.attributes, u.manager_id, u.deleted_at FROM {managed}
        JOIN links m ON m.job_id = :job AND m.target_identity = :identity AND m.user_id = u.manager_id
        WHERE l.job_id = :job AND l.target_identity = :identity AND l.user_id > :after AND ({differs})
          AND NOT EXISTS (SELECT 1 FROM escrows e WHERE e.job_id = :job AND e.user_id = u.id)
        ORDER BY u.id LIMIT :limit"""


def target_parameters(targets: Sequence[str]) -> dict[str, str]:
    """Return what `owing_references` is bound to besides; a target with a quote in it is not asked for by path."""
    return {f"target{number}": f'$."{target}"' for number, target in enumerate(targets) if '"' not in target}
