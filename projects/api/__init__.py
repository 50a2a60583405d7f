"""The management API: projects, their keys, organizations."""
