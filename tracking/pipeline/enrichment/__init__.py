"""What is learned from one text: a URL, a user agent, a referrer, a time zone. Pure functions behind bounded caches."""
