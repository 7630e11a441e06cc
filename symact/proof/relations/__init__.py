"""Equations and inequalities: proved, refuted at an exact point, or undecided."""
