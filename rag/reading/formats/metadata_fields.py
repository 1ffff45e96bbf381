"""What the properties of a file say of it: kept where a person wrote them, not a program."""

from __future__ import annotations

import datetime
import re

from rag.reading.formats.base import Metadata

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2})(?:[-_]\w+)*\s*")
_LETTER = re.compile(r"[^\W\d_]")
_MAX_AUTHOR = 200
MAX_TITLE = 300  # characters; chosen by hand, longer ones are no title
_MIN_YEAR = 1980  # before it, no program wrote properties
_LEADING_DAY = re.compile(r"\s*(?:D:)?(\d{4})-?(\d{2})-?(\d{2})(?!\d{1,3}(?:\D|\Z))")
# Days that clocks and libraries give when nobody set one.
_DEFAULT_DAYS = frozenset(
    {
        datetime.date(1980, 1, 1),
        datetime.date(2000, 1, 1),
        datetime.date(2013, 12, 23),  # the template of python-docx
    }
)
_FILE_NAME = re.compile(
    r"\S*[/_]\S*"  # a path, or a name without its suffix
    r"|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|dvi|ps|p65|fm|pptx?|xlsx?|html?|txt|md|pages|cdr|ai|eps)",
    re.IGNORECASE,
)
_DEFAULT_TITLE = re.compile(
    r"\W*(?:untitled|unknown(?: title)?|sans[ _-]?titre|sans nom|ohne titel|unbenannt|sin t[ií]tulo"
    r"|senza titolo|sem t[ií]tulo|no[ _-]?title|title|titre|titel|t[ií]tulo|document|dokument"
    r"|documento|documents|new document|word document|microsoft (?:word|powerpoint|excel)"
    r"|pr[ée]sentation powerpoint|powerpoint[ -]pr[äa]sentation|powerpoint presentation|slide"
    r"|print|printing|about:blank|template|mod[èe]le|vorlage|brochure|layout|anonymous"
    r"|unspecified|none|null|test|scan)"
    r"(?:[ _-]*\(?\d*\)?)?\W*",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel|office)|openoffice|libreoffice) *[-–:]+ *", re.I
)
_DEFAULT_AUTHOR = re.compile(
    r"\W*(?:(?:default |microsoft office |office |windows |pc )?(?:user|utilisateur|benutzer"
    r"|usuario|utente|owner)|admin\w*|anonymous|anonyme|author|auteur|autor|unknown|unspecified|unbekannt"
    r"|python-docx|root|test|none|null|acer|asus|dell|hp|lenovo|toshiba|sony|scan\w*|copier|xerox"
    r"|microsoft\b.*|adobe\b.*|calibre\b.*|libreoffice\b.*|openoffice\b.*|apache\b.*)[ _-]*\d*\W*",
    re.IGNORECASE,
)


def choose_metadata(
    *,
    title: str | None = None,
    author: str | None = None,
    day: str | None = None,
    language: str | None = None,
) -> Metadata:
    """Return the properties of a file, each where a person set it."""
    return Metadata(
        title=choose_title(title),
        date=choose_day(day),
        language=choose_language(language),
        author=choose_author(author),
    )


def choose_title(text: str | None) -> str | None:
    """Return a title where a person gave it, without the name of the tool; else None."""
    if text is None:
        return None
    words = text.split()
    title = " ".join(words)
    title = _TOOL.sub("", title, count=1)
    if not 2 <= len(title) <= MAX_TITLE:
        return None
    if _LETTER.search(title) is None:
        return None
    if _DEFAULT_TITLE.fullmatch(title) or _FILE_NAME.fullmatch(title):
        return None
    return title


def choose_author(text: str | None) -> str | None:
    """Return an author where it is the name of somebody; else None."""
    if text is None:
        return None
    words = text.split()
    author = " ".join(words)
    if not 3 <= len(author) <= _MAX_AUTHOR:
        return None
    if _LETTER.search(author) is None:
        return None
    if _DEFAULT_AUTHOR.fullmatch(author):
        return None
    return author


def choose_day(text: str | None) -> datetime.date | None:
    """Return the day of "2026-03-02T10:12:00Z", "D:20260302101200" and the like; else None.

    Days that stand there when nobody set one are none.
    """
    match = _LEADING_DAY.match(text or "")
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    return None if year < _MIN_YEAR or date in _DEFAULT_DAYS else date


def choose_language(text: str | None) -> str | None:
    """Return the ISO 639-1 code of "fr-FR" or "fr"; None for anything else."""
    match = _LANGUAGE.fullmatch(text or "")
    if match is None:
        return None
    code = match.group(1)
    return code.lower()
