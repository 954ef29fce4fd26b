"""Where secrets stand in a sentence: behind and before the words that announce them, in pairs with a name, by form.

Every repetition in a pattern is bounded or possessive or looks for one fixed end, so that no text is slow to read.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from conversations import masking_shapes as shapes
from conversations import masking_words as words

Holds = Callable[[re.Match[str]], bool]

# While rules run, a placeholder is one Unicode noncharacter: no rule can take it for a secret.
MARKS: Mapping[str, str] = {
    kind: chr(0xFDD0 + number) for number, kind in enumerate(("password", "code", "key", "card", "iban"))
}


class Rule(NamedTuple):
    """Where a secret of a kind may stand, and whether what stands there is one.

    The pattern's group `secret` is what goes. A rule with a `context` is for texts in which that occurs.
    """

    kind: str
    pattern: re.Pattern[str]
    holds: Holds
    context: re.Pattern[str] | None = None


def _rule(kind: str, *parts: str, holds: Holds | None = None, context: re.Pattern[str] | None = None) -> Rule:
    return Rule(kind, re.compile("".join(parts), re.IGNORECASE), holds or _always, context)


def _always(_: re.Match[str]) -> bool:
    return True


def _looks(shape: Callable[[str], bool]) -> Holds:
    return lambda match: shape(match["secret"])


def _is_announced(match: re.Match[str]) -> bool:
    """Accept what is odd anywhere, an everyday word only where nothing goes on about it."""
    return shapes.odd(match["secret"]) or _is_last_word(match)


def _is_last_word(match: re.Match[str]) -> bool:
    return shapes.everyday(match["secret"]) and _ends_clause(match)


def _is_simple(match: re.Match[str]) -> bool:
    return shapes.simple(match["secret"]) and _ends_clause(match)


def _ends_clause(match: re.Match[str]) -> bool:
    return match["secret"][-1] in ".,;!?)" or bool(_CLAUSE_END.match(match.string, match.end("secret")))


def _is_own_code(match: re.Match[str]) -> bool:
    """Tell a person's code from an error's: by the word before it, for short numbers by the words around."""
    if words.NO_CODE.search(match.string, max(0, match.start() - 30), match.start()):
        return False
    long = shapes.digits(match["secret"]) >= _LONG_CODE and "error" not in match[0].casefold()
    return long or not _near_an_error(match)


def _near_an_error(match: re.Match[str]) -> bool:
    return bool(words.SPEAKS_OF_ERRORS.search(match.string, max(0, match.start() - 150), match.end() + 150))


_LONG_CODE = 6


# --- Parts of patterns -----------------------------------------------------------------------------------------------


def _gap(count: str) -> str:
    """Give the pattern of so many words that may stand between an announcement and its secret."""
    word = rf"(?!(?:{words.CLAUSE_STARTS})(?![^\W\d_]))[^\W\d_][\w'-]{{0,30}}+"
    return rf"(?:[ \t]{{1,3}}{word}){{{count}}}?"


def _digits(more: str) -> str:
    """Give the pattern of a digit and so many more, spaced or not: no date, phone number or quantity."""
    no_date = r"(?!0x|[0-9]{4}-[0-9]{2}-[0-9]{2}|0[0-9]{2,4}[ /-][0-9]{5})"
    end = rf"(?![\w@%€$°]|[.:,/-][0-9]|[ -]?(?:{words.UNITS})(?!\w))"
    return rf"(?:{no_date}[0-9](?:[ -]?[0-9]){{{more}}}{end})"


def _ibans() -> str:
    return "|".join(
        rf"(?:{'|'.join(countries.split())})[0-9]{{2}}(?:[ .\u00a0-]?[A-Z0-9]){{{length - 4}}}"
        for length, countries in words.IBAN_LENGTHS.items()
    )


def _cards() -> str:
    return "|".join(rf"(?:{prefix})(?:[ .\u00a0-]?[0-9]){{{more}}}(?![0-9])" for prefix, more in words.CARD_NUMBERS)


_MARK = f"[{''.join(MARKS.values())}]"
_OPENS, _CLOSES = "\"'„“”«»‘`", "\"'“”«»’`"  # noqa: RUF001
_CLAUSE_END = re.compile(rf"[ \t]{{0,4}}(?:$|[\n.,;!?)/|{_CLOSES}]|(?:{words.CONNECTORS})(?!\w))", re.IGNORECASE)

# What announces, and how it goes on: "password: ", "password is now ", "password 'for SAP' is", a blank.
_PASSWORD = rf"(?<![^\W_])(?:{words.PASSWORD})(?![\w-])"
_CODE = rf"(?<![\w-])(?:{words.CODE})(?![\w-])(?:[ ]?(?:code|number|nummer)s?(?!\w))?"
_ANY_CODE = r"(?<![^\W_])codes?(?![\w-])"
_KEY = rf"(?<![^\W_])(?:{words.KEY})(?![\w-])"
_OPENED = rf"[{_OPENS}(*]{{0,3}}"
_SIGN = r"[\"'*`]{0,2}[ \t]{0,4}(?:->|=>|→|[:=]|>)\s{0,4}"
_IS = rf"(?:[ \t]{{1,3}}|['’])(?:{words.IS})(?:[ \t]{{1,3}}(?:{words.STILL}))?(?![^\W\d_])[ \t]{{0,4}}:?\s{{0,4}}"  # noqa: RUF001
_SAID = rf"(?:{_SIGN}|{_IS}){_OPENED}"
_NEXT = rf"[ \t]{{1,3}}{_OPENED}"
_FEW, _SOME = _gap("0,4"), _gap("1,6")
_WAS = r"[ ](?:is|was|ist|war|as|als|=)"
_OF_MINE = r"(?:[ \t]{1,3}[^\W\d_][\w-]{0,20}){0,3}?[ \t]{1,3}"

# What the secret itself is made of.
_CHARACTER = rf"(?!</)[^\s\"„“”«»<>{_MARK[1:-1]}]"
_WORD = rf"(?P<secret>(?:{_CHARACTER}){{3,400}}+)"
_ODD_WORD = rf"(?=(?:{_CHARACTER}){{0,60}}[\d!#$%&*+=@_§^~])" + _WORD
_ODD_WORD_ALONE = rf"(?<![^\s({_OPENS}/:|])" + _ODD_WORD
_QUOTED = rf"[{_OPENS}](?P<secret>[^\s\"„“”«»<>{_MARK[1:-1]}][^\n\"„“”«»<>{_MARK[1:-1]}]{{2,40}}?)[{_CLOSES}]"
_MIXED = (
    r"(?!0x)(?=[\w-]{0,20}[0-9]|[A-Z]{4}-[A-Z]{4})"
    r"[A-Z0-9]{4,10}(?:-[A-Z0-9]{3,10}){0,7}(?![\w@-]|[.:/][\w/])"
)
_ITEM = rf"(?:{_digits('3,9')}|{_MIXED})"
_LISTED = rf"(?P<secret>{_ITEM}(?:(?:[ \t]{{0,2}}[,;\n/][\s-]{{0,3}}|[ ](?:und|and|or|oder)[ ]|[ ]){_ITEM}){{0,15}})"
_NUMBER = rf"(?:G-)?(?P<secret>{_digits('3,7')})"
_LONG_NUMBER = rf"(?:G-)?(?P<secret>{_digits('5,7')})"
_SIX = r"(?P<secret>[0-9]{3}[ -]?[0-9]{3})(?![\w-]|[ ][0-9])"
_GROUPS = r"(?P<secret>[A-Z0-9]{4,8}(?:[ -][A-Z0-9]{4,8}){2,12})(?![\w-])"
_PEM = r"PRIVATE KEY[A-Z ]{0,9}-----"


# --- The rules, in the order in which they are tried ------------------------------------------------------------------

_KEYS = (
    _rule("key", rf"(?P<secret>-----BEGIN [A-Z ]{{0,40}}{_PEM}[\s\S]*?(?:-----END [A-Z ]{{0,40}}{_PEM}|\Z))"),
    Rule(
        "key",
        re.compile(rf"(?<![\w-])(?P<secret>{'|'.join(words.KEY_FORMS)})(?![\w-])"),
        _looks(shapes.key),
    ),
    _rule("key", r"(?<!\w)(?:bearer|basic)[ ]{1,2}(?P<secret>[\w.~+/-]{16,1000}+=*+)", holds=_looks(shapes.key)),
    _rule("key", _KEY, rf"(?:{_FEW}{_SAID}|{_NEXT})", _GROUPS, holds=_looks(shapes.key)),
    _rule(
        "key", _KEY, rf"(?:{_FEW}{_SAID}|{_NEXT})(?P<secret>[\w.~+/!#$%&*^=?-]{{8,1000}}+)", holds=_looks(shapes.key)
    ),
)
_NUMBERS = (
    _rule("iban", rf"(?<!\w)(?P<secret>{_ibans()})(?![A-Z0-9])", holds=_looks(shapes.iban)),
    _rule("card", rf"(?<![\w.-])(?P<secret>{_cards()})", holds=_looks(shapes.card)),
)
_IN_ADDRESSES_AND_COMMANDS = (
    _rule("password", r"://[^\s:/@]{1,60}:(?P<secret>[^\s@/]{1,60})@"),
    _rule("password", r"[?&](?:password|passwd|pwd|pw|passwort|token|secret)=(?P<secret>[^\s&#]{3,400}+)"),
    _rule(
        "password",
        r"(?<!\S)(?:-u|--user|/user:)[ ]?[\w.\\@-]{1,60}[: ](?P<secret>\S{3,400}+)",
        holds=_looks(shapes.odd),
    ),
    _rule("password", r"(?<!\S)--?(?:password|passwd|pass|pwd)[ =](?P<secret>\S{3,400}+)"),
)
_WITH_A_NAME = (
    _rule(
        "password",
        rf"(?<!\S)(?:{words.ACCOUNTS}):(?P<secret>[^\s/]{{3,400}}+)",
        holds=_looks(shapes.made_up),
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:{words.CREDENTIALS})(?![\w-])(?:{_SIGN}|{_IS}|[ \t]{{1,3}})(?:(?:mit|with|as|als)[ ])?",
        rf"(?!(?:{words.NO_NAME})[ ])[\w.@\\-]{{2,60}}",
        r"(?:[ ]?[/|:;,+][ ]?|[ ](?:und|and|mit|with|/)[ ]|\s{1,3})",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:{words.NAME})(?![\w-]){_SIGN}[\w.@\\-]{{2,60}}[ ]?[\s,;/|]\s{{0,3}}",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
)
_ANNOUNCED_CODES = (
    _rule("code", _CODE, rf"(?:{_SAID}|{_NEXT})", _LISTED, holds=_looks(shapes.code)),
    _rule("code", rf"(?<!\w)(?:{words.CARD_CODE})(?:{_SAID}|{_NEXT})(?P<secret>[0-9]{{3,4}})(?![\w-])"),
)
_ANNOUNCED_PASSWORDS = (
    _rule(
        "password",
        rf"(?<!\w)passphrases?{_SAID}(?P<secret>[^\W\d_]{{3,20}}(?:[ -][^\W\d_]{{2,20}}){{2,8}})",
        holds=_looks(shapes.phrase),
    ),
    _rule("password", _PASSWORD, rf"(?:{_SIGN}|{_IS}|[ \t]{{1,3}})", _QUOTED, holds=_looks(shapes.name)),
    _rule("password", _PASSWORD, _SAID, _WORD, holds=_is_announced),
    _rule("password", _PASSWORD, _SIGN, _WORD, holds=_is_simple),
    _rule("password", _PASSWORD, _NEXT, _WORD, holds=_looks(shapes.no_thing)),
    _rule("password", _PASSWORD, _SOME, _SAID, _ODD_WORD, holds=_looks(shapes.odd)),
    _rule(
        "password",
        _PASSWORD + _FEW + rf"[ ]?[,(\u2013-][ ]?(?:(?:it|that|es|das)(?:[ ]|')(?:{words.IS})[ ])?{_OPENED}",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
    _rule("password", _PASSWORD, r"[^\n:]{0,60}?", _SIGN, _ODD_WORD, holds=_looks(shapes.mixed)),
    _rule(
        "password",
        _PASSWORD + rf"[^\n:]{{0,60}}?[ ](?:{words.IT})(?:{_IS}|[ ]){_OPENED}",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
    _rule(
        "password",
        _PASSWORD + _FEW + rf"[ ](?:{words.TO})[ :]{{1,3}}{_OPENED}",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
    _rule(
        "password",
        rf"(?:set|reset|changed?){_gap('0,3')}[ ]{{1,3}}{_PASSWORD}[ ]to[ ]",
        _WORD,
        holds=_is_last_word,
    ),
    _rule(
        "password",
        rf"{_PASSWORD}[ ]auf[ ]{_WORD}(?=[ ](?:ge)?(?:änder|setz|stell))",
        holds=_looks(shapes.everyday),
    ),
    _rule(
        "password",
        rf"(?<={MARKS['password']})(?:[ ]?[,/][ ]?|[ ](?:{words.JOINING})[ ]){_OPENED}",
        _ODD_WORD,
        holds=_looks(shapes.no_thing),
    ),
)
_PASSWORDS_BEFORE_AND_ALONE = (
    _rule(
        "password",
        rf"(?<![^\s({_OPENS}]){_ODD_WORD}[{_CLOSES})]?{_WAS}{_OF_MINE}{_PASSWORD}",
        holds=_looks(shapes.made_up),
    ),
    _rule(
        "password",
        rf"(?<![^\s({_OPENS}]){_WORD}[ ](?:is|was|ist|war)[ ](?:my|mein|unser|our)[ ](?:[a-z]{{2,12}}[ ])?",
        rf"{_PASSWORD}(?![ ]?\w)",
        holds=_looks(shapes.everyday),
    ),
    _rule("password", _QUOTED, _WAS, _OF_MINE, _PASSWORD, holds=_looks(shapes.name)),
    _rule("password", _ODD_WORD_ALONE, holds=_looks(shapes.striking), context=words.SIGNING_IN),
    _rule("password", _ODD_WORD_ALONE, holds=_looks(shapes.name_and_year), context=words.PASSWORDS),
)
_CODES_FURTHER_AWAY = (
    _rule("code", _CODE, _SOME, _SAID, _NUMBER),
    _rule("code", _ANY_CODE, _gap("0,6"), _SAID, _NUMBER, holds=_is_own_code),
    _rule("code", _ANY_CODE, _NEXT, _LONG_NUMBER, holds=_is_own_code),
    _rule(
        "code",
        rf"(?<![\w.:,/@#+-]){_NUMBER}[\"')]?{_WAS}{_OF_MINE}(?:{_CODE}|{_ANY_CODE})",
        holds=lambda match: not words.SPEAKS_OF_ERRORS.search(match[0]),
    ),
    _rule(
        "code",
        _CODE + rf"[ ](?:for|of|für|von|vom|zur|zum)[ ](?:(?:{words.OWN})[ ])?(?!{words.NO_OWNER})[^\W\d_]{{2,20}}[ ]",
        _NUMBER,
    ),
    _rule(
        "code",
        rf"(?<!\w)(?:{words.TYPING})[ ]{_SIX}",
        holds=lambda match: not _near_an_error(match),
        context=words.CODES,
    ),
    _rule("code", rf"(?<![^\W_])(?:{words.BRINGS_CODES})(?:[ -]app)?{_FEW}(?:{_SAID}|{_NEXT}){_SIX}"),
)
RULES: tuple[Rule, ...] = (
    *_KEYS,
    *_NUMBERS,
    *_IN_ADDRESSES_AND_COMMANDS,
    *_WITH_A_NAME,
    *_ANNOUNCED_CODES,
    *_ANNOUNCED_PASSWORDS,
    *_PASSWORDS_BEFORE_AND_ALONE,
    *_CODES_FURTHER_AWAY,
)
