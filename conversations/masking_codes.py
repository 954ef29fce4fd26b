"""Where PINs, one-time codes and codes of doors stand, with and without a word for one.

Every repetition in a pattern is bounded or possessive, so that no text is slow to read.
"""

import re
from collections.abc import Callable

from conversations import masking_plain as plain
from conversations import masking_words as words
from conversations.masking_rules import MARKS, Rule

_OPEN = r"[\"'„“”«»‘`(*]{0,3}"  # noqa: RUF001
_SIGN = r"[\"'*`]{0,2}[ \t]{0,4}(?:->|=>|→|[:=])\s{0,4}"
_IS = r"[ ](?:is|was|are|were|ist|war|wäre|waere|sei|sind|lautete?|heißt|heisst|hieß)(?!\w)"
_CODE = rf"(?<![\w-])(?:{words.CODE}|code)(?![\w-])"
_NUMBER = r"(?:G-)?(?P<secret>(?!0x|0[0-9]{3})[0-9](?:[ -]?[0-9]){3,7})(?![\w@%€-]|[.:,/][0-9]|[ ][0-9])"
_C, _CARD = MARKS["code"], MARKS["card"]
# What brings a code, in a text that speaks of no error's number.
_BRINGS = re.compile(
    r"\A(?![\s\S]*(?:error|fehler|0x|aadsts|install|ticket))[\s\S]*?"
    r"(?<!\w)(?:\w{0,20}code|sms|text|app|\w{0,20}authenticator|otp|totp|2fa|mfa|tan)(?!\w)",
    re.IGNORECASE,
)


def _rule(
    kind: str, *parts: str, holds: Callable[[str], bool] | None = None, context: re.Pattern[str] | None = None
) -> Rule:
    """Give a rule whose secret has the shape."""
    return Rule(
        kind,
        re.compile("".join(parts), re.IGNORECASE),
        lambda match: holds is None or holds(match["secret"]),
        context,
    )


# What shows a code, what is opened with one, what is done with it there.
_SHOWS = (
    r"app|phone|handy|smartphone|sms|text|message|nachricht|mail|e-mail|authenticator|token|fob|display|"
    r"anhänger|knubbel|"
    r"stimme|voice|caller|anrufer|microsoft|google|whatsapp"
)
_OPENED = (
    r"keypad|key ?pad|tastenfeld|zahlenfeld|nummernfeld|(?:front|back|side|loading|garage|server|"
    r"\w{0,6})[ -]?(?:door|entrance|gate)|"
    r"alarm\w{0,8}|panel|locker|shed|bike ?shed|safe|\w{0,8}tür|haustür|tor|schranke|spind|\w{0,8}tresor|"
    r"radhaus|garage|"
    r"\w{0,6}eingang|schlüsselkasten|\w{0,8}keller|packstation|voicemail|mailbox|handysperre|handset lock|"
    r"tastensperre|"
    r"bildschirmsperre|unscharf\w{0,9}|disarm"
)
_AND_ON = (
    r"(?![\w@%€-]|[.:,/][0-9]|[ ][0-9])(?=[\"'”“)#*]{0,2}(?:\s{0,2}$|[\n.,;!?]|[ ](?:and|und|but|aber|or|oder|"
    r"then|dann|"
    r"right|now|jetzt|gerade|grad|is|ist|was|war|wird|says|on|auf|am|an|per|via|from|by|via|does|doesn't|doesnt|"
    r"isn't|"
    r"has|hat|what|where|wo|was|to|zu|um|but|for|für|für|geht|klappt|getippt|eingegeben|eingetippt|ein|rein|gesagt|"
    r"diktiert|auf|it|es|weil|because|since|seit|-|/)(?!\w)))"
)
_DOES = (
    r"(?:[ ](?:with|mit|press|presses|drück\w{0,2}|enter\w{0,3}|type\w{0,2}|typing|tippe?n?|code|is|ist|to|auf|"
    r"nimmt|uses?|use|gebe?n?|"
    r"stand|steht|set to|gave|gab|put|nehmen|nehme|wählen)|:|,)"
)
_TELLING = (
    r"(?:reading|read)[ ]it(?:[ ](?:to|for)[ ]you)?(?:[ ]now|[ ]out)?|(?:ich[ ])?lese?(?:[ ](?:es|mal|"
    r"jetzt|ihnen))*[ ]vor"
)
_SIXISH = r"(?:[0-9]{3}[ -]?[0-9]{3}|[0-9]{4}[ -]?[0-9]{4}|[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}|[0-9](?:[ -][0-9]){5,7})"
_NO_CONTEXT = re.compile(
    r"\A(?![\s\S]*(?:error|fehler|0x|aadsts|install|ticket|order|bestell|version|serial|seriennum|kunden|customer))",
    re.IGNORECASE,
)

