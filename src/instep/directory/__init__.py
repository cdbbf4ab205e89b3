"""Who is there? Users, groups with direct members, managers, and the log of every change; values and rules, no SQL."""
