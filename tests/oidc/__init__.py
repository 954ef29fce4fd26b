"""Signing in by OpenID Connect, at a real provider that runs beside the test."""
