"""Tests of Firstline."""
