"""The words masking goes by, English and German: what announces a secret, and what is never one.

A table holds alternatives, several a line, read without regard to case; each may be a regular expression. `~` stands
for a blank, a hyphen, an underscore or nothing.
"""

import re


def any_of(*tables: str) -> str:
    """Turn tables into one alternation, the longest first so that "sms-code" is not read as "sms"."""
    alternatives = sorted(" ".join(tables).split(), key=len, reverse=True)
    return "|".join(alternatives).replace("~", "[ _-]?")


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# --- What announces a secret -----------------------------------------------------------------------------------------

_LONG_WORDS = """
    passwords? passwort passworts passwortes passwörter passwörtern passwoerter paßwort kennwort kennworts kennwortes
    kennwörter passwd passwrd pasword paswort passwor passphrase passphrases passcode passcodes
    passwrod passowrd passwordd passord paswrd psswort psswrd pssword passwrt passwrot passwot passwoord pasphrase
    kenwort kennwrt kenntwort kenncode passsatz merksatz
"""
_SHORT_WORDS = "pass pw pwd psw psswd pword pwrd"
# "WLAN-Passwort" and "DB_PASSWORD" too, but of the short words only "admin-pw", not "Kompass".
PASSWORD = rf"[\w-]{{0,24}}?(?:{any_of(_LONG_WORDS)})|(?:[\w-]{{1,20}}[_-])?(?:{any_of(_SHORT_WORDS)})"

# A name and a password together.
CREDENTIALS = any_of(
    """
    zugangsdaten logindaten login~daten anmeldedaten benutzerdaten zugang credentials creds login logins log~in
    user~?/~?pass(?:word)? username~?/~?password benutzer~?/~?passwort benutzername~?/~?(?:pass|kenn)wort anmeldung
    """
)
# A name, with a password on its heels.
NAME = any_of("user username user~name user~id benutzer benutzername nutzername account konto kennung login e-?mail")
# Names that themselves stand before a password: "admin:...".
ACCOUNTS = any_of("admin administrator root guest gast test")

# A PIN, a one-time or a recovery code, and only that.
_ENGLISH_CODES = """
    verification verify security recovery backup back-up confirmation login sign-?in access unlock activation auth
    authentication authenticator authorization mfa 2fa two-?factor sms text texted pairing door token rescue emergency
    iphone ipad phone sim smartcard device screen voicemail google microsoft apple whatsapp 6-digit six-digit digit
"""
_GERMAN_CODES = """
    bestätigungs sicherheits wiederherstellungs backup sms mfa 2fa freischalt aktivierungs entsperr zugangs anmelde
    login verifizierungs verifikations prüf tür geräte handy notfall authenticator zugriffs tresor zwei-faktor einmal
"""
CODE = any_of(
    r"""
    (?:[\w-]{0,20}[_-])?pins? puk puks super~?pin tan tans [mse]-?tan otp otps totp passcode passcodes
    geheim~?zahl geheim~?nummer p\.i\.n\. puk1 puk2 pincodes?
    pin~code pin~codes pin~?number pin~nummer one~time~(?:password|pass|pin|code)s? einmal~?(?:passwort|kennwort)s?
    """,
    rf"(?:{any_of(_ENGLISH_CODES, _GERMAN_CODES)})~(?:code|pin)s?",
)
CARD_CODE = any_of("cvv cvv2 cvc cvc2 prüfnummer prüfziffer kartenprüfnummer security~code")
# What brings six digits without calling them a code.
BRINGS_CODES = any_of("sms text text~message texted texted~me mfa 2fa authenticator")
SPOKEN_DIGITS = any_of(
    """
    zero oh one two three four five six seven eight nine
    null eins zwei zwo drei vier fünf fuenf sechs sieben acht neun
    """
)
TYPING = any_of("type typed enter entered use used put tried tippe gebe eingebe eingegeben nehme")

