"""A project's data to take along: statistics and events as files, and the whole project as an archive."""
