"""What an operator sees: figures, reasons and logs, and in none of them what people wrote."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conversations import record
from firstline.app import Firstline
from tests.conftest import HandClock, Server
from tests.product import STUB, opened, reaching, started
from tests.scripted_bot import ScriptedBot
from tests.turns.test_desk_clock import alive

DOCS = Path(__file__).parents[2] / "docs"
_SECRET_WORDS = "zebra-flamingo-4711"


async def figures(server: Server) -> dict[str, float]:
    """Give every figure by its name and labels."""
    shown = await server.client.get("/metrics")
    assert shown.headers["content-type"].startswith("text/plain; version=")
    lines = (line.rsplit(" ", 1) for line in shown.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


async def test_the_figures_say_how_much_there_is_to_do(server: Server, clock: HandClock):
    """An operator sees how many wait, how long the first of them has, how many talk with people, and tickets."""
    ann = await server.agent()
    visitors = [await server.conversation() for _ in range(3)]
    for visitor in visitors:
        await visitor.say("a human please")
        await visitor.until("bot")
        clock.move(seconds=120)
    await alive(server, ann)
    await ann.claim(visitors[0])
    seen = await figures(server)
    assert seen["firstline_waiting"] == 2
    assert 235 < seen["firstline_waiting_oldest_seconds"] < 250
    assert seen["firstline_with_agent"] == 1
    assert seen['firstline_tickets{status="new"}'] == 2
    assert seen['firstline_tickets{status="open"}'] == 1
    assert seen["firstline_database_up"] == 1
    assert seen["firstline_bot_ready"] == 1


async def test_the_figures_count_what_happened(server: Server, bot: ScriptedBot):
    """Turns by decision, handoffs by reason and requests by route go up by what happened, and no address is shown."""
    before = await figures(server)
    visitor = await server.conversation()
    await visitor.say("vpn")
    await visitor.until("bot", 1)
    await visitor.say("unknown thing")
    await visitor.until("bot", 2)
    bot.failures = 2
    other = await server.conversation()
    await other.say("wifi")
    await other.until("bot")
    seen = await figures(server)
    said = 'firstline_http_requests_total{method="POST",route="/api/v1/conversations/{conversation_id}/messages",'
    grown = {name: value - before.get(name, 0) for name, value in seen.items()}
    assert grown['firstline_turns_total{decision="answer"}'] == 1
    assert grown['firstline_turns_total{decision="no_answer"}'] == 1
    assert grown['firstline_handoffs_total{reason="low_confidence"}'] == 1
    assert grown['firstline_handoffs_total{reason="bot_unavailable"}'] == 1
    assert grown["firstline_turn_seconds_count"] >= 3
    assert grown[said + 'status="201"}'] == 3
    assert seen['firstline_worker_restarts_total{reason="memory"}'] == 0
    assert not any(visitor.id in name for name in seen)


async def test_deliveries_on_their_way_are_counted(server: Server, firstline: Firstline, clock: HandClock):
    """Messages that cannot be sent to Telegram are seen, and for how long."""
    conversation = await firstline.visitors.of_address("telegram", "77", "en")
    async with firstline.database.write() as transaction:
        row = await record.lock(transaction, conversation)
        record.append(transaction, row, record.Said("system", "hello"), clock())
    clock.move(minutes=5)
    seen = await figures(server)
    assert seen['firstline_deliveries_waiting{channel="telegram"}'] == 1
    assert 295 < seen['firstline_deliveries_oldest_seconds{channel="telegram"}'] < 310
    assert seen['firstline_deliveries_waiting{channel="email"}'] == 0


async def test_alerts_and_manual_speak_of_figures_there_are(server: Server):
    """Every figure an alert rule names is shown under that name, and every one shown is explained in the manual."""
    await server.client.get("/healthz")
    names = {re.split(r"[{]", name)[0] for name in await figures(server)}
    rules = yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"firstline_\w+", rule["expr"])}
    assert len(asked) > 5
    assert asked - names == set()
    explained = set(re.findall(r"firstline_\w+", (DOCS / "operations.md").read_text()))
    shown = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in names if name.startswith("firstline_")}
    assert {re.sub(r"_total$", "", name) for name in shown} == {re.sub(r"_total$", "", name) for name in explained}


async def test_readiness_gives_a_reason_for_each_part(server: Server, bot: ScriptedBot):
    """What is not as it should be is said in a sentence, what is fine is not mentioned."""
    ready = (await server.client.get("/readyz")).json()
    assert (ready["bot"], ready["database"], ready["telegram"]) == ("ready", "ok", "off")
    assert ready["reasons"] == {}
    bot.status = "down"
    response = await server.client.get("/readyz")
    assert response.status_code == 200  # people are served: by people
    assert "goes to a person" in response.json()["reasons"]["bot"]


async def test_the_log_names_conversations_and_nobodys_words(tmp_path: Path):
    """Every line of the log is JSON; a turn has its conversation's id; what was written is nowhere, not in an error."""
    async with started(tmp_path, command=STUB) as product, reaching(product) as client:
        await product.until_ready()
        visitor = await opened(client)
        await visitor.say(f"{_SECRET_WORDS} hello")
        await visitor.until("bot", seconds=120)
        broken = await opened(client)
        await broken.say("fail")
        await broken.until("bot", seconds=120)
        await broken.say(_SECRET_WORDS)
    written = (tmp_path / "log").read_text()
    ours = [line for line in written.splitlines() if not line.startswith(("a library", "and so"))]  # not the stub's
    assert [line for line in ours if not line.startswith("{")] == []
    lines = [json.loads(line) for line in ours]
    assert any(line["event"] == "turn" and line["conversation"] == visitor.id for line in lines)
    assert any(line["event"] == "bot_unavailable" and line["conversation"] == broken.id for line in lines)
    assert _SECRET_WORDS not in written
    assert visitor.token not in written


def test_an_error_is_logged_by_what_it_is_and_where():
    """An error's message may be what somebody wrote: it is left out, from our log lines and from a library's."""
    program = (
        "import logging, structlog; from firstline.logs import configure_logs; configure_logs()\n"
        "def inner(): raise ValueError('zebra')\n"
        "try: inner()\n"
        "except ValueError:\n"
        "    structlog.get_logger().exception('turn_failed', hint='123456789:abcdefghijklmnopqrstuvwxyzABCDEF12345')\n"
        "    logging.getLogger('uvicorn.error').exception('Exception in ASGI application\\nzebra')\n"
        "    logging.getLogger('asyncio').error('Task exception was never retrieved\\nfuture: ValueError(zebra)')\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr
    ours, theirs, task = (json.loads(line) for line in said.splitlines())
    assert "zebra" not in said
    assert "abcdefghij" not in said
    assert ours["exception"][0]["type"] == "ValueError"
    assert ours["exception"][0]["where"][-1].endswith("inner")
    assert (theirs["logger"], theirs["event"]) == ("uvicorn.error", "Exception in ASGI application")
    assert task["event"] == "Task exception was never retrieved"


pytestmark = pytest.mark.timeout(400)
