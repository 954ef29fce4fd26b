"""Tells a plain word that is a password from the words that say how one is, and what is only typed as one."""

import re

from conversations import masking_shapes as shapes
from conversations import masking_words as words

# How a password is, what happens to it, and what people call it when they are angry.
_STATES = frozenset(
    """
    absent active alphanumeric ambiguous annoying archived arrived auto automatic auto-generated bad barred bogus
    buggy
    case certain changeable clear compliant confidential corrupt crap critical current dead different difficult
    diverse
    essential expiry faulty foreign frozen garbage generic gibberish global hacked hashed history home horrible
    identical
    important inactive incompatible inconsistent indeed inherited insufficient invisible irrelevant junk legit lengthy
    mandatory mess messed mine missing mixed nearly nil null obsolete obvious optional out outdated overdue partially
    pending permanent persistent plain pointless predictable present pretty reasonable recent redundant rejected
    repetitive rubbish sent sensitive several shit similar sound spelled spelt static strict stuck subject sufficient
    temporary tight too toast trash tricky trivial trouble tough unavailable unchanged unclear unique unreadable
    unusable urgent useless vague void vulnerable wiped worse worst written zero
    aktiv allgemeingültig alphanumerisch altbekannt anderswo ausreichend automatisch blöd dauerhaft definitiv
    derzeit dienstlich doof drin echt eilig eindeutig erneut fällig fehlend fix fort frei fremd furchtbar futsch
    gemein gleichlautend global hin hinfällig inaktiv inkorrekt intakt irrelevant knapp komplex konform konstant
    leserlich lesbar mangelhaft mist müll murks nervig nötig null nutzlos optional privat quasi raus rot schrott
    simpel
    hinüber daneben durcheinander verhunzt früher damals gestern keins keines länger kürzer einfacher sicherer
    stärker glaub glaube denke vermutlich
    shorter longer simpler easier safer stronger weaker
    sinnvoll spät stabil statisch sperrig streng temporär tot trivial umsonst ungeeignet unlesbar unnötig unverändert
    unzulässig wichtig wirkungslos zufällig zulässig zweifelhaft zwingend schief kryptisch genug sache pflicht
    schuld tbd
    """.split()  # noqa: SIM905  a table is easier to read and to add to
)
# What stands after "password" or a colon as the thing it is for, or as the next word of the sentence.
_THINGS = frozenset(
    """
    account app assistance attempt attempts box browser cache center chain change citrix complexity confirmation
    dialog email entry expiration expiry export feature field file files form generator guideline guidelines hash help
    hint history import input issue issues keeper length limit link list login logon mail manager message notification
    office page policies policy popup portal prompt protection question recovery renewal request requirement reset
    resets
    rotation rule rules safe save screen security service setting settings sharing show site store strength sync tab
    tool update urgent vault windows anmeldung zuhause büro homeoffice work english german deutsch englisch mac linux
    home abroad here there scratch time phone mobile handy tablet notebook urlaub daheim
    abfrage ablauf änderung anforderung anfrage aufforderung eingabe erinnerung feld frage hilfe liste liste manager
    maske problem probleme regel regeln richtlinie richtlinien rücksetzung seite speicher tresor wechsel zurücksetzung
    portal kollege kollegin chef citrix salesforce jira confluence workday slack zoom webex gmail exchange active
    directory rechner pc drucker scanner mailbox postfach konto benutzerkonto laufwerk server datenbank
    """.split()  # noqa: SIM905
)
_PREFIXES = "ab an auf aus ein her hin los mit nach um vor weg weiter wieder zu zurück fest frei durch fehl raus rein"
_STATE_FORM = re.compile(
    r"\w{2,}(?:ed|ing|able|ible|less|ful|ly|ory|ive|ous|olen|oken|itten|iven|aken|osen|idden)|own|unknown|\w+n't|"
    r"\w{2,}(?:bar|lich|ig|isch|los|iert|haft|sam|mäßig)|"
    rf"(?:{'|'.join(_PREFIXES.split())})?(?:ge|be|ver|er|ent|zer|miss)\w{{2,}}(?:t|en)|"
    rf"(?:{'|'.join(_PREFIXES.split())})(?:zu)?\w{{3,}}en"
)
# Nouns with such an ending.
_NOUN = re.compile(
    r"\w*(?:fly|town|spring|string|ling(?<!el[l]ing)|wedding|pudding|king(?<![oeacr]king)|fisch|tisch|könig|"
    r"honig|holly)"
)
_SOFTWARE = re.compile(
    r"(?:project|visio|acrobat|photoshop|revit|solidworks|matlab|elitebook|latitude|thinkpad|precision|zbook|probook|"
    r"optiplex|laserjet|designjet|build|version|port|raum|room|level|release|update|ticket|monitor|visual|studio)"
    r"[\w.]*",
    re.IGNORECASE,
)


def plain(word: str) -> bool:
    """Tell a plain word that can be a password from one that says how a password is."""
    inner = shapes.bare(word).casefold()
    if len(inner) < _SHORTEST or not inner.replace("-", "").isalpha() or shapes.harmless(word):
        return False
    return bool(_NOUN.fullmatch(inner)) or not (
        inner in words.COMMON or inner in _STATES or inner in _THINGS or _STATE_FORM.fullmatch(inner)
    )


