"""What the bot knows: articles in YAML, loaded, checked, embedded and searched."""
