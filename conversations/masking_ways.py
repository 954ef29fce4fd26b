"""The indirect ways in which people give secrets away: typed, chosen, changed from one to another, told in passing.

Here plain words can be passwords too; which ones, `masking_plain.py` tells. Every repetition in a pattern is
bounded or possessive, so that no text is slow to read.
"""

import re
from collections.abc import Callable

from conversations import masking_plain as plain
from conversations import masking_shapes as shapes
from conversations import masking_words as words
from conversations.masking_codes import CODES
from conversations.masking_passing import PASSING
from conversations.masking_rules import MARKS, Rule

# --- Parts of patterns -----------------------------------------------------------------------------------------------

_MARK_CHARACTERS = "".join(MARKS.values())
_CLOSE = "\"'“”«»’`"  # noqa: RUF001
_CHARACTER = rf"(?!</)[^\s\"„“”«»<>{_MARK_CHARACTERS}]"
_WORD = rf"(?P<secret>(?:{_CHARACTER}){{3,120}}+)"
_ODD = rf"(?<![^\s(\"'„“«»‘`/|])(?=(?:{_CHARACTER}){{0,60}}[\d!#$%&*+=@§^~])" + _WORD  # noqa: RUF001
_OPEN = r"[\"'„“”«»‘`(*]{0,3}"  # noqa: RUF001
_PASSWORD = rf"(?<![^\W_])(?:{words.PASSWORD})(?![\w-])"
_SIGN = r"[\"'*`]{0,2}[ \t]{0,4}(?:->|=>|→|[:=])\s{0,4}"
_IS = r"[ ](?:is|was|are|were|ist|war|wäre|waere|sei|sind|lautete?|heißt|heisst|hieß)(?!\w)"
_BE = (
    r"(?:is|was|ist|war|wäre|sei|lautete?|heißt|heisst|hieß|used to be|reads|says|(?:might|may|could|"
    r"must|should|would|will)"
    r"(?: have)? (?:be|been)|(?:dürfte|könnte|müsste|muesste|muss|soll|sollte))(?!\w)"
)
_LATELY = (
    r"(?:[ ](?:now|just|still|currently|probably|i think|glaube? ich|denke ich|jetzt|noch|bisher|"
    r"früher|immer|wohl|also|einfach)(?!\w)){0,2}"
)
_OF_WHOM = r"(?:[ ](?:a|an|my|the|our|new|old|mein|meine|neues|altes|das|unser|ein|sicheres|gutes)(?!\w)){0,3}"
# What may follow a plain word that was a password, beyond the end of its clause.
_GOES_ON = (
    rf"(?=[{_CLOSE})]{{0,2}}(?:[ \t]{{0,3}}(?:$|[\n.,;!?()/|{_CLOSE}]|[-\u2013][ ])|[ ](?:and|und|but|aber|or|oder|"
    r"i think|i believe|i guess|glaub\w{0,2}|denk\w{0,2}|all|alles|fyi|btw|please|bitte|pls|thanks|danke|right|"
    r"correct|then|dann|now|jetzt|does|doesn't|doesnt|is|isn't|ist|geht|wird|works|klappt|funktioniert|it|i|ich|since|"
    r"seit|because|weil|gives|gets|sein|so|when|wenn|if|user|username|benutzer|for|für|fürs|still|ok|"
    r"okay|with a capital|with capital|mit gro\w{2,4}|mit kleine\w|in lower\w*|in capital\w*)(?!\w))"
    r")"
)
_NO_STORE = r"(?![ -]?(?:manager|tool|safe|app|vault|store|generator|speicher|tresor)(?!\w))"
_TYPING = (
    r"type|typed|typing|typing in|type in|typed in|enter|entered|entering|put|put in|key in|keyed in|tippe|tipp|gebe|"
    r"geb|eingabe von|tried|trying|try|tried with|use|used|using|choose|chose|chosen|picked|nehme|nahm|nutze|benutze|"
    r"verwende|probiere|versuche|nimmt|take|takes|took|accept|accepts|accepted|akzeptiert|with|mit"
)
_AND_ANOTHER = r"(?:(?:,|[ ](?:und|oder|auch|and|or))[ ]\S{1,40}+){0,3}"
_TYPED_AFTER = (
    r"ein|an|nicht an|nicht|probiert|ausprobiert|versucht|eingegeben|eingebe|eintippe|eingetippt|getippt|geschützt|"
    r"verschlüsselt|angemeldet|anmelden|eingeloggt|einloggen|"
    r"gesetzt|genommen|gewählt|is wrong|is what|is right|is correct|stimmt|beim ersten|for the first|zum ersten"
)


