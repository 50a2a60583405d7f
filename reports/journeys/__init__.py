"""Journeys: where people go from a page, and where they came from."""
