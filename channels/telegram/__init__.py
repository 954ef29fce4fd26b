"""Telegram, by long polling: what visitors write goes to the desk, what the desk says goes to their chats."""

from channels.telegram.channel import Telegram

__all__ = ["Telegram"]
