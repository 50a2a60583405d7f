"""Broken pages: what was asked for and is not there."""
