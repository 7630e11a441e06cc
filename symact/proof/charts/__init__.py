"""Every zero and every sign of a smooth expression on an interval."""
