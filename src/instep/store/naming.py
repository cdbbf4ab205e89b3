"""What are a user and a group called at this moment, of whom only the id is known?"""

from sqlalchemy import Connection, func, select

from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.store.tables.directory import groups, users


def user_name(connection: Connection, user_id: str) -> str:
    """Return the userPrincipalName, also of a deleted user; the id of one who is not known."""
    name = func.json_extract(users.c.attributes, "$.userPrincipalName")
    return connection.execute(select(name).where(users.c.id == user_id)).scalar() or user_id


def group_name(connection: Connection, group_id: str) -> str:
    """Return the display name, also of a deleted group; the id of one that is not known."""
    if group_id == ALL_USERS_GROUP_ID:
        return ALL_USERS_NAME
    return connection.execute(select(groups.c.display_name).where(groups.c.id == group_id)).scalar() or group_id