def says_how_it_is(word: str) -> bool:
    """Tell a word of a sentence about a password: "mandatory", "kryptisch", "Id=app;Password="."""
    return shapes.bare(word).casefold() in _STATES or bool(_ANNOUNCES.search(word))


def only_says_how(text: str) -> bool:
    """Tell a single word that says how something is: "established", "kryptisch"."""
    return text.isalpha() and _is_state(text)


def says_or_is_common(text: str) -> bool:
    """Tell words in a row each of which says how something is or continues a sentence: "very carefully"."""
    return all(shapes.bare(word).casefold() in words.COMMON or _is_state(word) for word in text.split())


def given(word: str) -> bool:
    """Tell what is a password where one is surely given: made up or a plain word."""
    return shapes.odd(word) or plain(word)


def typed(word: str) -> bool:
    """Tell what nobody would type but as a password: "hunter22", "Winter2024", "Pepper!3"."""
    inner = shapes.bare(word)
    if not shapes.no_thing(word) or _SOFTWARE.fullmatch(inner) or not re.search("[a-zäöüß]", inner):
        return False
    return shapes.digits(inner) > 1 or bool(_MARK_WITHIN.search(inner)) or shapes.striking(word)


def year_or_mark(word: str) -> bool:
    """Tell what gives itself away: a mark within letters and digits, a name and a year."""
    inner = shapes.bare(word)
    if shapes.harmless(word) or _SOFTWARE.fullmatch(inner):
        return False
    return bool(_MARK_AMONG_ALL.fullmatch(word.rstrip(".,;:)!?")) or _NAME_YEAR_MARK.fullmatch(word.rstrip(".,;:)")))


def no_talk(text: str) -> bool:
    """Tell words in a row none of which speaks of a password."""
    return all(
        plain(word) or word[0].isdecimal() or (len(word) < _SHORTEST and word not in words.COMMON)
        for word in text.casefold().split()
    )


def no_state(text: str) -> bool:
    """Tell words in a row that begin like no statement about a password."""
    first = shapes.bare(text.split(maxsplit=1)[0]).casefold()
    return first == "never" or plain(first)


def marked(word: str) -> bool:
    """Tell a password by its looks alone: small letters, capitals, digits and a mark among or behind them."""
    inner = word.rstrip(".,;:)")
    return (
        not shapes.harmless(inner.strip("!?"))
        and bool(_MARK_AMONG_ALL.fullmatch(inner) or (_NAME_YEAR_MARK.fullmatch(inner) and not inner[-1].isdecimal()))
        and not _SOFTWARE.fullmatch(inner)
    )


def capital_too(word: str) -> bool:
    """Tell what mixes capitals, small letters and digits, and is no thing."""
    return typed(word) and shapes.mixed(word)


def capital_and_digit(word: str) -> bool:
    """Tell capitals, small letters and digits in a word that is no program's name."""
    return shapes.mixed(word) and not _SOFTWARE.fullmatch(shapes.bare(word))


def small(word: str) -> bool:
    """Tell a plain word in small letters: no name of a program."""
    return word.islower() and plain(word)


def begins_statement(word: str) -> bool:
    """Tell a word with which a statement about a password begins: "not", "expired", "zu"."""
    inner = shapes.bare(word).casefold()
    return inner in _BEGINNINGS or _is_state(word)


def part_plain(text: str) -> bool:
    """Tell quoted words that are more than a message about a password."""
    spoken = text.split()
    return len(spoken) <= _MOST_QUOTED_WORDS and any(plain(word) for word in spoken) and not any(map(_is_state, spoken))


def _is_state(word: str) -> bool:
    inner = shapes.bare(word).casefold()
    return inner in _STATES or (bool(_STATE_FORM.fullmatch(inner)) and not _NOUN.fullmatch(inner))


def has_digits(text: str) -> bool:
    """Tell a code of letters and digits from a word."""
    return shapes.digits(text) > 1


_BEGINNINGS = frozenset(
    """
    a an the not no too is was wrong expired invalid for from of on in at with without und and or oder nicht kein
    keine
    zu falsch ungültig abgelaufen für von vom auf im mit ohne der die das ein eine always never asked required needed
    folgt siehe liegt kommt wie was what how where wo why warum i ich we wir it es they sie you lost forgotten
    vergessen weg same still noch
    """.split()  # noqa: SIM905
)
_SHORTEST, _MOST_QUOTED_WORDS = 4, 4
_ANNOUNCES = re.compile(r"(?:password|passwort|pwd|pw)=$", re.IGNORECASE)
_MARK_WITHIN = re.compile(r"[^\W_][!$%&§^=+~?_][^\W_]|[a-zäöüß]#[0-9a-zäöüß]{3}")
_MARK_AMONG_ALL = re.compile(
    r"(?=\S*[A-ZÄÖÜ])(?=\S*[a-zäöüß])(?=\S*[0-9])(?![^\W\d_]+[#&]\d+$)(?!\S*%\d)"
    r"[\w.-]{1,40}[!$%&§^#~][\w!$%&§^#~.*+-]{1,40}"
)
_NAME_YEAR_MARK = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{2,20}(?:[0-9]{3,4}[!$§%&#*]{1,3}|(?:19|20)[0-9]{2})")
