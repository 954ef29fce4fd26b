"""A stand-in for Telegram's servers: speaks the Bot API over HTTP, refuses what they refuse, fails when told to.

https://core.telegram.org/bots/api
"""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from html import unescape
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

TOKEN = "4711:a-token-only-we-know"
BOT = {"id": 4711, "is_bot": True, "first_name": "Help desk", "username": "help_desk_bot"}
_NUMBERS = ("chat_id", "offset", "timeout", "message_id", "reply_markup", "allowed_updates", "show_alert")
Served = TypeVar("Served", bound="Peer")
Trouble = Callable[[Mapping[str, Any]], bool]


class Refusal(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        self.code, self.description, self.parameters = code, description, parameters


class Lost(Response):
    """A connection that breaks before the answer is through."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise an answer and break off."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def shown(html: str) -> str:
    """Read HTML as Telegram does: a few tags that close again, everything else has to be escaped."""
    if re.search(r"&(?!(lt|gt|amp|quot);)", html):
        raise Refusal(400, "Bad Request: can't parse entities: unsupported entity")
    opened: list[str] = []
    for tag in re.findall(r"<([^>]*>?)", html):
        if re.fullmatch(r'b>|a href="[^"<>]+">', tag):
            opened.append(tag[0])
        elif not (re.fullmatch(r"/[ab]>", tag) and opened and opened.pop() == tag[1]):
            raise Refusal(400, f"Bad Request: can't parse entities: unexpected <{tag}")
    if opened:
        raise Refusal(400, "Bad Request: can't parse entities: a tag is not closed")
    return unescape(re.sub("<[^>]*>", "", html))


class Peer:
    """The other end: visitors write with `say`, `press`, `send`; `sent` is what arrived in their chats."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.updates: list[dict[str, Any]] = []
        self.confirmed = 0
        self.token = TOKEN
        self._troubles: list[tuple[str, Refusal | None, Trouble, bool]] = []
        self._arrived = asyncio.Event()
        self._next_update, self._next_message = 900_000, 1

    def say(self, text: str, chat: int = 7, language: str = "en", **more: Any) -> int:
        """Write a text in a private chat, as a visitor; gives the update's number."""
        return self.send({"text": text, **more}, chat, language)

    def send(self, content: Mapping[str, Any], chat: int = 7, language: str = "en", kind: str = "message") -> int:
        """Send a message with any content."""
        where = {"id": chat, "type": "private" if chat > 0 else "group", "title": "Chat"}
        return self.update({kind: {**self._message(where), "from": _visitor(abs(chat), language), **content}})

    def press(self, message: Mapping[str, Any], value: str, language: str = "en") -> int:
        """Press a button under a message that was sent to a chat."""
        visitor = _visitor(message["chat"]["id"], language)
        query = {"id": f"query-{self._next_update}", "from": visitor, "chat_instance": "1", "data": value}
        return self.update({"callback_query": {**query, "message": message}})

    def update(self, content: Mapping[str, Any]) -> int:
        """Let something happen."""
        self._next_update += 1
        self.updates.append({"update_id": self._next_update, **content})
        self._arrived.set()
        return self._next_update

    def fail(
        self,
        method: str,
        refusal: Refusal | None = None,
        *,
        when: Trouble = lambda _: True,
        after_taking: bool = False,
        times: int = 1,
    ) -> None:
        """Refuse calls of a method, or lose the answer if no refusal is given: before or after the call was taken."""
        self._troubles += [(method, refusal, when, after_taking)] * times

    def heal(self) -> None:
        """Refuse nothing any more."""
        self._troubles.clear()

    def texts(self, chat: int = 7) -> list[str]:
        """Give what a chat shows, in order."""
        return [one["shown"] for one in self.sent if one["chat"]["id"] == chat]

    async def until(self, happened: Callable[[], object], seconds: float = 20) -> Any:
        """Wait for something to be so."""
        for _ in range(int(seconds / 0.02)):
            if found := happened():
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"it did not happen; sent: {self.sent}, calls: {[name for name, _ in self.calls][-20:]}")

    async def shows(self, text: str, chat: int = 7) -> dict[str, Any]:
        """Wait until a chat shows a text; gives the message."""
        return await self.until(
            lambda: next((one for one in self.sent if one["chat"]["id"] == chat and text in one["shown"]), None)
        )

    def of(self, method: str) -> list[dict[str, Any]]:
        """Give the calls of one method."""
        return [fields for name, fields in self.calls if name == method]

    async def answer(self, request: Request) -> Response:
        """Answer one call."""
        method = request.path_params["method"]
        async with request.form() as form:
            fields = {name: await _value(name, value) for name, value in form.items()}
        self.calls.append((method, fields))
        if request.path_params["token"] != self.token:
            return _refused(Refusal(401, "Unauthorized"))
        trouble = next((one for one in self._troubles if one[0] == method and one[2](fields)), None)
        if trouble:
            self._troubles.remove(trouble)
            if not trouble[3]:
                return _refused(trouble[1]) if trouble[1] else Lost()
        try:
            result = await getattr(self, f"_{method}")(fields)
        except Refusal as refusal:
            return _refused(refusal)
        return Lost() if trouble else JSONResponse({"ok": True, "result": result})

    async def _getMe(self, fields: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802  the API's names
        return BOT

    async def _deleteWebhook(self, fields: Mapping[str, Any]) -> bool:  # noqa: N802
        return True

    async def _setMyCommands(self, fields: Mapping[str, Any]) -> bool:  # noqa: N802
        return True

    async def _getUpdates(self, fields: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        offset = fields.get("offset") or 0
        self.confirmed = max(self.confirmed, offset - 1)
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        if not self.updates:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), min(fields.get("timeout", 0), 1))
            except TimeoutError:
                return []
        return self.updates[:100]

    async def _sendMessage(self, fields: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        text = fields["text"]
        visible = shown(text) if fields.get("parse_mode") == "HTML" else text
        if not visible.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(visible) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        rows = fields.get("reply_markup", {}).get("inline_keyboard", [])
        if any(len(button["callback_data"].encode()) > 64 for row in rows for button in row):
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        return self._keep(fields, text=text, shown=visible)

    async def _sendDocument(self, fields: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        name, content = fields["document"]
        return self._keep(fields, shown=f"[{name}: {content.decode()}] {fields.get('caption', '')}".strip())

    def _keep(self, fields: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        message = {**self._message({"id": fields["chat_id"], "type": "private"}), "from": BOT, **content}
        if "reply_markup" in fields:
            message["reply_markup"] = fields["reply_markup"]
        self.sent.append(message)
        return message

    async def _answerCallbackQuery(self, fields: Mapping[str, Any]) -> bool:  # noqa: N802
        return True

    async def _editMessageReplyMarkup(self, fields: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        message = next(one for one in self.sent if one["message_id"] == fields["message_id"])
        message["reply_markup"] = fields["reply_markup"]
        return message

    async def _sendChatAction(self, fields: Mapping[str, Any]) -> bool:  # noqa: N802
        return True

    def _message(self, chat: Mapping[str, Any]) -> dict[str, Any]:
        self._next_message += 1
        return {"message_id": self._next_message, "date": 1_790_000_000, "chat": chat}


def _visitor(number: int, language: str) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "Vera", "language_code": language}


async def _value(name: str, value: str | UploadFile) -> Any:
    if isinstance(value, UploadFile):
        return value.filename, await value.read()
    return json.loads(value) if name in _NUMBERS else value


def _refused(refusal: Refusal) -> JSONResponse:
    content = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        content["parameters"] = refusal.parameters
    return JSONResponse(content, refusal.code)


@asynccontextmanager
async def telegram_peer(peer: Served) -> AsyncIterator[Served]:
    """Serve on a free port while the block runs."""
    routes = [Route("/bot{token}/{method}", peer.answer, methods=["POST"])]
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Starlette(routes=routes), log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  the server has no event for it
        await asyncio.sleep(0.01)
    peer.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield peer
    server.should_exit = True
    await task
