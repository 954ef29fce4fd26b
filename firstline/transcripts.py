"""Writes a conversation as a page to keep: well-formed, readable without us, with nothing in it that runs or loads."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from channels.telegram.markup import html
from conversations.messages import iso
from conversations.rows import Conversation, Message
from handoff.texts import Texts

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem; overflow-wrap: anywhere; }
ol { list-style: none; padding: 0; } li { margin: 1.2rem 0; break-inside: avoid; }
h1, p, h2 { margin: 0 0 .25rem; } h2 { font-size: 1em; } h2 time { font-weight: normal; margin-inline-start: .5em; }
bdi, a { unicode-bidi: isolate; } bdi { display: inline-block; max-width: 100%; }
.said { white-space: pre-wrap; overflow: clip; }
"""
_PAGE = """<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{saved}</p>
{body}
</body>
</html>
"""


class Transcripts:
    """Writes transcripts in the desk's words and at the desk's time."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def page(self, conversation: Conversation, messages: Sequence[Message], now: datetime) -> tuple[str, bytes]:
        """Give a file's name and its content in the conversation's language; files are listed by their names."""
        language, texts = conversation.language, self._texts
        title, name = texts("transcript", language), texts("transcript_file", language)
        if conversation.ticket:
            title += f" · {texts('transcript_ticket', language, ticket=conversation.ticket)}"
        saved = texts("transcript_saved", language, when=texts.stamp(now, language), zone=texts.zone)
        items = "\n".join(self._item(message, language) for message in messages)
        body = f"<ol>\n{items}\n</ol>" if items else f"<p>{_text(texts('transcript_empty', language))}</p>"
        page = _PAGE.format(language=language, title=_text(title), saved=_text(saved), style=_STYLE, body=body)
        of = conversation.ticket or f"{conversation.created_at:%Y-%m-%d}"
        return f"{name}-{of}.html", page.encode()

    def _item(self, message: Message, language: str) -> str:
        who = message.name or self._texts(f"author_{message.author}", language)
        at = self._texts.stamp(message.created_at, language)
        time = f'<time datetime="{iso(message.created_at)}">{_text(at)}</time>'
        head = f'<h2><bdi dir="auto">{_text(who)}</bdi> {time}</h2>'
        return "<li>" + "".join([head, *self._said(message), *self._files(message, language)]) + "</li>"

    def _said(self, message: Message) -> Iterator[str]:
        if message.text:
            ours = message.author in ("bot", "system")
            text = html(_allowed(message.text)) if ours else _text(message.text)
            yield f'<p class="said" dir="auto">{text}</p>'

    def _files(self, message: Message, language: str) -> Iterator[str]:
        for file in message.attachments:
            label = _text(self._texts("attachment", language))
            yield f'<p>{label} <bdi dir="auto">{_text(file["name"])}</bdi></p>'


def _text(said: str) -> str:
    return escape(_allowed(said))


def _allowed(said: str) -> str:
    return _NOT_IN_XML.sub("", said)
