"""Funnels: how far people get on the way to a goal."""
