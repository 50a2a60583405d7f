"""Campaigns: what tagged links brought."""
