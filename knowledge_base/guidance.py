"""What an article asks back, as editors write it: `asks`, and per language `choices` and `variants` of the steps."""

from collections.abc import Iterator
from typing import Any

from knowledge_base.articles import FACTS, LANGUAGES, Language
from knowledge_base.problems import Problem
from knowledge_base.yaml_source import Place, Source

GUIDANCE = ("choices", "variants")
_FEWEST, _MOST = 2, 6
_LONGEST_TITLE = 40  # so that a button stays one line
_LONGEST_VALUE = 48  # bytes, so that "fact:error_code:" and the value fit into the 64 of a button's value
_LONGEST_STEP = 4000
_EXAMPLE = "`iPhone or iPad: iOS`"


def variants_in(text: dict[str, Any]) -> list[dict[str, Any]]:
    """Give choices and variants of a sound text as one list of title, value and steps."""
    steps = text.get("variants") or {}
    choices = text.get("choices") or {}
    return [{"title": title, "value": value, "steps": steps.get(value, [])} for title, value in choices.items()]


def guidance_problems(source: Source) -> Iterator[Problem]:
    """Give what is wrong with what an article asks back."""
    asks = source.content.get("asks")
    if asks and asks not in FACTS:
        yield source.problem(("asks",), f"must be one of {', '.join(FACTS)}, or be left out.")
    texts = {lang: source.content[lang] for lang in LANGUAGES if isinstance(source.content.get(lang), dict)}
    for language, text in texts.items():
        yield from _text_problems(source, language, text, asks)
    if len(texts) == len(LANGUAGES):
        yield from _difference_problems(source, texts)


def _text_problems(source: Source, language: Language, text: dict[str, Any], asks: Any) -> Iterator[Problem]:
    if not asks:
        for name in (name for name in GUIDANCE if text.get(name)):
            yield source.problem((language, name), f"needs `asks` at the top of the article: {', '.join(FACTS)}.")
    elif not text.get("choices"):
        sentence = f"is missing: say what can be answered to what the article asks, one a line, like {_EXAMPLE}."
        yield source.problem((language, "choices"), sentence)
    yield from _choices_problems(source, (language, "choices"), text.get("choices") or {})
    yield from _variants_problems(source, (language, "variants"), text.get("variants") or {}, _values(text))


def _choices_problems(source: Source, place: Place, choices: Any) -> Iterator[Problem]:
    if not isinstance(choices, dict):
        yield source.problem(place, f"must be lines of `title: value`, like {_EXAMPLE}.")
        return
    if choices and not _FEWEST <= len(choices) <= _MOST:
        yield source.problem(place, f"needs {_FEWEST} to {_MOST} of them: visitors choose from them at a glance.")
    seen: list[Any] = []
    for title, value in choices.items():
        yield from (source.problem((*place, title), sentence) for sentence in _choice_problems(title, value))
        if value in seen:
            yield source.problem((*place, title), f"'{value}' stands here twice: keep one.")
        seen.append(value)


def _choice_problems(title: str, value: Any) -> Iterator[str]:
    if not title.strip() or set(title) & set("{}"):
        yield "needs a title in plain words, without { and }."
    if len(title) > _LONGEST_TITLE:
        yield f"is longer than {_LONGEST_TITLE} characters: shorten it, it is a button."
    if not isinstance(value, str) or not value.strip() or set(value) & set("{}"):
        yield f"needs the fact it stands for after the colon, like {_EXAMPLE}."
    elif len(value.encode("utf-8", "replace")) > _LONGEST_VALUE:
        yield f"stands for a fact longer than {_LONGEST_VALUE} characters: shorten what is after the colon."


def _variants_problems(source: Source, place: Place, variants: Any, values: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(variants, dict):
        yield source.problem(place, "must be lists of steps, each below the value of a choice.")
        return
    for value, steps in variants.items():
        if value not in values:
            yield source.problem((*place, value), f"is no value of the choices: use {', '.join(values) or 'choices'}.")
        if not isinstance(steps, list) or not steps:
            yield source.problem((*place, value), "must be a list of steps: one text a line, each after '- '.")
            continue
        for number, step in enumerate(steps, start=1):
            yield from (source.problem((*place, value, str(number)), sentence) for sentence in _step_problems(step))


def _step_problems(step: Any) -> Iterator[str]:
    if not isinstance(step, str) or not step.strip():
        yield "must be a text: put it in double quotes if it contains ': '."
    elif len(step) > _LONGEST_STEP:
        yield f"is longer than {_LONGEST_STEP} characters: shorten it."


def _difference_problems(source: Source, texts: dict[Language, dict[str, Any]]) -> Iterator[Problem]:
    """Give what one language offers and the other does not."""
    first, second = LANGUAGES
    if sorted(_values(texts[first])) != sorted(_values(texts[second])):
        wanted = ", ".join(_values(texts[first])) or "none"
        yield source.problem((second, "choices"), f"stands for other facts than in `{first}`, which has {wanted}.")
    elif _keys(texts[first]) != _keys(texts[second]):
        wanted = ", ".join(sorted(_keys(texts[first]))) or "none"
        yield source.problem((second, "variants"), f"has other steps than `{first}`, which has some for {wanted}.")


def _values(text: dict[str, Any]) -> tuple[str, ...]:
    choices = text.get("choices")
    return tuple(v for v in choices.values() if isinstance(v, str)) if isinstance(choices, dict) else ()


def _keys(text: dict[str, Any]) -> set[str]:
    variants = text.get("variants")
    return set(variants) if isinstance(variants, dict) else set()
