"""Passwords told in passing, and phrases of several words: where everyday words are one, and how far it goes.

Every repetition in a pattern is bounded or possessive, so that no text is slow to read.
"""

import re
from collections.abc import Callable

from conversations import masking_plain as plain
from conversations import masking_shapes as shapes
from conversations import masking_words as words
from conversations.masking_rules import MARKS, Rule
from conversations.masking_vocabulary import known

_MARK_CHARACTERS = "".join(MARKS.values())
_QUOTES = '"“”„«»‘’`'  # noqa: RUF001
_PASSWORD = rf"(?<![^\W_])(?:{words.PASSWORD})(?![\w-])"
_OPEN = rf"[{_QUOTES}'(]{{0,2}}"
_CLOSE = rf"[{_QUOTES}')]{{0,2}}"
_CHARACTER = rf"[^\s,;{_QUOTES}{_MARK_CHARACTERS}]"
_WORD = rf"(?P<secret>(?:{_CHARACTER}){{3,60}}+)"
_WORDS = rf"(?P<secret>(?:{_CHARACTER}){{2,60}}+(?:[ ](?:{_CHARACTER}){{1,60}}+){{0,4}}?)"
_IS = r"(?:is|was|ist|war|lautet|heißt|heisst|is called|=|:)"
_NO_STORE = (
    r"(?![ -]?(?:manager|tool|safe|app|vault|store|generator|speicher|tresor|program\w{0,3}|policy|field|hint)(?!\w))"
)
_OF_WHOM = r"(?:[ ](?:a|an|my|the|our|new|mein|meine|neues|ein|das|sicheres|gutes)(?!\w)){0,3}"
_FINE = (
    r"(?:ok|okay|fine|good|allowed|enough|safe|strong|secure|possible|gut|genug|sicher|erlaubt|in ordnung|möglich|"
    r"zulässig|stark)"
)
_PHRASE = rf"(?P<secret>[^\W\d_][^\n,;.:{_QUOTES}{_MARK_CHARACTERS}]{{5,80}}?)"
_PHRASE_ENDS = (
    r"(?=[\"'”“)]{0,2}(?:\s{0,3}$|[\n,;.:]|[ ](?:and|but|und|aber|isn't|is not|doesn't|does not|won't|wont|is|ist|"
    r"wird|geht|klappt|funktioniert|works|worked|fails|says|because|weil|since|seit|when|wenn|i|ich|it|er|es|in|"
    r"to|zu)(?!\w)))"
)
_NAMES_PHRASE = (
    r"(?:pass ?phrases?|passsatz|merksatz|kennsatz|master[ -]?(?:password|passwort|pw|pass)|"
    r"masterpasswort|passwortsatz)"
)


def _rule(*parts: str, holds: Callable[[str], bool], context: re.Pattern[str] | None = None) -> Rule:
    """Give a rule whose secret has the shape."""
    return Rule("password", re.compile("".join(parts), re.IGNORECASE), lambda match: holds(match["secret"]), context)


def _chosen(text: str) -> bool:
    """Tell words somebody may have chosen: made up ones, plain ones, none that speaks about a password."""
    spoken = text.split()
    return all(plain.given(word) or shapes.made_up(word) or _short(word) for word in spoken) and any(
        plain.given(word) for word in spoken
    )


def _short(word: str) -> bool:
    return len(word) < _SHORTEST and word.isalnum() and word.casefold() not in words.COMMON


def _phrase(text: str) -> bool:
    """Tell several words in a row that begin like no statement about a phrase."""
    spoken = text.split()
    if len(spoken) < 2 and "-" not in text:  # noqa: PLR2004  one word is no phrase
        return False
    strange = sum(plain.plain(word) for word in spoken)
    if strange * 3 < len(spoken) or shapes.harmless(text):
        return False
    return not plain.begins_statement(spoken[0]) or (len(spoken) >= _LONG_PHRASE and strange * 2 >= len(spoken))


def _strange_phrase(text: str) -> bool:
    """Tell several words in a row that do not belong to sentences to a help desk."""
    spoken = [shapes.bare(word).casefold() for word in text.split()]
    strange = sum(known(word) == "0" for word in spoken)
    if len(spoken) == 1 or any(map(plain.only_says_how, spoken)):
        return False
    return strange * 3 >= len(spoken) and not plain.begins_statement(spoken[0])