def _rule(
    kind: str, *parts: str, holds: Callable[[str], bool] | None = None, context: re.Pattern[str] | None = None
) -> Rule:
    """Give a rule whose secret has the shape, and the group `other` too if there is one."""

    def accepts(match: re.Match[str]) -> bool:
        found = [match["secret"], match.groupdict().get("other")]
        return holds is None or all(holds(word) for word in found if word)

    return Rule(kind, re.compile("".join(parts), re.IGNORECASE), accepts, context)


_P = MARKS["password"]
_TYPES = re.compile(
    r"\b(?:typ(?:e|ed|ing)|enter|tried|try|tipp|eingegeben|gebe|eingebe|probier|versuch|pass|kennw|pwd?\b|"
    r"log|anmeld|melde|old one|new one|alte war|neue ist)",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"chang|änder|aender|switch|wechsel|update|setz|umgestellt|pass|kennw|\bpwd?\b", re.IGNORECASE)

EARLY: tuple[Rule, ...] = (
    _rule(
        "password",
        rf"(?<![^\s(])(?!https?|ftp)[a-z][\w.@\\-]{{1,60}}[:/](?=[^\s/]{{0,40}}\d)"
        rf"(?P<secret>[^\s/{_MARK_CHARACTERS}]{{5,60}}+)",
        holds=shapes.striking,
    ),
    _rule(
        "password",
        r"(?<![\w-])(?:mysql(?:dump)?(?!\w)[^\n]{0,60}?[ ]-p|sshpass[ ]-p[ ]?)['\"]?(?P<secret>[^\s'\"]{4,100}+)",
    ),
    _rule("password", r"(?<![^;\s\"'?&])(?:password|pwd|pw|passwort)=(?P<secret>[^\s;&\"'\[\]]{4,100}+)(?=;)"),
    _rule(
        "key",
        r"(?<![^\W_])(?:account[ _-]?key|shared\w{0,6}[ _-]?key|[\w-]{0,30}[_-](?:secret|token|key)(?:[_-]base)?)",
        r"[\"']?[=:]\s?[\"']?(?P<secret>[\w+/.~-]{16,1000}+=*+)",
        holds=shapes.key,
    ),
    _rule("key", r"(?<![\w-])(?P<secret>(?:sk-|gh[pousr]_|glpat-|xox[bp]-|whsec_)[\w-]{16,255}+)"),
    _rule("key", r"(?<!\w)(?:client-?|api-?)?geheimnis(?:[:= ]{1,3}|[ ](?:ist|lautet)[ ])(?P<secret>\S{12,500}+)"),
)
_CHANGED = (
    _rule(
        "password",
        rf"(?<![^\s(\"'„“]){_WORD}(?:[\"'”“]?,?[ ](?:to|into|auf|in|zu|with|by|durch|statt|and|und|or|"
        rf"oder|then|dann)|(?<=,))[ ]"
        rf"{_OPEN}{_P}",
        holds=shapes.no_thing,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:from|von|vom)[ ]{_OPEN}{_WORD}[ ](?:to|into|auf|in|zu)[ ]{_OPEN}",
        rf"(?P<other>[^\s{_MARK_CHARACTERS}]{{3,60}}+)",
        holds=shapes.no_thing,
        context=_CHANGE,
    ),
    _rule(
        "password",
        rf"{_PASSWORD}[^\n.]{{0,40}}?[ ](?:from|von|vom)[ ]{_OPEN}{_WORD}[ ](?:to|into|auf|in|zu)[ ]{_OPEN}",
        rf"(?P<other>[^\s{_MARK_CHARACTERS}]{{3,60}}+)",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?:(?<=from[ ]{_P})|(?<=von[ ]{_P})|(?<=vom[ ]{_P}))[^\w\n]{{0,2}}[ ](?:to|into|auf|in|zu)[ ]{_OPEN}{_WORD}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<={_P})[^\w\n]{{0,2}}[ ](?:and|but|und|aber)?[ ]?(?:now|jetzt|nun|heute)[ ](?:it's|it is|its|ist es|is)",
        rf"[ ]{_OPEN}{_WORD}{_GOES_ON}",
        holds=plain.given,
    ),
)
_TOLD = (
    _rule(
        "password",
        rf"{_PASSWORD}(?:[ ](?!{_BE})[^\W\d_][\w-]{{1,20}}){{3,6}}?[ ]{_BE}{_LATELY}[ ]{_OPEN}{_WORD}{_GOES_ON}",
        holds=plain.plain,
    ),
    _rule(
        "password",
        r"(?<!\w)(?:old|new|current|previous|altes?|neues?|aktuelles|bisheriges|my|mein)[ ]"
        rf"{_PASSWORD}[ ]{_OPEN}{_WORD}",
        r"(?<=,)",
        holds=plain.plain,
    ),
    _rule(
        "password",
        rf"(?<={_P}),?[ ](?:and[ ]|und[ ])?(?:new|neues?|old|altes?)[ ]{_PASSWORD}[ ]{_OPEN}{_WORD}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:{words.NAME}|nutzer|login)(?:[ ](?:name|ist|is))?[ :=]{{1,3}}[\w.@\\-]{{2,40}}[,;]?"
        rf"(?:[ ](?:and|und|mit|with|the|dem|the))"
        rf"{{0,2}}[ ]{_PASSWORD}:?[ ]{_OPEN}{_WORD}",
        holds=plain.plain,
    ),
    _rule(
        "password", rf"{_PASSWORD}(?:[ ]\w{{2,20}}){{0,3}}?[ ]{_BE}{_LATELY}[ ]?:?\s{_OPEN}{_WORD}", holds=shapes.odd
    ),
    _rule(
        "password",
        rf"{_PASSWORD}(?:[ ]\w{{2,20}}){{0,3}}?[ ]{_BE}{_LATELY}[ ]{_OPEN}{_WORD}{_GOES_ON}",
        holds=plain.plain,
    ),
    _rule("password", rf"(?:war|was)[ ](?:mein|das|my)[ ]{_PASSWORD}[ ]{_WORD}{_GOES_ON}", holds=plain.plain),
    _rule("password", rf"(?<={_P}),?[ ](?:jetzt|nun|heute)[ ]ist[ ]es[ ]{_WORD}", holds=plain.given),
    _rule(
        "password",
        rf"{_PASSWORD}(?:,[^,.\n]{{2,60}},|[ ]?\([^)\n]{{1,40}}\))(?:[ ]{_BE}|:){_LATELY}:?[ ]{_OPEN}{_WORD}{_GOES_ON}",
        holds=plain.given,
    ),
    _rule(
        "password", rf"{_PASSWORD}[^\n.]{{0,50}}?,?[ ](?:nämlich|namely)[ ]{_OPEN}{_WORD}{_GOES_ON}", holds=plain.given
    ),
    _rule(
        "password",
        rf"{_PASSWORD}[ ](?:for|of|in|on)[ ](?:all|everything|everyone|both)\w{{0,3}},?[ ](?:it is|it's|its)[ ]{_WORD}",
        _GOES_ON,
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"{_PASSWORD}[ ](?:gegeben|gesagt|verraten|genannt|geschickt|mitgeteilt|told me|told|given|sent)",
        rf"(?:[ ](?:me|us|mir|uns))?:\s{{1,2}}{_OPEN}{_WORD}{_GOES_ON}",
        holds=plain.given,
    ),
    _rule("password", rf"{_PASSWORD}[ ]?=[ ]?{_OPEN}{_WORD}{_GOES_ON}", holds=plain.given),
    _rule(
        "password",
        rf"{_PASSWORD}:\s{{0,3}}{_OPEN}{_WORD}(?=[^\w\n]{{0,3}}(?:\n|$)|[ ][-\u2013(]|[ ]\w{{3,15}}:)",
        holds=plain.given,
    ),
    _rule("password", rf"(?<![^\W_])passwor[dt][ ]?[12][ ]?[:=]?[ ]{_WORD}", holds=shapes.odd),
    _rule(
        "password",
        rf"(?:with|mit|hat|has)(?:[ ](?:the|dem|das|a|my|meinem))?[ ]{_PASSWORD}[ ]{_OPEN}{_WORD}",
        rf"(?=[ ](?:geschützt|verschlüsselt|versehen|gesichert)|[{_CLOSE}]?\s{{0,3}}$)",
        holds=plain.plain,
    ),
    _rule(
        "password",
        r"(?:zip|pdf|excel|word|rar|encrypted|protected|locked|locked,)"
        rf"[^\n.]{{0,30}},[ ]{_PASSWORD}[ ]{_WORD}\s{{0,3}}$",
        holds=plain.plain,
    ),
    _rule(
        "password",
        r"(?<!\w)(?:secret word|code ?word|geheimwort|codewort|losungswort|kennsatz|safeword)",
        rf"(?:{_SIGN}|{_IS}[ ]|[ ]){_OPEN}{_WORD}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<![^\W_])(?:default|standard|initial|start)[ -]?(?:{words.PASSWORD})[ ](?P<secret>admin|"
        rf"test|guest|gast|root)(?!\w)",
    ),
    _rule("password", rf"{_PASSWORD}{_IS}[ ](?P<secret>admin|test|guest|gast|root|hallo|hello)(?=[^\w\n]{{0,3}}$)"),
)
_WORDS_IN_A_ROW = (
    r"(?P<secret>[^\W\d_]{2,20}(?:[ -][^\W\d_]{1,20}){1,9})(?=[^\w\n]{0,3}(?:$|\n|,?[ ](?:but|aber|and|und)[ ]))"
)
_PHRASES = (
    _rule(
        "password",
        rf"(?<!\w)(?:passphrases?|passsatz|merksatz)(?:[ ](?!is[ ]|ist[ ])[^\W\d_][\w-]{{1,20}}){{0,5}}?"
        rf"(?:{_SIGN}|{_IS}[ ]){_OPEN}(?P<secret>[^\W\d_]{{2,20}}"
        rf"(?:[ -][^\W\d_]{{2,20}}){{2,9}}?)(?=[^\w\n]{{0,3}}(?:$|\n|[ ](?:but|aber|and|und)[ ]))",
        holds=plain.no_state,
    ),
    _rule("password", rf"{_PASSWORD}[ ](?:lautet|lautete):?[ ]{_OPEN}{_WORDS_IN_A_ROW}", holds=plain.no_talk),
    _rule(
        "password",
        rf"(?<!\w)(?:keepass|bitwarden|master|haupt|vault|tresor)[ -]?(?:\w{{1,10}}[ -])?(?:{words.PASSWORD})"
        rf"{_IS}[ ]{_OPEN}{_WORDS_IN_A_ROW}",
        holds=plain.no_state,
    ),
    _rule("password", rf"{_PASSWORD}:[ ]?\n\s{{0,3}}{_OPEN}{_WORDS_IN_A_ROW}", holds=plain.no_talk),
    _rule(
        "password",
        rf"{_PASSWORD}{_IS}[ ]{_OPEN}"
        rf"(?P<secret>[A-ZÄÖÜ][^\W\d_]{{1,20}}(?:[ ][^\W\d_]{{2,20}}){{0,4}}[ ]\d{{1,4}}[!?.]{{0,2}})"
        rf"(?=\s|$)",
        holds=plain.no_talk,
    ),
)
_TYPED = (
    _rule("password", rf"(?<![^\s(\"'„“]){_WORD}(?<=!)(?=[ ][a-zäöü(])", holds=plain.capital_and_digit),
    _rule(
        "password",
        rf"(?<!\w)(?:{words.PASSWORD})(?:[ ]|:[ ])(?P<secret>[^\W\d_]{{3,30}}!)(?=[ ](?-i:[a-zäöü]))",
        holds=plain.plain,
    ),
    _rule(
        "password",
        r"(?<![^\s(\"'„“,])(?P<secret>[\w.-]{0,30}[^\W_]{2}[!*$%§^~][^\W_]{2}[\w!*$%§^~.-]{0,30})",
        holds=lambda word: not shapes.harmless(word),
        context=words.SIGNING_IN,
    ),
    _rule(
        "password",
        r"(?<!\w)(?:reset|changed?|set|switched|updated|auf|in|zu)(?:[ ](?!to[ ])\w{2,12}){0,3}?[ ](?:to|auf|in|zu)[ ]"
        rf"{_OPEN}(?=\S{{0,60}}\d){_WORD}",
        holds=plain.capital_too,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:auf|in|zu)[ ]{_OPEN}(?=\S{{0,60}}\d){_WORD}",
        rf"(?=[{_CLOSE}]?[ ](?:zurück|um)?(?:ge)?(?:setz|änder|aender|stell|wechsel|aktualisier))",
        holds=plain.capital_too,
    ),
    _rule(
        "password",
        rf"{_PASSWORD}[^.\n]{{2,60}}?,[ ]{_OPEN}(?=\S{{0,60}}\d){_WORD}(?<=,)",
        holds=plain.typed,
    ),
    _rule(
        "password",
        rf"(?<![^\s(\"'„“|])(?P<secret>(?=[^\s]{{0,60}}\d)[^\s\"„“”«»<>()|{_MARK_CHARACTERS}]{{6,60}}+)",
        holds=plain.year_or_mark,
        context=_TYPES,
    ),
    _rule(
        "password",
        rf"(?<![^\s(\"'„“|])(?P<secret>(?=[^\s]{{0,60}}\d)[^\s\"„“”«»<>()|{_MARK_CHARACTERS}]{{6,60}}+)",
        holds=plain.marked,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:{_TYPING})(?:[ ](?:in|ein|always|immer|ich|only|just|mal|auch|now|jetzt|both|beides|"
        rf"einfach|weiter)){{0,2}}",
        rf"[: ]{{1,2}}{_OPEN}(?=\S{{0,60}}\d){_WORD}",
        holds=plain.typed,
    ),
    _rule(
        "password",
        rf"(?:won't|wont|doesn't|does not|will not|not|nimmt|akzeptiert)[ ](?:take|accept|akzeptieren|"
        rf"annehmen|er|es|sie|mir)?[ ]?{_OPEN}(?=\S{{0,60}}\d){_WORD}",
        holds=plain.typed,
    ),
    _rule(
        "password",
        rf"{_ODD}{_AND_ANOTHER}(?=[{_CLOSE},]?(?:[ ](?:dreimal|mehrfach|mehrmals|oft|schon|auch|beide|"
        rf"beides|immer))?[ ](?:{_TYPED_AFTER})(?!\w))",
        holds=plain.typed,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:protected|encrypted|locked|secured)[ ](?:with|by)[ ]{_OPEN}(?=\S{{0,60}}\d){_WORD}",
        holds=plain.typed,
    ),
)
_REFUSED = (
    r"(?=[ ](?:(?:is|was|gets|keeps|wird|ist|sei|war)[ ](?:\w{2,10}[ ])?(?:reject|refus|denied|wrong|not|nicht|too|zu|"
    r"invalid|incorrect|expired|abgelehnt|abgewiesen|locked|gesperrt|blocked|falsch|ungültig|abgelaufen|"
    r"being)|(?:does not|doesn't|doesnt|won't|"
    r"geht|klappt|funktioniert|stimmt)(?!\w)))"
)
_AS_PASSWORD = (
    _rule(
        "password",
        rf"(?:mein|my|his|her|sein|ihr)(?:[ ]\w{{2,12}})?[ ]{_PASSWORD}[ ]{_WORD}{_REFUSED}",
        holds=plain.plain,
    ),
    _rule("password", rf"{_PASSWORD}[ ]{_WORD}{_REFUSED}", holds=plain.small),
    _rule(
        "password",
        rf"{_PASSWORD}(?:{_IS}|{_SIGN})[ ]?[{_CLOSE}„](?P<secret>[^\n\"„“”«»<>{_MARK_CHARACTERS}]{{3,40}})[{_CLOSE}]",
        holds=plain.part_plain,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:{_TYPING})(?:[ ](?:in|ein|always|immer))?[ ]{_OPEN}{_WORD}[{_CLOSE}]?[ ](?:in[ ])"
        rf"?(?:as|als|for|für){_OF_WHOM}[ ]{_PASSWORD}{_NO_STORE}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<!\w)(?:ist|is|are|would|wäre)[ ]{_OPEN}{_WORD}[{_CLOSE}]?[ ](?:\w{{2,12}}[ ])?(?:enough|"
        rf"genug)[ ](?:as|for|als|für){_OF_WHOM}[ ]{_PASSWORD}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<!\w)als{_OF_WHOM}[ ]{_PASSWORD}[ ](?:habe?|möchte|nehme|will|hatte|würde|benutze|nutze|"
        rf"verwende|gebe|tippe|setze|wähle)[ ](?:ich|wir)(?:[ ](?:gerne?|immer|jetzt|mir|mal|überall|"
        rf"nun)){{0,2}}[ ]{_OPEN}{_WORD}",
        holds=plain.given,
    ),
    _rule(
        "password",
        rf"(?<!\w){_OPEN}{_WORD}[{_CLOSE}]?[ ](?:wäre|waere|lautet|heißt)[ ](?:my|mein|unser|das|sein|"
        rf"ihr)(?:[ ]\w{{2,12}})?[ ]{_PASSWORD}",
        holds=plain.given,
    ),
)
LATE: tuple[Rule, ...] = (*_CHANGED, *_TOLD, *_PHRASES, *_TYPED, *_AS_PASSWORD, *PASSING, *CODES)
