"""What do the administrator's use cases need of whatever keeps applications, jobs and the logs? One module a port."""

from instep.admin.ports.applications import Applications, RoleNames, SchemaMoved
from instep.admin.ports.doors import Door, OpenTarget
from instep.admin.ports.drift import DriftQuery, Drifts
from instep.admin.ports.history import History
from instep.admin.ports.jobs import JobIsRunning, JobIsStopped, Jobs, OnDemandIsRunning
from instep.admin.ports.plans import PlannedQuery, Plans
from instep.admin.ports.reports import (
    BEFORE_THE_FIRST_CYCLE,
    AuditQuery,
    CycleReport,
    KeptLink,
    LeftOpen,
    LoggedUser,
    LogQuery,
    Milestones,
    Pruned,
)

__all__ = [
    "BEFORE_THE_FIRST_CYCLE",
    "Applications",
    "AuditQuery",
    "CycleReport",
    "Door",
    "DriftQuery",
    "Drifts",
    "History",
    "JobIsRunning",
    "JobIsStopped",
    "Jobs",
    "KeptLink",
    "LeftOpen",
    "LogQuery",
    "LoggedUser",
    "Milestones",
    "OnDemandIsRunning",
    "OpenTarget",
    "PlannedQuery",
    "Plans",
    "Pruned",
    "RoleNames",
    "SchemaMoved",
]
