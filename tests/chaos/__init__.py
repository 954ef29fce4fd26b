"""Proof of the delivery guarantee: servers die, lines break, and an independent client keeps its own ledger."""
