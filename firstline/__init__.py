"""Puts Firstline together: the turn, settings, migrations, web application and command line."""
