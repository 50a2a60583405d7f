"""Writes over several rows, each a sentence: keyword-only arguments, one transaction."""
