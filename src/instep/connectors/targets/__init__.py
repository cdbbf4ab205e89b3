"""Doors to applications."""
