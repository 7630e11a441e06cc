"""Finding derivations: trees of steps as data."""
