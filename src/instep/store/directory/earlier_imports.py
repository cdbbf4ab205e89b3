"""What did earlier snapshots say and do, as far as the judgement of the next one needs it?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from instep.clock import from_text, to_text
from instep.directory.imports import ImportMode
from instep.store.directory.import_records import report_from_json
from instep.store.tables.directory import imports

_IS_APPLIED_SNAPSHOT = and_(imports.c.state == "applied", imports.c.mode == ImportMode.SNAPSHOT.value)


@dataclass(frozen=True, slots=True)
class Earlier:
    """instep.directory.ports.EarlierImports in one transaction."""

    connection: Connection

    def in_doubt_since(self) -> datetime | None:
        """Return when the first of the latest snapshots began whose removals were all held; None: the last was not."""
        snapshots = select(imports.c.begun_at, imports.c.result).where(_IS_APPLIED_SNAPSHOT)
        since: str | None = None
        for begun_at, result in self.connection.execute(snapshots.order_by(imports.c.begun_at.desc(), imports.c.id)):
            if not report_from_json(result).removals_held:
                break
            since = begun_at
        return None if since is None else from_text(since)

    def count_removed_since(self, moment: datetime) -> int:
        """Return how many users snapshots have removed since then."""
        query = select(imports.c.result).where(imports.c.state == "applied", imports.c.ended_at > to_text(moment))
        return sum(report_from_json(text).removed for text in self.connection.execute(query).scalars())

    def latest_version(self, file_name: str) -> int | None:
        """Return the highest version at which an applied snapshot has read a source of that name."""
        query = select(func.max(imports.c.version)).where(_IS_APPLIED_SNAPSHOT, imports.c.file_name == file_name)
        version: int | None = self.connection.execute(query).scalar_one()
        return version

    def replaced_since(self, fingerprint: str) -> datetime | None:
        """Return when a snapshot last began that said the same, if others have been applied since; else None."""
        last = select(func.max(imports.c.begun_at)).where(_IS_APPLIED_SNAPSHOT)
        newest, same = self.connection.execute(
            select(last.scalar_subquery(), last.where(imports.c.fingerprint == fingerprint).scalar_subquery())
        ).one()
        return from_text(same) if same is not None and same < newest else None
