"""Goals and how often they were reached."""
