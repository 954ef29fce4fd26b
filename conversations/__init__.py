"""The record: what was said, in which order, and who answers next."""