# A key; "schlüssel" stands at the end of many German words.
_KEY_OWNERS = """
    access auth client personal private bearer refresh recovery bitlocker filevault license licence product activation
    wpa wpa2 wpa3 wifi wi-fi wlan wep network pre-?shared shared encryption ssh setup set-up security session aws google
    azure github gitlab slack stripe openai windows office
"""
KEY = any_of(
    r"""
    [\w-]{0,24}schlüssels? [\w-]{0,24}schluessels? (?:[\w-]{0,20}[_-])?api~?keys?
    (?:[\w-]{0,20}~)?secret(?:~access)?(?:~key)?s? (?:[\w-]{0,20}~)?tokens? psk jwt bearer access~key~id
    product-?key lizenz~?key serial~?key
    """,
    rf"(?:{any_of(_KEY_OWNERS)})~(?:key|token|secret)s?",
)

# --- How an announcement goes on -------------------------------------------------------------------------------------

IS = any_of(
    "is s was are were be lautet lautete lauten ist war sind heißt heisst hieß heißen heissen wäre waere soll sollte"
)
STILL = "now|just|still|actually|currently|simply|jetzt|noch|immer noch|aktuell|derzeit|einfach|also"
TO = any_of("to auf als as from von in mit with like namely nämlich into for für using")
IT = any_of("it es one das this that")
OWN = any_of("my the our your mein meine meinen meiner das die der den unser unsere")
JOINING = any_of("and und or oder then dann to auf zu vs")

# Where a gap between an announcement and its secret cannot go on: another clause begins, or another thing is named.
CLAUSE_STARTS = any_of(
    """
    and und but aber because weil error errors fehler fehlercode fehlermeldung ticket tickets room raum phone-number
    telefon durchwahl extension version build seit since until bis id status seriennummer serial exit stop ip
    """
)
# What may follow an everyday word that was a password.
CONNECTORS = any_of(
    """
    and und but aber please bitte pls thx thanks danke or oder user username benutzer does doesn't doesnt geht works
    funktioniert wird domain so when if wenn isn't isnt can't cant kann why warum
    """
)
# What is no name behind "login", and no owner of a PIN.
NO_NAME = any_of(
    """
    as als mit with for für to on an am auf at in von from by zu zum the my mein der die das is ist user pc server
    system fails
    """
)
NO_OWNER = any_of("printer drucker device gerät user benutzer raum room number nummer ticket account konto")

# --- What the text speaks of -----------------------------------------------------------------------------------------

SIGNING_IN = _pattern(
    r"pass|kennw|\bpwd?\b|log(?:ged|ging)?[ -]?(?:i|o)n|sign(?:ed|ing)?[ -]?in|anmeld|einlogg|zugang|credential",
    r"wlan|wi-?fi|locked|gesperrt|\buser|benutzer|\bmelde[nt]? (?:mich|uns|sich)",
)
PASSWORDS = _pattern(r"passw|kennw|\bpwd?\b|passphrase")
CODES = _pattern(r"\b(?:[\w-]{0,30})codes?\b|\botp\b|\bmfa\b|\b2fa\b|\btan\b|authenticator")
SPEAKS_OF_ERRORS = _pattern(
    r"error|fehler|blue ?screen|bluescreen|aadsts|install|0x[0-9a-f]|crash|abbruch|aborts|fails with|setup"
)
# Words before a bare "code" that make it none of a person's secrets.
_NO_CODE_WORDS = """
    error fehler err stop stopp exit status http https response return event result bug zip post postal area country
    dial product article artikel qr bar source quell dress tax steuer cost kosten sap transaction color farb abbruch
    rückgabe room this vat bin crash beep blink hex alarm fault diagnostic problem update windows outlook teams
"""
NO_CODE = _pattern(rf"(?:{any_of(_NO_CODE_WORDS)})[\s-]{{0,3}}$")

# --- What is no secret -----------------------------------------------------------------------------------------------

