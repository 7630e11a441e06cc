"""Exact reasoning about real expressions: nothing above this room decides a fact on its own."""
