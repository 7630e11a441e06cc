"""Single steps of a proof that the prover takes in search of one, and the checker takes again."""
