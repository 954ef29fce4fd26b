"""The words masking goes by, English and German: what announces a secret, and what is never one.

Each table is a list of regular-expression alternatives, one or several a line, read without regard to case.
"""

import re


def _any_of(table: str) -> str:
    """Turn a table into one alternation, the longest first so that "is now" is not read as "is"."""
    return "|".join(sorted(table.split(), key=len, reverse=True)).replace("~", "[ _-]?")


# What announces a password. `~` stands for a blank, a hyphen, an underscore or nothing.
PASSWORD = (
    r"[\w-]{0,24}?(?:"
    + _any_of(
        """
    passwords? passwort passworts passwortes passwörter passwörtern passwoerter paßwort kennwort kennworts kennwortes
    kennwörter passwd passwrd pasword paswort passwor password~is passphrase passphrases passcode passcodes
    """
    )
    + r")|(?:[\w-]{1,20}[_-])?(?:"
    + _any_of("pass pw pwd psw psswd pword")
    + ")"
)

# What announces a name and a password together.
CREDENTIALS = _any_of(
    """
    zugangsdaten logindaten login~daten anmeldedaten benutzerdaten zugang credentials creds login logins log~in
    user~?/~?pass(?:word)? username~?/~?password benutzer~?/~?passwort benutzername~?/~?(?:pass|kenn)wort anmeldung
    """
)

# What announces a name, with a password on its heels.
NAME = _any_of("user username user~name user~id benutzer benutzername nutzername account konto kennung login e-?mail")

# What announces a PIN or a one-time or recovery code, and only that.
CODE = _any_of(
    r"""
    (?:[\w-]{0,20}[_-])?pins? pin~code pin~codes pin~?number pin~nummer puk puks super~?pin tan tans [mse]-?tan otp otps totp
    passcode passcodes
    one~time~(?:password|pass|pin|code)s? einmal~?(?:passwort|kennwort|pin|code)s?
    (?:verification|verify|security|recovery|backup|back-up|confirmation|login|sign-?in|access|unlock|activation)~(?:code|pin)s?
    (?:auth|authentication|authenticator|authorization|mfa|2fa|two-?factor|sms|text|texted|pairing|door|token|rescue|emergency)~(?:code|pin)s?
    (?:iphone|ipad|phone|sim|smartcard|device|screen|voicemail|google|microsoft|apple|whatsapp|6-digit|six-digit|digit)~(?:code|pin)s?
    (?:bestätigungs|sicherheits|wiederherstellungs|backup|sms|mfa|2fa|freischalt|aktivierungs|entsperr|zugangs)~?(?:code|pin)s?
    (?:anmelde|login|verifizierungs|verifikations|prüf|tür|geräte|handy|notfall|authenticator|zugriffs|tresor|zwei-faktor)~?(?:code|pin)s?
    """
)

CARD_CODE = _any_of("cvv cvv2 cvc cvc2 prüfnummer prüfziffer kartenprüfnummer security~code")

# Words before a bare "code" that make it none of a person's secrets.
NO_CODE = re.compile(
    r"(?:"
    + _any_of(
        """
        error fehler err stop stopp exit status http https response return event result bug zip post postal area country
        dial product article artikel qr bar source quell dress tax steuer cost kosten sap transaction color farb abbruch
        rückgabe room this vat bin crash beep blink hex alarm fault diagnostic problem update windows outlook teams
        """
    )
    + r")[\s-]{0,3}$",
    re.IGNORECASE,
)

# Somewhere in the text: the code spoken of is likely an error's.
SPEAKS_OF_ERRORS = re.compile(
    r"error|fehler|blue ?screen|bluescreen|aadsts|install|0x[0-9a-f]|crash|abbruch|aborts|fails with|setup",
    re.IGNORECASE,
)

# What announces a key. `schlüssel` stands at the end of many German words.
KEY = _any_of(
    r"""
    [\w-]{0,24}schlüssels? [\w-]{0,24}schluessels? (?:[\w-]{0,20}[_-])?api~?keys? (?:[\w-]{0,20}~)?secret(?:~access)?(?:~key)?s?
    (?:access|auth|client|personal|private|bearer|refresh|recovery|bitlocker|filevault|license|licence|product|activation)~(?:key|token|secret)s?
    (?:wpa|wpa2|wpa3|wifi|wi-fi|wlan|wep|network|pre-?shared|shared|encryption|ssh|setup|set-up|security|session|aws|google|azure|github|gitlab|slack|stripe|openai|windows|office)~(?:key|token|secret)s?
    psk (?:[\w-]{0,20}~)?tokens? jwt bearer access~key~id product-?key lizenz~?key serial~?key
    """
)

