"""The checker of certificates, which re-verifies what the prover recorded and searches for nothing."""
