"""Upgrades, backups and starts beside each other, on both databases."""
