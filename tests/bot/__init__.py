"""Tests of what the bot understands and says."""
