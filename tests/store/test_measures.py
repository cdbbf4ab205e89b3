"""Are the numbers for monitors those of the store, on each kind of database?"""

from fakes.installation import Installation
from instep.store.measures import MeasureStore


def test_what_a_cycle_did_is_counted(installed: Installation):
    measures = MeasureStore(installed.database)
    before = measures.of([installed.job], measures.link_counts())
    assert (before.users, before.queued_mails, before.jobs[installed.job.id].links) == (0, 0, 0)
    assert before.jobs[installed.job.id].last_cycle is None
    installed.hire_all(["ada", "bob", "eve"])
    installed.assign_all()
    installed.cycle()
    installed.disable("bob")
    installed.delete("eve")
    installed.cycle()
    counted = measures.of([installed.job], measures.link_counts())
    of_job = counted.jobs[installed.job.id]
    assert (counted.users, counted.deleted_users) == (2, 1)
    assert (of_job.links, of_job.active_links, of_job.escrows) == (3, 1, 0)
    assert of_job.last_cycle is not None
    assert (of_job.last_cycle.kind, of_job.last_cycle.state) == ("incremental", "succeeded")
    hour = installed.now.isoformat()[:13]
    entries = measures.entries_in(hour, [installed.job.id])
    assert entries[installed.job.id, "create", "success"] == 3
    assert entries[installed.job.id, "disable", "success"] == 2
    assert measures.entries_before(hour) == {}
    assert measures.are_tables_current()
