"""What this app keeps: saved filters and exports."""
