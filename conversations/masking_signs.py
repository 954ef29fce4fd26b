"""Takes a text apart and names the signs by which what was learnt tells a secret: of words, runs and what is around.

A sign is a short name such as "w=passwort" or "Lpassword=3-4" (a word of that role three or four tokens to the left).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from conversations.masking_things import form
from conversations.masking_vocabulary import known

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n|[^\w\s]|_")
_EDGE = ".,;:!?()[]\"'„“”‚‘’»«"  # noqa: RUF001
_QUOTES = frozenset('"„“”‚‘»«`')  # noqa: RUF001
_NEAR = (-4, -3, -2, -1, 1, 2, 3)
_STRANGE = "?"  # stands for a word that sentences to a help desk do not use: which one says nothing
_MOST_DIGITS, _LONG = 20, 9
_LONGEST_RUN, _SHORT = 40, 2

# What a word is to a secret: its name, what stands between, what people do with it, what makes it no secret.
_ROLES = {
    role: re.compile(pattern, re.IGNORECASE)
    for role, pattern in {
        "password": r"pass|pass(?:w|ph|c|sat)\w*|pas+w\w*|pa(?:ss|ß)w\w*|kenn?w\w*|psw\w*|pwd?|pword|"
        r"\w*passwor[td]\w*|\w*kennwort\w*"
        r"|losung\w*|zugangsdaten|credentials|creds|login|logon|anmeldedaten|psk|passphrase\w*|merksatz|kenncode",
        "pin": r"pins?|puk\d?|\w*pin|pincode|geheimzahl\w*|geheimnummer",
        "code": r"\w*codes?|m?tan|tans|otp|2fa|mfa|totp|token|sms|authenticator|ziffern?|digits?|zahl\w*|number|"
        r"nummer"
        r"|fob|securid|rsa|cvv|cvc|cid|prüfz\w*",
        "key": r"\w*keys?|\w*schlüssel\w*|secret|tokens?|bearer|jwt|lizenz\w*|licen[cs]e|serial|pat|psk|seed|"
        r"geheimnis",
        "user": r"user\w*|benutzer\w*|kennung|account|konto|login|username|name|nutzer",
        "is": r"is|ist|was|war|lautete?|hei(?:ß|ss)t|equals|are|sind|namely|nämlich|also|be|sei|lauten|s",
        "use": r"type[ds]?|typing|enter\w*|tipp\w*|getippt|eingegeben|eingeben|eingebe|eintipp\w*|eingetippt|"
        r"tried|try"
        r"|use[ds]?|using|(?:be)?nutz\w*|verwend\w*|nehm\w*|nimm\w*|genommen|genutzt|probier\w*|versuch\w*|gebe?|set"
        r"|changed?|geändert|änder\w*|gesetzt|setz\w*|put|picked|chose|gewählt|wähl\w*|schick\w*|sent|send|received"
        r"|erhalten|bekommen|got|kam|kommt|schreib\w*|wrote|says|steht|shows|zeigt|gave|gab|gegeben|told|"
        r"sagt\w*|press"
        r"|drück\w*|reading|lese|les|displays|reset|choose|took|pick|accept\w*|tak(?:e|es|ing)|reject\w*|refus\w*"
        r"|akzeptier\w*|lehnt|mag|will|wants|keep|always|immer",
        "not": r"not|nicht|never|nie|kein\w*|no|doesn|don|isn|wrong|falsch|invalid|ungültig|expired|abgelaufen"
        r"|vergessen|forgot\w*|reset\w*|zurück\w*|geht|works?|net|won|wont|refused|locked|gesperrt|abgelehnt|"
        r"rejected",
        "to": r"to|auf|into|als|as|in|von|from|zu|mit|with|w",
        "how": r"how|wie|where|wo|which|welche\w*|why|warum|what|was|wann|when|who|wer|can|kann|could",
        "lock": r"door\w*|\w*tür\w*|gate|tor|schranke|alarm\w*|safe|\w*tresor\w*|keypad|\w*tastenfeld|locker|"
        r"spind|shed"
        r"|\w*keller|garage\w*|eingang|\w*entrance|combination|kombination|panel|voicemail|mailbox|unlock\w*|"
        r"entsperr\w*"
        r"|sperre|\w*sperre|schlüsselkasten|radhaus|unscharf\w*|disarm|press|drück\w*|sim|card|karte|headset|pairing",
        "error": r"\w*errors?|\w*fehler\w*|status|http|event|ereignis|exit|stop|stopcode|bluescreen|crash\w*|"
        r"failed|fails"
        r"|exception|returns?|liefert|api|meldet|update|installer",
        "thing": r"ticket\w*|serial\w*|serien\w*|sn|tag|asset\w*|inventar\w*|order|bestell\w*|invoice|"
        r"rechnung\w*|imei|"
        r"room|raum|version|build|phone|tel|telefon|durchwahl|ext|extension|call|fax|id|ids|\w+id|guid|model|"
        r"modell|po"
        r"|vorgang\w*|case|incident|reference|referenz|kundennummer|personal\w*|employee|order|port|vlan|ip|mac|"
        r"driver",
        "hash": r"md5|sha\d*|checksum|prüfsumme|hash\w*|fingerprint|fingerabdruck|thumbprint|commit|public|"
        r"öffentlich\w*",
        "net": r"ssid|wlan|wifi|wi|fi|netz\w*|network|hotspot|eduroam",
        "file": r"file|datei|folder|ordner|script|skript|document|dokument|image|bild",
        "called": r"called|named|heißt|heisst|namens|hei(?:ß|ss)en|app|tool|server|host|team|project|projekt|room",
        "mine": r"my|mine|mein\w*|our|unser\w*|his|her|sein\w?|ihr\w?|old|new|alte[sr]?|neue[sr]?|temp\w*|"
        r"initial|start",
    }.items()
}
_FUZZY = ("password", "passwort", "kennwort", "passphrase", "passcode")
_SHORTEST_FUZZY, _MOST_FUZZY, _SLIPS = 6, 11, 2
_DISTANCES = ((1, "1"), (2, "2"), (4, "3-4"), (8, "5-8"), (16, "9-16"))


@dataclass(frozen=True)
class Token:
    """A word, a number or one other character, and the run without a space that it stands in (first and last token)."""

    text: str
    begin: int
    end: int
    first: int
    last: int


def tokens(text: str) -> list[Token]:
    """Take a text apart."""
    found = list(_TOKEN.finditer(text))
    starts = [
        place
        for place, match in enumerate(found)
        if place == 0 or "\n" in (match[0], found[place - 1][0]) or match.start() > found[place - 1].end()
    ]
    ends = [*starts[1:], len(found)]
    return [
        Token(found[place][0], found[place].start(), found[place].end(), start, end - 1)
        for start, end in zip(starts, ends, strict=True)
        for place in range(start, end)
    ]


def signs(text: str, parts: list[Token]) -> list[list[str]]:
    """Give what speaks for and against each token being part of a secret, as names."""
    reader = _Reader(text, parts)
    return [list(reader.of(place)) for place in range(len(parts))]


@dataclass(frozen=True)
class _Run:
    """What a run of characters without a space is made of, without the punctuation around it."""

    shape: str
    length: int
    digits: int
    small: bool
    capital: bool
    inner: bool  # a capital after the first character
    other: bool  # neither letters nor digits
    form: str  # of a thing: a file's name, an address

    @classmethod
    @lru_cache(4096)
    def read(cls, core: str) -> "_Run":
        digits = sum(map(str.isdigit, core))
        small, capital, inner = core != core.upper(), core != core.lower(), core[1:] != core[1:].lower()
        return cls(
            _shape(core[:_LONGEST_RUN]), len(core), digits, small, capital, inner, not core.isalnum(), form(core)
        )

    @property
    def plain(self) -> bool:
        return not self.digits and not self.inner and not self.other

    @property
    def sort(self) -> str:
        """One letter for how much a run looks made up."""
        if self.form:
            return "f"
        if self.plain:
            return "p"
        return "n" if not self.small and not self.capital else "m" if self.digits else "o"


class _Reader:
    """Reads the signs of one text's tokens."""

    def __init__(self, text: str, parts: list[Token]) -> None:
        self._parts = parts
        low = [part.text.lower() for part in parts]
        self._shapes = [_shape(part.text) for part in parts]
        self._roles = [roles(word) for word in low]
        self._known = [known(word) for word in low]
        self._ends = [word[-3:] for word in low]
        self._low = [
            "9" * min(len(word), _LONG) if word.isdigit() else _STRANGE if often == "0" and not roles else word
            for word, often, roles in zip(low, self._known, self._roles, strict=True)
        ]
        self._runs: dict[int, _Run] = {}
        for part in parts:
            if part.first not in self._runs:
                run = text[parts[part.first].begin : parts[part.last].end]
                self._runs[part.first] = _Run.read(run.strip(_EDGE)[: 5 * _LONGEST_RUN])
        self._rare = sum(
            not run.plain or self._known[first] == "0" for first, run in self._runs.items() if run.length > _SHORT
        )
        self._before = self._distances(range(len(parts)))
        self._after = self._distances(range(len(parts) - 1, -1, -1))
        self._all = sorted({role for roles in self._roles for role in roles})
        quotes = 0
        self._quoted = []
        for part in parts:
            self._quoted.append(quotes % 2)
            quotes += part.text in _QUOTES
        self._asks = text.rstrip().endswith("?")

    def of(self, place: int) -> Iterator[str]:
        """Give the signs of one token."""
        yield from self._itself(place)
        yield from self._neighbours(place)
        yield from self._announced(place)

    def _itself(self, place: int) -> Iterator[str]:
        part, low = self._parts[place], self._low[place]
        run, often = self._runs[part.first], self._known[place]
        yield from (f"w={low}", f"s3={self._ends[place]}", f"sh={self._shapes[place]}")
        yield from (f"len={min(part.end - part.begin, 12)}", f"run={run.shape[:14]}", f"runlen={min(run.length, 20)}")
        where = "s" if place == part.first else "e" if place == part.last else "m"
        yield from (f"where={where}", f"alone={part.first == part.last}", f"digits={min(run.digits, 9)}")
        yield f"mix={run.digits > 0}{run.small}{run.capital}{run.other}"
        yield f"inner={run.inner and run.small}"
        yield from (f"role={role}" for role in self._roles[place])
        yield from (f"quoted={self._quoted[place]}", f"asks={self._asks}")
        yield from (f"v={often}", f"v={often}|{self._shapes[place]}", f"v={often}|q{self._quoted[place]}")
        yield from (f"sort={run.sort}", f"rare={min(self._rare, 4)}|{run.sort}{often}")
        if run.form:
            yield f"form={run.form}"
        if low.isdigit():
            yield f"number={min(self._long_number(place), _MOST_DIGITS)}"

    def _neighbours(self, place: int) -> Iterator[str]:
        low, shapes, count, often = self._low, self._shapes, len(self._low), self._known
        for step in _NEAR:
            other = place + step
            if not 0 <= other < count:
                yield f"{step}:none"
                continue
            yield f"{step}:w={low[other]}"
            if abs(step) < 3:  # noqa: PLR2004  farther shapes say little
                yield f"{step}:sh={shapes[other]}"
                yield f"{step}:v={often[other]}{often[place]}"
            yield from (f"{step}:role={role}" for role in self._roles[other])
        if place > 0:
            yield f"-1w={low[place - 1]}|{shapes[place]}"
            yield f"-1w={low[place - 1]}|{often[place]}"
        if place > 1:
            yield f"-2w={low[place - 2]}|{low[place - 1]}"
            yield f"-2s={low[place - 2]}|{low[place - 1]}|{shapes[place]}"
        yield from self._around_the_run(place)

    def _around_the_run(self, place: int) -> Iterator[str]:
        part, low, often = self._parts[place], self._low, self._known[place]
        first, last, sort = part.first, part.last, self._runs[part.first].sort
        if first > 0:
            yield f"before={' '.join(low[max(0, first - 2) : first])}"
            yield f"before1={low[first - 1]}|{sort}{often}"
            yield from (f"beforerole={role}|{sort}{often}" for role in self._roles[first - 1])
        else:
            yield f"first|{sort}{often}"
        if last + 1 < len(low):
            yield f"after1={low[last + 1]}|{sort}{often}"
            yield from (f"afterrole={role}|{sort}{often}" for role in self._roles[last + 1])
        else:
            yield f"last|{sort}{often}"
        if last + 2 < len(low):
            yield f"after={low[last + 1]} {low[last + 2]}"

    def _announced(self, place: int) -> Iterator[str]:
        run = self._runs[self._parts[place].first]
        shape, sort = run.shape[:10], run.sort + self._known[place]
        for name, distances, nearest in (("L", self._before[place], ""), ("N", self._after[place], "far")):
            for role, distance in distances.items():
                told = _told(distance)
                if told != nearest:
                    yield f"{name}{role}={told}|{sort}"
                if distance <= 8:  # noqa: PLR2004  a sentence's length
                    yield f"{name}{role}|{shape}"
        for role in self._all:
            yield f"H{role}|{sort}"

    def _distances(self, order: range) -> list[dict[str, int]]:
        """Give for each token how far the nearest earlier word of each role is, in this order of tokens."""
        latest: dict[str, int] = {}
        found: list[dict[str, int]] = [{} for _ in order]
        for place in order:
            found[place] = {role: abs(place - other) for role, other in latest.items()}
            latest |= dict.fromkeys(self._roles[place], place)
        return found

    def _long_number(self, place: int) -> int:
        """Count the characters of a number that may be written in groups."""
        total = 0
        for step in (-1, 1):
            other = place if step < 0 else place + 1
            while total < _MOST_DIGITS and 0 <= other < len(self._low) and _is_of_number(self._parts[other].text):
                total += max(1, len(self._parts[other].text) * self._low[other].isdigit())
                other += step
        return total


@lru_cache(8192)
def _shape(word: str) -> str:
    forms = "".join("9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word)
    return re.sub(r"(.)\1{2,}", r"\1\1+", forms)


def _is_of_number(word: str) -> bool:
    return word.isdigit() or word in "-./"


@lru_cache(8192)
def roles(word: str) -> tuple[str, ...]:
    """Give what a word is to a secret: its name, what stands between, what people do with it."""
    found = [role for role, pattern in _ROLES.items() if pattern.fullmatch(word)]
    if "password" not in found and _is_misspelt(word):
        found.append("password")
    return tuple(found)


def _is_misspelt(word: str) -> bool:
    """Tell "passwrod" and "kenwort": a word for a password with a slip or two, and no everyday word."""
    if not _SHORTEST_FUZZY <= len(word) <= _MOST_FUZZY or word[0] not in "pk" or known(word) != "0":
        return False
    return any(OSA.distance(word, right, score_cutoff=_SLIPS) <= _SLIPS for right in _FUZZY)


def _told(distance: int) -> str:
    return next((name for most, name in _DISTANCES if distance <= most), "far")
