"""Tests of the agents' console against a server that keeps the contract and sometimes fails."""
