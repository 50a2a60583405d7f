"""Who is there now: counts of the last hours that the workers keep in Redis, and their reading."""
