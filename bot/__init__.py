"""What the bot understands and says: a plain Rasa project, and the assistant that runs it."""

import knowledge_base  # noqa: F401  before NumPy is loaded (knowledge_base/processor.py)
