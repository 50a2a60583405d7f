"""Retention: who comes back, and how pages age."""
