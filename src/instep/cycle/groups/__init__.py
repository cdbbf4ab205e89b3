"""The part of a cycle that is about groups: which there are in the target, and who is a member."""