CODES: tuple[Rule, ...] = (
    _rule("code", rf"{_CODE}(?:,[ ]|[ ]?\(|[ ](?:bitte|please)[ ]){_NUMBER}"),
    _rule(
        "code",
        rf"(?<!\w)(?:mfa|2fa|sms|otp|authenticator)[ -]?(?:number|nummer|zahl)(?:{_SIGN}|{_IS}[ ]|"
        rf"[ ]){_NUMBER}",
    ),
    _rule("code", rf"{_CODE}(?:[ ](?!fehler|error)\w{{2,15}}){{0,3}}?[ ](?:to|auf)[ ]{_NUMBER}"),
    _rule("code", rf"{_CODE}[ ](?:from|von)[ ]{_NUMBER}(?=[ ](?:to|auf|in|zu)[ ])"),
    _rule("code", rf"(?<={_C})[^.\n\d]{{0,25}}[ ](?:to|be|möchte|want|will|lieber|jetzt|now|neu|new)[ ]{_NUMBER}"),
    _rule(
        "code",
        r"(?<!\w)(?:enter(?:ing|ed)?|typ(?:e|ed|ing)|got|get|received|displays?|displayed|shows?|showed|"
        r"says|zeigt|sagt|"
        r"habe?|bekomme|bekam|erhalte|kriege|gebe|tippe|ich|put in|use|used|using|with|mit)[ ](?:in[ ]|mir[ ])?"
        r"(?P<secret>[0-9]{3}[ -]?[0-9]{3})(?![\w-]|[ ][0-9])",
        context=_BRINGS,
    ),
    _rule("code", rf"(?<={_C})[ ](?:to|auf|in|zu|und|and|or|oder|then|dann)[ ]{_NUMBER}"),
    _rule("code", rf"{_CODE},[^,.\n]{{2,50}},[ ](?:is|was|ist|war|lautet|lautete)[ ]{_NUMBER}"),
    _rule(
        "code",
        r"(?<![\w.:,/@#+-])(?P<secret>[0-9]{3}[ -]?[0-9]{3})[ ](?:from|aus|off|vom|von|per)[ ](?:\w{2,10}[ ])"
        r"?(?:\w{0,20}authenticator|sms|app|text|token|handy|phone)(?!\w)",
    ),
    _rule(
        "code",
        r"(?<![\w-])(?:sicherungs|ersatz|reserve|rettungs|einrichtungs|kopplungs|registrierungs|einladungs|"
        r"geheim|alarm|safe|garagen|haus|reset|zurücksetz|zwei-?faktor|2-?faktor|totp|tan|push|invite|"
        r"invitation|registration|enrol?ment|gate|garage|locker|entry|temporary|temp|secret|validation|"
        r"validierungs|freigabe|identity)[ -]?codes?",
        rf"(?:{_SIGN}|{_IS}[ ]|[ ]){_OPEN}"
        rf"(?P<secret>(?!0x)(?=[A-Z-]{{0,10}}[0-9])[A-Z0-9]{{4,10}}(?:[ -][A-Z0-9]{{3,10}})"
        rf"{{0,4}}(?:,[ ][A-Z0-9]{{4,6}}-[A-Z0-9]{{4,6}}){{0,9}})(?![\w@])",
        holds=plain.has_digits,
    ),
    _rule("code", rf"(?<!\w)(?:{_TELLING})[^\d\n]{{0,12}}(?P<secret>[0-9](?:[ -]?[0-9]){{3,9}})(?![\w-])"),
    _rule(
        "code",
        rf"(?<!\w)(?:{_TELLING})[ ]{{0,2}}[:,-][ ]{{0,2}}(?P<secret>(?:(?:{words.SPOKEN_DIGITS})"
        rf"[ ,-]{{1,2}}){{3,9}}(?:{words.SPOKEN_DIGITS}))(?!\w)",
    ),
    _rule(
        "code",
        rf"(?<![\w-])(?:{_SHOWS})(?![\w-])(?:[ ,:]{{1,2}}(?!(?:to|an|from|von|vom|nummer|"
        rf"number)[ ])[^\W\d_][\w']{{0,15}}){{0,5}}?[:,]?[ ]{_OPEN}",
        rf"(?P<secret>{_SIXISH}){_AND_ON}",
        context=_NO_CONTEXT,
    ),
    _rule(
        "code",
        rf"(?<!\w)(?:{_OPENED})(?!\w)(?:[ ](?!version|ticket|room|raum|"
        rf"ext)[^\W\d_][\w']{{0,15}}){{0,5}}?{_DOES}(?:[ ][^\W\d_]{{2,8}}){{0,2}}?[ ]{_OPEN}",
        rf"(?P<secret>[*#]?[0-9](?:[ -]?[0-9]){{3,7}}#?){_AND_ON}",
        context=_NO_CONTEXT,
    ),
    _rule(
        "code",
        rf"{_CARD}[^\n]{{0,60}}?(?<!\w)(?:cvc2?|cvv2?|cid|cvn|prüfz\w{{2,8}}|prüfnummer|kartenprüf\w{{4,8}}|"
        rf"security code|code on the back|"
        r"(?:digits?|numbers?) on the (?:front|back)|ziffern (?:vorne|hinten)|code hinten|code dahinter)(?!\w)",
        r"(?:[ ](?:hinten|vorne|is|ist|lautet|sind|are|on the (?:back|front)|mit|"
        r"with))?[ :=]{1,3}(?P<secret>[0-9]{3,4})(?![\w-])",
    ),
    _rule(
        "code",
        rf"{_CARD}[ ,;/]{{1,3}}(?:(?:exp\w{{0,5}}|gültig|valid|thru|bis|till|"
        rf"until)[.: ]{{1,2}}){{0,3}}[0-9]{{1,2}}[/-][0-9]{{2,4}}",
        r"[ ,;/]{1,3}(?P<secret>[0-9]{3,4})(?![\w/-])",
    ),
    _rule(
        "code",
        r"(?<![\w.,-])(?P<secret>[0-9]{3,4})[,;]?[ ](?:[^\W\d_]{2,6}[ ]){0,2}(?:(?:four|three|4|3)[ ])?"
        r"(?:digits?|numbers?|ziffern|stellen)[ ](?:on the (?:front|back)|vorne|hinten)(?!\w)",
    ),
    _rule(
        "code",
        r"(?<!\w)(?:digits?|numbers?|ziffern|stellen)[ ](?:on the (?:front|back)|vorne|hinten)(?:[ ](?:are|is|"
        r"sind|ist))?"
        r"[:, ]{1,2}(?P<secret>[0-9]{3,4})(?![\w-])",
    ),
)
