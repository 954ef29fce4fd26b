"""Rasa graph components: what the pipeline in bot/config.yml is made of."""
