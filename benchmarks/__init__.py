"""Measures Firstline beside what people would use instead, in one run, as a ratio."""
