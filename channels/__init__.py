"""How people reach us: web widget, Telegram, e-mail; each translates and nothing else."""
