"""What the bot understands and says: a plain Rasa project, and the assistant that runs it."""
