"""Makes the baseline's Rasa project from Firstline's own data, and trains it once."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from benchmarks.stock import RESPONSES
from knowledge_base.articles import Article, render
from knowledge_base.loading import load
from knowledge_base.topics import TOPICS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
_COPIED = ("config.yml", "credentials.yml", "endpoints.yml", "actions.py")
_TRAINING_SECONDS = 3600
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def trained_project() -> Path:
    """Give the folder of the project with its model; trains it unless the same project was trained before."""
    files = _files(list(load().articles.values()))
    name = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    folder = CACHE / name
    if not any((folder / "models").glob("*.tar.gz")):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file, content in files.items():
            (folder / file).write_text(content)
        _train(folder)
    return folder


def epochs() -> str:
    """Say how long the baseline's models were trained."""
    config = yaml.safe_load((HERE / "config.yml").read_text())
    steps = [step for step in (*config["pipeline"], *config["policies"]) if "epochs" in step]
    return ", ".join(f"{step['name']} {step['epochs']}" for step in steps) + " epochs (template: 100 each)"


def _train(folder: Path) -> None:
    """Run `rasa train`, behind whatever else runs on this machine."""
    print(f"Training stock Rasa once, about ten minutes; its log is {folder / 'train.log'}.", flush=True)
    command = ["nice", "-n", "10", sys.executable, "-m", "rasa", "train", "--data", "nlu.yml", "dialogue.yml"]
    with (folder / "train.log").open("w") as log:
        environment = {**os.environ, **QUIET}
        subprocess.run(
            command, cwd=folder, env=environment, stdout=log, stderr=log, check=True, timeout=_TRAINING_SECONDS
        )


def _files(articles: list[Article]) -> dict[str, str]:
    answers = {article.topic: render(article.texts["en"]) for article in reversed(articles)}
    examples = _examples(articles, unanswered=set(TOPICS) - set(answers))
    acts = sorted(set(examples) - set(TOPICS))
    return {
        **{name: (HERE / name).read_text() for name in _COPIED},
        "articles.json": json.dumps(answers),
        "nlu.yml": _yaml({"nlu": [_intent(name, texts) for name, texts in sorted(examples.items())]}),
        "domain.yml": _yaml(_domain(sorted(examples))),
        "dialogue.yml": _yaml({"rules": _rules(sorted(answers), acts), "stories": _stories(sorted(answers))}),
    }


def _examples(articles: list[Article], unanswered: set[str]) -> dict[str, list[str]]:
    """Give the examples of every intent: Firstline's intents, and the articles' questions under their topics."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in yaml.safe_load((ROOT / "bot" / "data" / "nlu.yml").read_text())["nlu"]:
        found[item["intent"]] += [line.removeprefix("- ") for line in item["examples"].splitlines() if line]
    for article in articles:
        for text in article.texts.values():
            found[article.topic] += text.questions
    return {intent: texts for intent, texts in found.items() if intent not in unanswered}


def _intent(name: str, texts: list[str]) -> dict[str, str]:
    return {"intent": name, "examples": "".join(f"- {_plain(text)}\n" for text in texts)}


def _plain(text: str) -> str:
    """Take out what Rasa would read as the mark of an entity."""
    return text.translate(str.maketrans("", "", "[]{}()"))


def _domain(intents: list[str]) -> dict[str, Any]:
    return {
        "intents": intents,
        "actions": ["action_answer"],
        "responses": {name: [{"text": text}] for name, text in RESPONSES.items()},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _rules(topics: list[str], acts: list[str]) -> list[dict[str, Any]]:
    pairs = [(topic, "action_answer") for topic in topics]
    pairs += [(act, "utter_dialogue") for act in acts]
    pairs += [("nlu_fallback", "utter_rephrase")]
    return [{"rule": intent, "steps": [{"intent": intent}, {"action": action}]} for intent, action in pairs]


def _stories(topics: list[str]) -> list[dict[str, Any]]:
    """Give stories as the template has them beside its rules: they are what TEDPolicy learns from."""
    around = [[{"intent": act}, {"action": "utter_dialogue"}] for act in ("greet", "thank")]
    asked = {topic: [{"intent": topic}, {"action": "action_answer"}] for topic in topics}
    return [{"story": topic, "steps": [*around[0], *asked[topic], *around[1]]} for topic in topics]


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump({"version": "3.1", **content}, sort_keys=False, allow_unicode=True, width=1000)
