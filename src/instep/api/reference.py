"""What does the reference say of the operations? Made from the operations themselves, so that it cannot differ."""

from collections.abc import Sequence

from instep.api.calls import Operation


def operations_table(operations: Sequence[Operation]) -> str:
    """Return the operations as a table in Markdown, in the order of their addresses."""
    lines = ["| method | address | what | one of these permissions |", "|---|---|---|---|"]
    for each in sorted(operations, key=lambda each: (each.segments, each.method)):
        permissions = ", ".join(f"`{name}`" for name in each.permissions) or "none"
        lines.append(f"| {each.method} | `/{each.address}` | {each.summary} | {permissions} |")
    return "\n".join(lines) + "\n"