IS = _any_of(
    "is s was are were be lautet lautete lauten ist war sind heißt heisst hieß heißen heissen wäre waere sei soll sollte"
)
STILL = "|".join(
    [
        "now",
        "just",
        "still",
        "actually",
        "currently",
        "simply",
        "jetzt",
        "noch",
        "immer noch",
        "aktuell",
        "derzeit",
        "einfach",
        "also",
    ]
)
TO = _any_of("to auf als as from von in mit with like namely nämlich into for für using")
OWN = _any_of("my the our your mein meine meinen meiner das die der den unser unsere")
JOINING = _any_of("and und or oder then dann to auf zu vs")
ACCOUNTS = _any_of("admin administrator root guest gast test")
BRINGS_CODES = _any_of("sms text text~message texted texted~me mfa 2fa authenticator")
# What is no name behind "login" and no owner of a PIN.
NO_NAME = _any_of(
    "as als mit with for für to on an am auf at in von from by zu zum the my mein der die das is ist user pc server system fails"
)
NO_OWNER = _any_of("printer drucker device gerät user benutzer raum room number nummer ticket account konto")
IT = _any_of("it es one das this that")

# Where a gap between an announcement and its secret cannot go on: another clause begins, or another thing is named.
CLAUSE_STARTS = _any_of(
    """
    and und but aber because weil error errors fehler fehlercode fehlermeldung ticket tickets room raum phone-number telefon
    durchwahl extension version build seit since until bis id status seriennummer serial exit stop ip
    """
)

# What may follow an everyday word that was a password.
CONNECTORS = _any_of(
    """
    and und but aber please bitte pls thx thanks danke or oder user username benutzer does doesn't doesnt geht works funktioniert wird
    domain so when if wenn isn't isnt can't cant kann why warum
    """
)

# What follows a number that counts something.
UNITS = "|".join(
    """
    times|time|mal|x|fach|digits?|digit|stellig\\w*|stellen|ziffern|zahlen|characters?|chars?|zeichen|letters|buchstaben|
    minutes?|mins?|minuten?|seconds?|secs?|sekunden?|hours?|stunden?|std|days?|tage?n?|weeks?|wochen?|months?|monate?n?|
    years?|jahre?n?|uhr|am|pm|attempts?|tries|versuche?n?|people|users?|leute|percent|prozent|euro|eur
    """.replace("\n", "")
    .replace(" ", "")
    .split("|")
)

