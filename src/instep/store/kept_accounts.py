"""Where are the accounts that a walk through the target has read, until users were matched with them?"""

from collections.abc import Collection, Mapping, Sequence

import orjson
from sqlalchemy import Connection, text

from instep.ledger.jobs import Job
from instep.rules.matching.match import Account
from instep.store.bulk import ids_text


def keep_accounts(connection: Connection, job: Job, accounts: Sequence[Account], attributes: Sequence[str]) -> int:
    """Keep accounts, findable by these attributes; return how many were not kept before."""
    rows = [
        {
            "job": job.id,
            "account": account.id,
            "attribute": name,
            "key": str(account.values.get(name, "")).casefold(),
            "values": orjson.dumps(account.values).decode(),
        }
        for account in accounts
        for name in attributes
    ]
    ids = {account.id for account in accounts}
    kept = """SELECT count(DISTINCT account_id) FROM target_accounts WHERE job_id = :job
              AND account_id IN (SELECT value FROM json_each(:ids))"""
    before = int(connection.execute(text(kept), {"job": job.id, "ids": ids_text(ids)}).scalar_one())
    if rows:
        connection.execute(
            text("""INSERT INTO target_accounts (job_id, account_id, attribute, value_key, account_values)
                    VALUES (:job, :account, :attribute, :key, :values) ON CONFLICT DO NOTHING"""),
            rows,
        )
    return len(ids) - before


def kept_accounts(
    connection: Connection, job: Job, attribute: str, value_keys: Collection[str]
) -> Mapping[str, Sequence[Account]]:
    """Return the kept accounts by their casefolded value of an attribute."""
    query = """
        SELECT value_key, account_id, account_values FROM target_accounts WHERE job_id = :job
        AND attribute = :attribute AND value_key IN (SELECT value FROM json_each(:ids)) ORDER BY account_id"""
    found: dict[str, list[Account]] = {}
    values = {"job": job.id, "attribute": attribute, "ids": ids_text(value_keys)}
    for key, account_id, account_values in connection.execute(text(query), values):
        found.setdefault(key, []).append(Account(account_id, orjson.loads(account_values)))
    return found


def forget_accounts(connection: Connection, job: Job) -> None:
    """Empty what was kept."""
    connection.execute(text("DELETE FROM target_accounts WHERE job_id = :job"), {"job": job.id})
