"""The layouts of the database, one after another, and what brings it to the newest."""