# What follows a number that counts something.
_COUNTED = """
    times time mal x fach digits? stellig\\w{0,3} stellen ziffern zahlen characters? chars? zeichen letters buchstaben
    minutes? mins? minuten? seconds? secs? sekunden? hours? stunden? std days? tage?n? weeks? wochen? months? monate?n?
    years? jahre?n? uhr am pm attempts? tries versuche?n? people users? leute percent prozent euro eur
"""
UNITS = any_of(_COUNTED)
_QUANTITY = """
    er te ten ter th st nd rd h min sec sek s ms gb mb tb kb mbit gbit ghz mhz hz px cm mm v w k zoll factor faktor fa
"""
_TICKET_PREFIXES = "aadsts kb inc req ritm sctask chg chng ticket case event err error cve caa it cs"
_NUMBERED_PRODUCTS = """
    ms o m w win windows office microsoft ios macos iphone ipad galaxy surface pixel android exchange outlook sharepoint
    sql server sap excel word usb ipv wpa sha md mp s t x i a g hp python java chrome firefox adobe acrobat cad autocad
    wifi wlan eap oauth smb ntlm tls ssl rdp base
"""
_PRODUCTS = """
    (?:1|one)password 2fa mfa 2-?(?:step|fach|factor|faktor)\\w{0,20} s/4hana h2o b2b p2p 802\\.1x log4j web2print
    c\\# c\\+\\+ f\\# \\.net at&t r&d f\\d{1,2}
    keepass(?:xc)? lastpass dashlane onedrive onenote sharepoint powerpoint powerbi powershell powerapps forticlient
    anyconnect teamviewer anydesk bitlocker bitwarden truecrypt veracrypt javascript typescript macbook youtube github
    gitlab linkedin facebook facetime whatsapp paypal openvpn nextcloud owncloud outlook\\w{0,10} myapps mysap myoffice
"""
# What has digits or marks in it all the same; matched against a whole word.
HARMLESS = _pattern(
    r"0x[0-9a-f]+|[a-z]{2,7}_[a-z_]+",  # 0x80070005, ERR_CONNECTION_RESET
    r"\S*(?:\]\(|://)\S*|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+|mailto:\S+|\{\w*\}",
    r"[a-z]:\\\S*|\\\\\S+|~?/\S*",
    r"[\w\\/ -]+\.(?:docx?|xlsx?|pptx?|pdf|exe|msi|txt|png|jpe?g|csv|zip|log|dll|ya?ml)",
    r"\d+(?:[.,:/x\u00d7-]\d+)*(?:%|€|°)?|v?\d+(?:\.\w+)+|\d{4}-\d\d-\d\d(?:t\S*)?|\#\d+",  # dates, versions, sizes
    r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f:]+:[0-9a-f:]+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    rf"\d+[.,]?-?(?:{any_of(_QUANTITY, _COUNTED)})",
    rf"(?:{any_of(_TICKET_PREFIXES)})-?\#?\d[\w-]*",
    rf"(?:{any_of(_NUMBERED_PRODUCTS)})-?\d{{1,4}}[a-z]{{0,3}}(?:\.\d+)*(?:/\w+)?",
    rf"(?:{any_of(_PRODUCTS)})",
    r"(?:ctrl|strg|control|alt|shift|umschalt|win|cmd|fn)(?:[+-]\w+)+",
)
# Names of computers, printers, assets, tickets: capitals and digits only. A password only where one is announced.
ASSET = re.compile(
    r"(?![A-ZÄÖÜ]{4,}[0-9]{1,4}$)[A-ZÄÖÜ0-9]+(?:[-_./][A-ZÄÖÜ0-9]+)*|(?:LAPTOP|DESKTOP|SERVER|PRINTER|DRUCKER|SRV)\w*"
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
    rules regeln tbd resetten resetted changen zufälliges zufällig random folgt siehe same ask parameter verification
    vergessn forgetten telefonisch phishing mindestens maximal minimum spam case-sensitive bekannt pending
    """.split()  # noqa: SIM905  a table is easier to read and to add to
)

# Words of that table that are passwords all the same where "password:" stands before and nothing after.
SIMPLE = frozenset(
    [
        "geheim",
        "secret",
        "private",
        "default",
        "system",
        "server",
        "computer",
        "laptop",
        "monday",
        "hallo",
        "hello",
        "normal",
        "test",
        "admin",
    ]
)

# Endings of what happened to a password ("locked", "zurückgesetzt") and of what it is like ("expiring", "notierbar").
PARTICIPLE = _pattern(
    r"\w{2,}(?:ed|ing|able|ible|less|ful|ly|olen|oken|itten|iven|aken|osen|own|idden)|\w{0,20}n't",
    r"\w{2,}(?:bar|lich|ig|isch|los|iert|haft)|\w{0,8}(?:ge|be|ver|er|ent|zer|miss)\w{2,}(?:t|en)",
)

# --- Numbers and keys of a fixed form --------------------------------------------------------------------------------

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
