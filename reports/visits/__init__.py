"""Visits one by one."""