def _plain_phrase(text: str) -> bool:
    return " " in text.strip() and plain.no_talk(text)


_SHORTEST, _LONG_PHRASE = 4, 4

PASSING: tuple[Rule, ...] = (
    _rule(
        rf"(?<![^\s(])(?:is|ist|are|would|wäre|waere|will|want|like|take|use|nehme|nehm|möchte|hätte gern|hätte|"
        rf"is a word like)[ ]{_OPEN}",
        rf"{_WORDS}{_CLOSE}[ ](?:be[ ])?(?:{_FINE}[ ])?(?:as|als|for|für){_OF_WHOM}[ ]{_PASSWORD}{_NO_STORE}",
        holds=_chosen,
    ),
    _rule(rf"\A{_OPEN}{_WORDS}{_CLOSE}[ ](?:as|als){_OF_WHOM}[ ]{_PASSWORD}{_NO_STORE}", holds=_chosen),
    _rule(
        rf"(?<!\w){_NAMES_PHRASE}(?:[ ](?!{_IS}[ ])[^\W\d_][\w-]{{1,20}}){{0,5}}?(?:[ ]{{0,2}}[:=]|[ ]{_IS}|"
        rf"[ ]?\()[ ]{{0,2}}{_OPEN}",
        rf"{_PHRASE}{_PHRASE_ENDS}",
        holds=_phrase,
    ),
    _rule(
        rf"(?<!\w){_NAMES_PHRASE}[ ][{_QUOTES}'(]{{1,2}}(?P<secret>[^\n{_QUOTES}()]{{6,80}})[{_QUOTES}')]",
        holds=_phrase,
    ),
    _rule(rf"(?<!\w){_NAMES_PHRASE}[ ]{_PHRASE}{_PHRASE_ENDS}", holds=_plain_phrase),
    _rule(
        rf"{_PASSWORD}(?:[ ][^\W\d_]{{2,12}}){{0,2}}?(?:[ ]{{0,2}}[:=]|"
        rf"[ ]{_IS})[ ]{{0,2}}[{_QUOTES}](?P<secret>[^\n{_QUOTES}]{{6,60}})[{_QUOTES}]",
        holds=_phrase,
    ),
    _rule(
        rf"{_PASSWORD}[ ]{{0,2}}[:=][ ]{{0,2}}(?P<secret>[^\W\d_]{{2,20}}(?:[ ][^\W\d_]{{2,20}}){{1,7}})"
        rf"(?=[\"'”“]?\s{{0,3}}(?:$|[\n.,!?;)]))",
        holds=_strange_phrase,
    ),
    _rule(
        rf"(?:my|our|the|mein|unser|das|wifi|"
        rf"wlan)(?:[ ]\w{{2,10}})?[ ]{_PASSWORD}[ ]{_IS}[ ](?P<secret>[^\W\d_]{{2,20}}(?:[ ][^\W\d_]{{2,20}}){{1,7}}?)"
        r"(?=[\"'”“]?\s{0,3}(?:$|[\n.,!?;)]|[ ](?:with spaces|mit leerzeichen|btw|übrigens|in small|alles klein|"
        r"all small|but|aber)(?!\w)))",
        holds=_strange_phrase,
    ),
    _rule(
        r"(?<!\w)(?:keep|kept|keeps|always|immer|dauernd)[ ](?:on[ ])?(?:typing|entering|typed?|entered|trying|"
        r"using)[ ]",
        rf"{_OPEN}{_WORD}{_CLOSE}(?=[ ]?(?:,|$|\.|[ ](?:and|but|as|for)[ ]))",
        holds=plain.given,
        context=words.SIGNING_IN,
    ),
    _rule(
        rf"{_PASSWORD}[^\n]{{0,80}}(?<!\w)(?:reset|set|change|changed|put|stell\w{{0,2}}|"
        rf"setz\w{{0,2}})(?:[ ](?:it|this|that|es|das|bitte|please|mir|mine|meins)){{0,3}}",
        rf"[ ](?:back[ ]|wieder[ ])?(?:to|auf)[ ]{_OPEN}{_WORD}{_CLOSE}(?=[ ]?(?:,|$|[.!?]|[ ](?:please|pls|"
        rf"bitte|again|zurück|wieder|like|wie)(?!\w)))",
        holds=plain.given,
    ),
)
