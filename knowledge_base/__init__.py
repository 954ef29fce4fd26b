"""What the bot knows: articles in YAML, loaded, checked, embedded and searched."""

from knowledge_base.processor import settle

settle()  # before any module of this package loads NumPy
