"""Tells a secret by its shape: a made-up word from an everyday one, a number with a checksum from any other."""

import re

from conversations import masking_words as words

_EDGE = ".,;:!?\"'()[]{}„“”»«‘’`/|*_-"  # noqa: RUF001
_LETTER, _DIGIT, _SMALL = re.compile(r"[^\W\d_]"), re.compile(r"\d"), re.compile(r"[a-zäöüß]")
_CAPITAL, _MARK = re.compile(r"[A-ZÄÖÜ]"), re.compile(r"[!#$%^&*+~?§_]")
_MARK_WITHIN = re.compile(r"[^\W_][!#$%^&*+=~?§@_][^\W_]|[!#$%^&*+=~§@]")
_CAPITAL_WITHIN = re.compile(r"[a-zäöüß][A-ZÄÖÜ]")
_NAME_AND_YEAR = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{3,20}[0-9]{1,4}")
_SHORTEST_WORD, _SHORTEST_MADE_UP = 3, 4
_SHORTEST_NUMBER, _SHORTEST_ANNOUNCED_NUMBER, _SHORTEST_BARE_NUMBER = 5, 4, 6
_SHORTEST_NUMERIC_KEY = 12


def bare(word: str) -> str:
    """Give a word without the punctuation around it."""
    return word.strip(_EDGE)


def harmless(word: str) -> bool:
    """Tell error codes, names of devices and products, addresses, versions, dates and quantities."""
    return any(words.HARMLESS.fullmatch(form) for form in (word, word.rstrip(_EDGE), bare(word)))


def made_up(word: str) -> bool:
    """Tell a word nobody would say: letters with digits or marks in it, a long number."""
    inner = bare(word)
    if inner.isdecimal():
        return len(inner) >= _SHORTEST_NUMBER
    if len(inner) < _SHORTEST_MADE_UP or harmless(word):
        return False
    return bool(_LETTER.search(inner) and (_DIGIT.search(inner) or _MARK_WITHIN.search(inner)))


def odd(word: str) -> bool:
    """Tell what may follow "is" or a colon as a password: made up, capitals within, a shorter number."""
    inner = bare(word)
    if inner.isdecimal():
        return len(inner) >= _SHORTEST_ANNOUNCED_NUMBER
    return made_up(word) or (bool(_CAPITAL_WITHIN.search(inner)) and not harmless(word))


def no_thing(word: str) -> bool:
    """Tell what may follow "password" with nothing between: made up, and no short number and no name of a thing."""
    inner = bare(word)
    if inner.isdecimal():
        return len(inner) >= _SHORTEST_BARE_NUMBER
    return made_up(word) and not words.ASSET.fullmatch(inner)


def everyday(word: str) -> bool:
    """Tell an everyday word that can be a password: none that continues a sentence about one."""
    inner = bare(word).casefold()
    return len(inner) >= _SHORTEST_WORD and inner.isalpha() and not _goes_on(inner)


def simple(word: str) -> bool:
    """Tell the words of sentences about passwords that people also choose as one."""
    return bare(word).casefold() in words.SIMPLE


def name(text: str) -> bool:
    """Tell quoted words that are no message and no button."""
    return not harmless(text) and not any(_goes_on(bare(word)) for word in text.casefold().split())


def phrase(text: str) -> bool:
    """Tell words in a row that make no sentence."""
    spoken = text.casefold().split()
    return sum(word in words.COMMON for word in spoken) * 2 < len(spoken)


def striking(word: str) -> bool:
    """Tell a password by its looks alone: small letters, digits and a mark, like "Foo123!"."""
    word = word.rstrip(".,;:)")
    return all(part.search(word) for part in (_SMALL, _DIGIT, _MARK)) and not harmless(word.strip("!?"))


def mixed(word: str) -> bool:
    """Tell a word of small letters, capitals and digits together: "T9kkwPlus"."""
    return all(part.search(word) for part in (_SMALL, _DIGIT, _CAPITAL)) and no_thing(word)


def name_and_year(word: str) -> bool:
    """Tell the commonest of all passwords: "Berlin2020"."""
    word = bare(word)
    return bool(_NAME_AND_YEAR.fullmatch(word)) and not harmless(word)


def key(text: str) -> bool:
    """Tell a key: letters and digits that are nothing else, or a very long number."""
    if not _LETTER.search(text):
        return digits(text) >= _SHORTEST_NUMERIC_KEY
    return bool(_DIGIT.search(text)) and not harmless(text)


def code(text: str) -> bool:
    """Tell a code: digits, or letters and digits that are no error's number and no product."""
    return not _LETTER.search(text) or not harmless(text)


def digits(text: str) -> int:
    """Count the digits."""
    return sum(character.isdecimal() for character in text)


def iban(text: str) -> bool:
    """Check an IBAN's digits: modulo 97 as in ISO 13616."""
    packed = re.sub(r"[\W_]", "", text).upper()
    return int("".join(str(int(character, 36)) for character in packed[4:] + packed[:4])) % 97 == 1


def card(text: str) -> bool:
    """Check a card number's last digit: the Luhn formula of ISO/IEC 7812-1."""
    figures = [int(character) for character in reversed(text) if character.isdecimal()]
    return (sum(figures[::2]) + sum(sum(divmod(2 * figure, 10)) for figure in figures[1::2])) % 10 == 0


def _goes_on(word: str) -> bool:
    return word in words.COMMON or bool(words.PARTICIPLE.fullmatch(word))
