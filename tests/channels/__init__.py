"""The channels against what they speak to."""