# Words that continue a sentence about a password rather than being one.
COMMON = frozenset(
    """
    a about above access account after again ago all almost already also although always am an and another any anymore
    anything apparently are as ask asked asking asks at available away back bad be because been before being below best
    better between blank blocked both broken but by can cannot can't case change changed changing check checked code
    complex compromised correct could couldn't current day default deleted denied did didn't different disabled do does
    doesn't doesnt doing done don't dont due during each easy either empty english enough error even ever every
    everything exactly expired expires expiring fail failed failing fails false field fine first for forgot forgotten
    found from full german get gets getting given gives go goes going gone good got great greyed grey had happens hard
    has hasn't have he hello help her here hers hi hidden his how however i i'm i've if i'll impossible in incorrect
    individual initial insecure inside instead internal invalid is isn't isnt it it's its just keep keeps known last
    later leaked less like likely link list local locked login long longer lost made mail many maybe me mine missing
    mixed more most must my necessary need needed needs never new next no none nonsense normal not nothing now
    obviously of off often ok okay old older on once one online only open or other our ours out over page personal
    please pls policy possible private probably problem protected public question quite ready really rejected remember
    required requirements reset right said same saved saying says secret secure see seems sent set shared she short
    should shouldn't shown simple simply since so some something somehow sometimes somewhere still stored strange
    strong such sure synced system tell than thank thanks that that's the their them then there these they thing think
    this those though three through till to today together tomorrow too tried true try trying twice two typed unclear
    under unknown unsafe until up updated us use used useless using usually valid very via visible was wasn't way we
    weak weird well were what what's when whenever where wherever whether which while who whole whose why will windows
    with within without won't word work working works would wouldn't wrong yes yesterday yet you your yours
    outlook teams sap vpn wifi wlan office excel word chrome firefox edge android iphone ipad sharepoint onedrive
    laptop computer server desktop monday tuesday wednesday thursday friday saturday sunday
    ab abgelaufen aber aktuell aktuelle aktuelles akzeptiert alle allem aller allerdings alles allgemein als also alt
    alte alten altes am an andere anderes anders angeblich angegeben auch auf aus bei beim bekannt bereits besser
    bestimmt bin bis bisher bitte bräuchte brauche da dadurch danach danke dann daran darauf darf das dass dasselbe
    dauernd davon defekt dein deine dem den denn der derselbe des deshalb desktop die dies diese dieser dieses doch
    doppelt dort drei dringend durch eben ebenfalls eigentlich ein eine einem einen einer eines einfach einmal
    endlich er erforderlich erst erste es etwa etwas euch euer falsch fast fehler fehlerhaft fehlt fertig frage für
    ganz gar geändert geaendert geändertes gegen geheim gehen geht geknackt gelöscht gemacht genau genauso gerade gern
    gerne gespeichert gesperrt gestern gesetzt gibt ging gleich grade gut habe haben hallo hat hatte hätte heute hier
    hilfe hinterlegt ich ihm ihn ihnen ihr ihre im immer in ins inzwischen irgendwie irgendwo ist ja jede jeder jedes
    jetzt kann kannst kaputt kein keine keinem keinen keiner klar komisch kommt kompliziert komme können konnte korrekt
    kurz lang lange länger lässt laut läuft leer leicht leider letzte letztes lokal los mach machen mal man mehr
    mehrfach mein meine meinem meinen meiner meines mir mit möchte morgen möglich muss müssen nach nachdem natürlich
    neu neue neuen neuer neues nicht nichts nie niemand nix noch normal notwendig nötig nur ob oder offenbar oft ohne
    okay online per plötzlich problem richtig schlecht schon schwach schwer sehr sein seine seit seitdem selbe selbst
    sich sicher sie sind so sofort soll sollte sondern sonst sowie ständig stark steht stimmt täglich tot trotz
    trotzdem über überall um unbekannt unbedingt und ungültig unklar uns unser unsere unsicher unter veraltet
    vergessen verloren verschieden verschwunden vielleicht viel vom von vor vorher vorhanden wann war wäre warum was
    weder weg wegen weil weiter weiterhin welche welches wenn wer werde werden wie wieder will wird wo woher wohl worden
    wurde wurden würde zeigt ziemlich zu zuerst zuletzt zum zur zurück zurücksetzen zusammen zwar zwei zweimal ändern
    üblich übrigens bekomme falsche falsches identisch ungleich gültig ned net ne nich user username benutzer reset
    """.split()
)

# Words of the table above that are passwords all the same where "password:" stands before and nothing after.
SIMPLE = frozenset(
    "geheim secret private default system server computer laptop monday hallo hello normal test admin".split()
)

# Endings of what happened to a password ("locked", "zurückgesetzt") and of what it is like ("expiring", "notierbar").
PARTICIPLE = re.compile(
    r"\w{2,}(?:ed|ing|able|ible|less|ful|ly|bar|lich|ig|isch|los|iert|haft|olen|oken|itten|iven|aken|osen|own|idden)|(?:\w{0,8}(?:ge|be|ver|er|ent|zer|miss))\w{2,}(?:t|en)|\w*n't",
    re.IGNORECASE,
)

