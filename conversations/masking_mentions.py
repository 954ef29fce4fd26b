"""Tells what is only mentioned beside a password or a code: who signs in, whom one calls, a host, a verb, a compound.

Each is sure by the words right beside it, or by its form together with them. Every repetition in a pattern is bounded.
"""

import re

from conversations import masking_words as words
from conversations.masking_plain import says_or_is_common

_LOOKED_BACK = 60
_OPEN = r"[\s\"'„“”»«‘(]{0,3}$"  # noqa: RUF001
_LOGIN = re.compile(r"(?:[a-z]{1,3}[._-])?[a-zäöüß]{2,20}(?:[._-][a-zäöüß]{1,20})?\d{0,2}", re.IGNORECASE)
_SIGNS_IN = re.compile(
    r"(?<!\w)(?:(?:user|login|log-?on|account)[ -]?name|user[ -]?id|benutzer(?:name|kennung)|anmeldename|nutzername|"
    r"kennung|(?:my|mein|her|his|ihr|sein)[ ](?:login|account|konto)|angemeldet[ ]als|eingeloggt[ ]als|"
    r"(?:logg?(?:ed|ing|s)?|sign(?:ed|ing|s)?)[ -]?(?:in|on)[ ]as|melden?[ ](?:mich|uns|sich)[ ]als|konto[ ]heißt)"
    rf"(?:[ ](?:is|ist|lautet|war|was)|[ ]?:)?{_OPEN}",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?<!\w)(?:hei(?:ß|ss)e(?:[ ]ich)?|i'?m[ ]called|(?:my|her|his)[ ](?:sur|first[ ]|last[ ])?name[ ]is|"
    r"(?:mein|sein|ihr)[ ](?:nach|vor)?name[ ]ist|Herrn?|Frau|Mrs?\.?|Ms\.?|Dr\.?|Kolleg(?:e|in)|colleague)[ ]$",
    re.IGNORECASE,
)
_GREETS = re.compile(r"(?<!\w)(?:this[ ]is|here[ ]is|hier[ ](?:ist|spricht)|hier)[ ]$", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{2,20}(?:-[A-ZÄÖÜ][a-zäöüß]{2,20})?")
_FULL_NAME = re.compile(rf"{_NAME.pattern}[ ]{_NAME.pattern}")
_ORIGIN = re.compile(r"(?<!\w)(?:bei|beim|by|from|von|vom)[ ]$", re.IGNORECASE)
_TURNS = re.compile(r"[\"'“”«»]?[ ]{1,2}(?:to|auf|in|zu|into)(?!\w)|[\"'“”«»]", re.IGNORECASE)

_LOCKED = re.compile(
    r"door|tür|(?<!\w)(?:tor|gate|safe|pins?|tan|puk)(?!\w)|schranke|alarm|keypad|tastenfeld|code|tresor|geheimzahl|"
    r"spind|locker|schloss|lock(?!ed)|eingang|entrance|panel|unscharf|garage|keller",
    re.IGNORECASE,
)
_DIALS = re.compile(
    r"(?<!\w)(?:dial\w{0,4}|(?:please[ ])?(?:ring|call|phone)(?:[ ](?:me|us|back))?(?:[ ](?:on|at))?|"
    r"(?:reach|erreich|rückruf|zurückruf|callback)\w{0,6}[ ](?:[a-zäöüß]{1,10}[ ]){0,3}?(?:at|on|under|unter|auf)|"
    r"fax\w{0,8}(?:[ ](?:to|auf|an|is|ist))?|(?:umleitung|weiterleitung|anrufe?|calls?|forward\w{0,4})[ ]"
    r"(?:auf|an|to)|unter)(?:[ ]der|[ ]die)?[ ]-?$",
    re.IGNORECASE,
)
_DIALLED = re.compile(
    r"[ ](?:wähl\w{1,3}|gewählt|anruf\w{0,3}|anzurufen|angerufen|(?:zu)?rück\w{0,8}|zurückrufen|erreichbar|zu[ ]"
    r"erreichen|klingelt|rings|ist[ ]besetzt|is[ ]busy)(?!\w)",
    re.IGNORECASE,
)
_SHORT_NUMBER = re.compile(r"\d{3,5}")
_TOWN = re.compile(r"(?<!\w)(?:in|aus|nach|from|plz|bei)[ ]$", re.IGNORECASE)
_TOWN_AFTER = re.compile(r"[ ][A-ZÄÖÜ][a-zäöüß]{2,20}(?!\w)")
_PART_OF_HASH = re.compile(r"(?=[a-f]{0,60}\d)[0-9a-f]{4,64}", re.IGNORECASE)
_HASH = re.compile(
    r"(?<!\w)(?:md5|sha-?\d{0,3}|checksums?|prüfsummen?|\w{0,10}hash\w{0,5}|commit|fingerprint|fingerabdruck)(?!\w)",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?:srv|server|sql|db|web|print|prn|druck|term|rds|dc|nas|filer?|mail|fw|sw|edge|jump|sprung|build|node|k8s|"
    r"proxy|esx|host|kiosk|pool|buero|git|ldap|\w{0,12}server)(?:-?[a-z]{2,10}){0,2}-?\d{1,3}"
)
_QUEUE = re.compile(
    r"(?:Etage|Floor|Level|Raum|Room|Lager|FollowMe|Halle|Hall|[UOE]G|Stock|Building)\d{0,2}[_-]\w{2,16}", re.IGNORECASE
)
_REACHES = re.compile(
    r"(?<!\w)(?:ssh|ping|rdp|telnet|(?:print[ ]?)?queue|warteschlange|druckerschlange|node|knoten|printer|drucker)"
    r"(?:[ ](?:to|auf|an|on|von|zu))?[ ]$",
    re.IGNORECASE,
)
_MAKER = re.compile(
    r"(?<!\w)(?:kyocera|taskalfa|ecosys|ricoh(?:[ ]im)?|konica|minolta|bizhub|canon|imagerunner(?:[ ]dx)?|ir-adv|xerox|"
    r"versalink|workcentre|lexmark|brother|epson|sharp|zebra|fujitsu|cisco|yealink|snom|jabra|poly|gigaset|oki|"
    r"triumph-adler|kopierer|copier|laserjet(?:[ ]pro)?(?:[ ]mfp)?|dell|lenovo|hp)[ ]$",
    re.IGNORECASE,
)
_MODEL = re.compile(r"(?:[A-Z]{1,4}-?)?\d{2,5}[A-Za-z]{0,3}")
_MACHINE = re.compile(r"[A-Za-z][\w-]{2,24}")
_PASSWORD_BEFORE = re.compile(rf"(?<![^\W_])(?:{words.PASSWORD})(?![\w-]){_OPEN}", re.IGNORECASE)
_COMPOUND = re.compile(
    r"\w{2,20}(?:codes?|kennw[oö]rte?r?n?s?|passw[oö]rte?r?n?s?)|(?:code|passwort|kennwort|zugangs)"
    r"(?!s?$)[a-zäöüß]{3,20}|kennwort(?:s|es)|passwort(?:s|es)|schlüssel(?:kasten|bund|dienst|brett|anhänger|karte)",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"[ ](?:ich|wir|man|mir|mich|sich|uns|me|us|him|her|the|a|an|myself|something|far|too|valid|with[ ]the)(?!\w)"
)
_VERB = re.compile(r"[a-zäöüß]{2,20}(?:s|e|en|t)")
_TYPED = re.compile(r"[\"'„“”«»‘:=]\s{0,2}$")  # noqa: RUF001


def is_mentioned(text: str, begin: int, end: int) -> bool:
    """Tell what the words around it, or its form, show to be no secret although a password may be spoken of."""
    secret, before = text[begin:end], text[max(0, begin - _LOOKED_BACK) : begin]
    if _TYPED.search(before):
        return False
    if secret.isdigit():
        return _is_called(text, begin, end, before)
    if any(map(str.isdigit, secret)):
        return _is_machine(secret, before) or _signs_in(secret, before)
    return _is_somebody(text, end, secret, before) or _is_talk(text, end, secret, before)


def _is_called(text: str, begin: int, end: int, before: str) -> bool:
    """Tell a number to call, a postal code before its town, a part of a checksum."""
    if _LOCKED.search(text):
        return False
    if _HASH.search(before):
        return True
    if not _SHORT_NUMBER.fullmatch(text[begin:end]):
        return False
    if _TOWN.search(before) and _TOWN_AFTER.match(text, end):
        return True
    return bool(_DIALS.search(before) or _DIALLED.match(text, end))


def _is_machine(secret: str, before: str) -> bool:
    """Tell a host, a print queue, a part of a checksum."""
    if _PART_OF_HASH.fullmatch(secret) and _HASH.search(before):
        return True
    if _PASSWORD_BEFORE.search(before):
        return False
    if _MAKER.search(before) and _MODEL.fullmatch(secret):
        return True
    if _HOST.fullmatch(secret) or _QUEUE.fullmatch(secret):
        return True
    return bool(_REACHES.search(before) and _MACHINE.fullmatch(secret))


def _signs_in(secret: str, before: str) -> bool:
    return bool(_LOGIN.fullmatch(secret) and _SIGNS_IN.search(before))


def _is_somebody(text: str, end: int, secret: str, before: str) -> bool:
    """Tell who signs in or writes, and the maker or service that something comes from."""
    if _signs_in(secret, before) or _PERSON.search(before):
        return True
    if _GREETS.search(before) and _FULL_NAME.fullmatch(secret):
        return True
    return bool(_ORIGIN.search(before) and _NAME.fullmatch(secret)) and not _TURNS.match(text, end)


def _is_talk(text: str, end: int, secret: str, before: str) -> bool:
    """Tell a compound, words that only say how something is, and the verb behind "password"."""
    if _COMPOUND.fullmatch(secret) or (" " in secret and says_or_is_common(secret)):
        return True
    return bool(_PASSWORD_BEFORE.search(before) and _VERB.fullmatch(secret) and _DOES.match(text, end))
