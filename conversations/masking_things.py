"""Tells things that only look like secrets: by their form, and by the word that stands right before them.

A file, an address, a ticket or a serial number is nobody's password, whatever the sentence around it speaks of;
unless it is announced as one ("password: ").
"""

import re

from conversations import masking_words as words
from conversations.masking_mentions import is_mentioned
from conversations.masking_shapes import harmless

_FILES = """
    docx? docm dotx xlsx? xlsm xltx pptx? pptm pdf txt rtf csv tsv odt ods odp md one vsdx msg eml pst ost png
    jpe?g gif
    heic svg bmp tiff? mp3 mp4 mov avi wav zip rar 7z tar gz tgz iso img dmg pkg deb rpm exe msi bat cmd ps1 psm1
    sh py
    js ts java sql log tmp bak dat dll sys ini conf cfg env ya?ml json xml html? aspx? php kdbx? mdb accdb laccdb
    lnk rdp
    pfx p12 pem cer crt ppk url ics vcf vhdx? ova lock
"""
_HASHES = r"md5\w{0,5}|sha-?\d{1,3}\w{0,4}|checksums?|prüfsummen?|pruefsummen?|\w{0,10}hash\w{0,8}|digest|commit|"
_HASHES += r"\w{0,6}fingerprints?|fingerabdr\w{1,6}|thumbprint"
# Names of what numbers and letters are given to: the thing right behind is no secret.
_NUMBERED = words.any_of(
    r"""
    \w{0,12}tickets? \w{0,8}ticket\w{0,8} incidents? case fall vorgangs? vorgang\w{0,10} störung inc req chg po pr
    \w{0,12}orders? \w{0,12}bestell\w{0,10} auftrag\w{0,10} invoices? rechnung\w{0,10} referenz\w{0,8} references? ref
    aktenzeichen serial\w{0,8} serien~?(?:nr|nummer)\w{0,3} s/n sn imei iccid imsi eid udid msisdn service~?tags?
    assets? \w{0,8}asset~?(?:tag|label|no|nr)s? inventar\w{0,10} inventory barcode ean sku modell?\w{0,4} part p/n mtm
    vertrag\w{0,8} contract policy versicher\w{0,12} kunden\w{0,8} customer mitglied\w{0,8} member
    personal~?(?:nr|nummer)
    employee staff badge ausweis\w{0,8} tel telefon\w{0,8} phone mobile handy\w{0,8} rufnummer fax ext extension
    durchwahl
    nebenstelle call hotline rückruf room raum desk platz büro floor etage version build firmware driver treiber kb
    port
    vlan build note hinweis transaction transaktion t-code postcode plz zip~?code postleitzahl vat ust-?id
    steuer\w{0,8}
    tracking sendungs\w{0,8} voucher\w{0,6} gutschein\w{0,6} rabatt\w{0,6} promo\w{0,6} discount\w{0,6} booking
    buchungs\w{0,6}
    pnr bankleitzahl blz endziffern? ending kostenstelle cost~?(?:centre|center|code) farb\w{0,6} colou?r hex
    kurs\w{0,6} course exam prüfungs\w{0,6} produkt\w{0,6}
    model article artikel\w{0,8} meeting~?id besprechungs~?id webinar menti slido kahoot teamviewer anydesk webex
    (?:\w{0,20}[-_])?id uuid guid tag express\w{0,14} branch issue project projekt konferenz\w{0,8} conference
    einwahl dial-in fob~number cluster sort~code
    (?:menti(?:\.com)?|kahoot|slido)(?:[-\s]\w{4,8})?[-\s](?:code|pin) spiel-pin bug revision release
    line zeilen? rows? page seite
    supplier lieferant\w{0,10} lieferschein\w{0,8} delivery~note purchase~order kd\.?-?nr kundennr zähler\w{0,8}
    policen?\w{0,8} sendung parcel
    """
)
_CALLED = (
    r"(?:[ ]{0,2}[:=#]|[ ](?:with|bei|at|für|for|of|von|vom)(?:[ ](?:the|der|die|das|dem))?[ ][\w.-]{2,20}|"
    r"[ ](?:is|ist|lautet|heißt|heisst|no|nr|number|nummer|called|named|namens|ist[ ]jetzt)\.?:?)"
)
_NAMED = words.any_of(
    r"""
    pc laptop computer\w{0,6} host\w{0,6} server rechner notebook geräte?n?a?m?e? device printer drucker\w{0,6}
    vms? instance
    ssid wlan wi-?fi netz netzwerk network hotspot \w{0,6}netz user\w{0,5} user~id
    user~name login~name account~name benutzer\w{0,10} anmeldename
    nutzername
    upn samaccountname handle github~name skype kanal channel connect(?:ed)?~to verbunden~mit joined gruppe group
    role rolle projekt repo bucket queue warteschlange druckerschlange anmeldekennung
    """
)
_FORMS = {
    "file": rf"[\w~$.+@()\[\]!-]{{1,120}}\.(?:{words.any_of(_FILES)})",
    "mail": r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}",
    "url": r"(?:\w+=)?(?:[\w+]{2,16}://|www\.)\S{1,2000}|[\w-]{1,20}\.[a-z]{2,3}/\S+|"
    r"[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}\.(?:com|de|org|net|example|local|io|eu)(?:[:/]\S*)?",
    "path": r"[a-z]:\\\S*|\\\\\S+|(?:~|\.{1,2})?/[\w.-]+(?:/\S*)?|[A-Z]{2,4}\\[\w.-]+",
    "guid": r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?",
    "gap": r"(?-i:[DMYTJ]{4,10})|\$\{?\w+\}?|%\w+%|[*•●x.-]{3,}|<[\w ]{2,30}>|\{\{?\w+\}?\}",
    "public": r"ssh-(?:rsa|ed25519|dss)|ecdsa-\S+|AAAA[A-Z][\w+/=]{8,}|\S{0,60}SHA256:\S+",
    "hex": r"(?=[a-f]*\d)[0-9a-f]{32}(?:[0-9a-f]{8})?(?:[0-9a-f]{24})?(?:[0-9a-f]{64})?",
    "error": r"0x[0-9a-f]+|8[0-9][0-9a-f]{6}|c0[0-9a-f]{6}|caa[0-9a-f]{5}|-\d{9,10}|"
    r"(?-i:[A-Z]{2,}(?:_[A-Z0-9]+)+)|aadsts\d+|kb\d{6,}",
    "net": r"(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d+)?|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|"
    r"\[?(?:(?=[0-9a-f:]{0,40}::)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})\]?"
    r"(?:%\w{1,12}|/\d{1,3}|:\d{1,5})?",
    "date": r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{4}-\d\d-\d\d\S{0,15}|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}:\d\d(?::\d\d)?",
    "version": r"v?\d+(?:\.\d+){2,5}(?:-\w+)?",
}
_FORM = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()), re.IGNORECASE)
_ALWAYS = frozenset({"file", "mail", "path", "gap", "public", "error", "net", "date", "version"})
_EDGE = ".,;:!?()[]\"'„“”‚‘’»«<>"  # noqa: RUF001
_OPEN = r"[\s\"'„“”»«‘(#*]{0,4}$"  # noqa: RUF001
_ANNOUNCED = re.compile(
    rf"(?<![^\W_])(?:{words.PASSWORD}|passphrase|pin|puk|(?:api|secret|private)[ _-]?key|secret|token)(?![\w-])"
    rf"[\"']?(?:[ ]{{0,2}}(?:->|[:=])|[ ](?:is|was|ist|war|lautet|heißt)){_OPEN}",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(rf"(?<![\w-])(?:{_NUMBERED})\.?(?:{_CALLED}){{0,2}}{_OPEN}", re.IGNORECASE)
_BEFORE_NAME = re.compile(rf"(?<![\w-])(?:{_NAMED})(?:{_CALLED}){{0,2}}{_OPEN}", re.IGNORECASE)
_BEFORE_HASH = re.compile(rf"(?<!\w)(?:{_HASHES})(?!\w)[^\n]{{0,40}}$", re.IGNORECASE)
_BEFORE_ERROR = re.compile(
    rf"(?<!\w)(?:\w{{0,16}}errors?|\w{{0,8}}fehler\w{{0,10}}|status\w{{0,5}}|http\w?|exit|stop|event|ereignis|"
    rf"exception|bluescreen|diagnos\w{{1,4}}|return|rückgabe)(?:[ -]?(?:code|id|nummer|number|"
    rf"nr))?(?:{_CALLED}){{0,2}}{_OPEN}",
    re.IGNORECASE,
)
_AFTER_NUMBER = re.compile(
    r"[ ](?:rows?|records?|lines?|e?-?mails?|files?|photos?|pages?|steps?|people|users?|items?|pieces|zeilen|"
    r"datensätze|"
    r"dateien|seiten|schritte|fotos|bilder|stück|building|gebäude|(?:as|als|into the|in die)[ ]?(?:the[ ]|die[ ])?"
    r"(?:ticket|bestell|order|case|kunden|reference|referenz)\w*)(?!\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[ (]{0,2}(?:(?:\+|00)[1-9][\d /()-]{7,20}|0[1-9]\d{1,3}[ /-]{1,3}\d{5,9})(?!\d)")
_SPEAKS_OF_CARDS = re.compile(
    r"cvc|cvv|cid|card|karte|visa|amex|master|digits|ziffern|numbers on|hinten|on the back|prüf|security|sicherheit|"
    r"paypal|\ufdd3",
    re.IGNORECASE,
)
_BEFORE_ID = re.compile(
    rf"(?<!\w)(?:[\w-]{{0,20}}[- ]?id|guid|vorgang|mandant|tenant)(?:{_CALLED}){{0,2}}{_OPEN}", re.IGNORECASE
)
_KEYS = re.compile(rf"(?<!\w)(?:{words.KEY}|{words.PASSWORD}|api)(?!\w)[^\n]{{0,30}}$", re.IGNORECASE)
_SAYS = re.compile(rf"(?:{_CALLED}){_OPEN}", re.IGNORECASE)
_CUE = re.compile(
    rf"(?<![^\W_])(?:{words.PASSWORD}|\w{{0,12}}pins?|puk|geheimzahl|[\w-]{{0,20}}codes?|\w{{0,20}}key|"
    rf"\w{{0,20}}schlüssel)(?![\w-])"
    r"[^\n.,;]{0,50}$",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[1-5]\d\d")
_GIVEN = re.compile(r"[?&](?:password|passwd|pwd?|pass|passwort|token|secret|sig|key)=$", re.IGNORECASE)
_PAIR = re.compile(
    r"(?![\w-]{0,20}(?:pass|pwd|pw|secret|token|key|pin|otp|code|sig|auth|cred|psk|session|geheim|kennw))"
    r"[a-z_]\w{1,20}=[^=;&]*",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w%~+-]{18,}")
_LOOKED_BACK, _LEAST = 60, 3


def form(run: str) -> str:
    """Give the name of the form that a run of characters has: "file", "mail", "guid" and so on, or ""."""
    found = _FORM.fullmatch(run)
    return (found.lastgroup or "") if found else ""


def is_thing(text: str, begin: int, end: int) -> bool:
    """Tell whether what stands in this place of a text is a thing that has a name or a number, and no secret."""
    first, last = _run(text, begin, end)
    run, before = text[first:last], text[max(0, first - _LOOKED_BACK) : first]
    secret = text[begin:end]
    if sum(map(str.isalnum, secret)) < _LEAST or _counts(text, begin, end):
        return True
    kind = form(run)
    if kind == "gap" or _PAIR.fullmatch(run):
        return True
    if _ANNOUNCED.search(text[max(0, begin - _LOOKED_BACK) : begin]):
        return False
    if kind == "url":
        return not _LONG.fullmatch(secret) and text[end : end + 1] != "@" and not _GIVEN.search(text[:begin])
    known = any(map(str.isalpha, run)) and harmless(run)
    return known or kind in _ALWAYS or _is_called(kind, run, before) or is_mentioned(text, begin, end)


def _counts(text: str, begin: int, end: int) -> bool:
    """Tell a number of things, a number to call, and three digits where no card is spoken of."""
    secret = text[begin:end]
    if any(map(str.isalpha, secret)):
        return False
    if _STATUS.fullmatch(secret) and not _SPEAKS_OF_CARDS.search(text):
        return True
    around = text[max(0, begin - _LOOKED_BACK) : begin]
    first = begin - len(around) + len(around.rstrip("0123456789 /+()-"))
    return bool(_AFTER_NUMBER.match(text, end) or _PHONE.match(text, first))


def _is_called(kind: str, run: str, before: str) -> bool:
    """Tell a thing by the word before it."""
    if kind == "guid":
        return bool(_BEFORE_ID.search(before)) or not _KEYS.search(before)
    if _BEFORE_HASH.search(before) and len(run) > _LEAST * 2:
        return True
    if _BEFORE_ERROR.search(before) and any(map(str.isdigit, run)):
        return True
    named = _BEFORE_NAME.search(before)
    if any(map(str.isdigit, run)):
        named = _BEFORE_NUMBER.search(before) or named
    return bool(named) and not (_SAYS.search(before) and _CUE.search(before))


def _run(text: str, begin: int, end: int) -> tuple[int, int]:
    """Give the run without a blank around a place, without the punctuation around it."""
    while begin > 0 and not text[begin - 1].isspace():
        begin -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    while begin < end and text[begin] in _EDGE:
        begin += 1
    while begin < end and text[end - 1] in _EDGE:
        end -= 1
    return begin, end
