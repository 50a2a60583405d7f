"""What keeps an event out of the numbers: declared bots, referrer spam, a project's own rules."""
