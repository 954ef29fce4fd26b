"""What the bot does about each message: small actions, run by Firstline's workers or by `rasa run actions`."""
