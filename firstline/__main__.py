"""Lets `python -m firstline` do what the `firstline` command does."""

from firstline.cli import app

app()