# What has digits or marks in it and is no secret.
HARMLESS = re.compile(
    r"""
      0x[0-9a-f]+ | [a-z]{2,7}_[a-z_]+ | https?://\S+ | www\.\S+ | [\w.+-]+@[\w-]+\.[\w.-]+ | mailto:\S+   # errors, addresses
    | \S*(?:\]\(|://)\S* | \{\w*\}
    | [a-z]:\\\S* | \\\\\S+ | ~?/\S* | [\w\\/ -]+\.(?:docx?|xlsx?|pptx?|pdf|exe|msi|txt|png|jpe?g|csv|zip|log|dll|ya?ml)
    | \d+(?:[.,:/x×-]\d+)*(?:%|€|°)? | v?\d+(?:\.\w+)+ | (?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2} | [0-9a-f:]+:[0-9a-f:]+
    | \d+(?:\.|,)?-?(?:mal|x|fach|er|te|ten|ter|th|st|nd|rd|h|uhr|min|sec|sek|s|ms|gb|mb|tb|kb|mbit|gbit|ghz|mhz|hz|am|pm|px|cm|mm|v|w|k
        |days?|tage|stellige?[nrs]?|digits?|zeichen|zoll|jahre?|years?|prozent|eur|euro|factor|faktor|fa)
    | \d{4}-\d\d-\d\d(?:T\S*)? | [0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}
    | (?:aadsts|kb|inc|req|ritm|sctask|chg|chng|ticket|case|event|err|error|cve|caa|fl|it|tk|cs)-?\#?\d[\w-]* | \#\d+
    | (?:ms|o|m|w|win|windows|office|microsoft|ios|macos|iphone|ipad|galaxy|surface|pixel|android|exchange|outlook|sharepoint|sql|server|sap
        |excel|word|usb|ipv|wpa|sha|md|mp|s|t|x|i|a|g|hp|python|java|chrome|firefox|adobe|acrobat|cad|autocad|windows-|office-|wifi|wlan|eap|oauth
        |smb|ntlm|tls|ssl|s/|rdp|base)-?\d{1,4}[a-z]{0,3}(?:\.\d+)*(?:/\w+)?
    | (?:1|one)password | (?:2|m)fa | 2-?(?:step|fach|factor|faktor)\w* | s/4hana | h2o | b2b | 802\.1x | log4j | web2print | p2p | net4
    | (?:keepass|last|dash|one|share|power|forti|any|team|bit|true|vera|java|type|mac|you|git|linked|face|whats|you|pay|open|next|own|outlook|my|my\w+)
        (?:xc|pass|lane|drive|point|bi|client|connect|viewer|locker|warden|crypt|script|book|tube|hub|lab|in|app|pal|vpn|cloud|shell|apps|sap|office)
    | (?:ctrl|strg|control|alt|shift|umschalt|win|cmd|fn)(?:[+-]\w+)+
    | c\#|c\+\+|f\#|\.net|at&t|r&d|h&m|f\d{1,2}
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Names of computers, printers, assets, tickets: capitals and digits only. A password only where one is announced.
ASSET = re.compile(
    r"(?![A-ZÄÖÜ]{4,}[0-9]{1,4}$)[A-ZÄÖÜ0-9]+(?:[-_./][A-ZÄÖÜ0-9]+)*|(?:LAPTOP|DESKTOP|SERVER|PRINTER|DRUCKER|SRV)\w*"
)

# Somebody speaks of signing in.
SIGNING_IN = re.compile(
    r"pass|kennw|\bpwd?\b|log(?:ged|ging)?[ -]?(?:i|o)n|sign(?:ed|ing)?[ -]?in|anmeld|einlogg|zugang|credential|wlan|wi-?fi|locked|gesperrt"
    r"|\buser|benutzer|\bmelde[nt]? (?:mich|uns|sich)",
    re.IGNORECASE,
)

PASSWORDS = re.compile(r"passw|kennw|\bpwd?\b|passphrase", re.IGNORECASE)
CODES = re.compile(r"\b\w*-?codes?\b|\botp\b|\bmfa\b|\b2fa\b|\btan\b|authenticator", re.IGNORECASE)
TYPING = _any_of("type typed enter entered use used put tried tippe gebe eingebe eingegeben nehme")

# Length of an IBAN by country (ISO 13616 registry).
IBAN_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU",
    31: "MT SC",
    32: "LC",
    33: "RU",
}

# How a card's number begins, and how many digits follow: so an IMEI or a SIM card's number is none.
CARD_NUMBERS = (
    ("4[0-9]{3}", 12),  # Visa
    ("4[0-9]{3}", 15),
    ("4[0-9]{3}", 9),
    ("5[0-9]{3}|2[2-7][0-9]{2}|3528|35[3-8][0-9]|6[0-9]{3}", 12),  # Mastercard, JCB, Maestro, Discover, UnionPay
    ("3[47][0-9]{2}", 11),  # American Express
    ("3(?:0[0-5]|[689][0-9])[0-9]", 10),  # Diners Club
    ("6[0-9]{3}", 15),
)

# Keys that can be told by their form alone.
KEY_FORMS = (
    r"(?:A3T|AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",  # Amazon
    r"gh[pousr]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,255}",  # GitHub, GitLab
    r"sk-[\w-]{16,255}|[srp]k_(?:live|test)_\w{16,255}",  # OpenAI, Stripe
    r"xox[abeoprs]-[\w-]{10,255}",  # Slack
    r"AIza[\w-]{30,255}|ya29\.[\w-]{16,255}",  # Google
    r"eyJ[\w-]{8,4000}\.[\w-]{8,4000}(?:\.[\w-]{0,4000})?",  # JSON Web Token
    r"hf_\w{20,255}|npm_\w{30,255}|SG\.[\w-]{16,255}\.[\w-]{16,255}|dapi[0-9a-f]{32}",
    r"(?:[0-9]{6}[ -]){7}[0-9]{6}",  # BitLocker
    r"(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}",  # product keys
    r"(?:[A-Z0-9]{4}-){5,6}[A-Z0-9]{4}",  # FileVault, Apple
)
