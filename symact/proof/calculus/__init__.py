"""Derivatives, limits, integrals and expectations, each carried out with proof."""
