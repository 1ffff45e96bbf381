"""Lines that say who published a story and when: ``La Tribune / 10 décembre 2025``, ``Published on …``, ``Par X, le …``."""

from __future__ import annotations

import datetime
import functools
import re
from typing import NamedTuple

from rag.dates.written import YEAR, FoundDate, find_date
from rag.reading.lines import Line, link, plain
from rag.text.words import fold

_LONGEST = 140
_STRONG = "/|—–·•"
_BEFORE = re.compile(
    r"(?P<name>.*?\S)(?:\s*(?P<strong>[/|—–·•])\s*|\s+-\s+|\s*,\s*|\s*(?P<open>\())\Z"
)
_AFTER = re.compile(r"(?:\s*(?P<strong>[/|—–·•])\s*|\s+-\s+|\s*,\s*)(?P<name>\S.*)\Z")
_PUBLISHED = re.compile(
    r"\b(?:publie|mis en ligne|mis a jour|paru|published|posted|updated|veroffentlicht|erschienen|publicado|publicada|actualizado"
    r"|pubblicato|pubblicata|aggiornato|gepubliceerd|geplaatst|atualizado)e?\b"
)
_LABEL = re.compile(
    r"(?:sources?|quellen?|fuentes?|fontes?|fonti|bron(?:nen)?|via|lu dans)\s*:\s*", re.IGNORECASE
)
_BYLINE = re.compile(r"(?:par|by|von|por|di|door)\s+\S", re.IGNORECASE)
_WITHIN = re.compile(
    r"\s*(?:dans|sur|in|on|en|su|sul|em|no|op|auf|bei)\s+(?P<name>[^\W_].{1,58})\Z"
)
_PARTICLE = re.compile(r"(?:le|den|el|il|a|em|op|am)\s", re.IGNORECASE)
_PLACES = """paris lyon marseille lille toulouse bordeaux bruxelles geneve luxembourg montreal london washington new-york
    san-francisco seattle berlin munchen hamburg frankfurt wien zurich bern madrid barcelona
    sevilla valencia mexico roma milano torino napoli
    lisboa porto brasilia amsterdam rotterdam brussel tokyo pekin beijing moscou moscow"""


class Credit(NamedTuple):
    """What such a line says. ``explicit`` is false for a bare date, which may be anything."""

    publisher: str | None
    date: datetime.date
    url: str | None
    explicit: bool


def read_credit(line: Line, *, day_first: bool | None = None) -> Credit | None:
    """The line read as an attribution, or None for any other line."""
    if (
        line.literal
        or len(line.text) > _LONGEST
        or not YEAR.search(line.text)
        or line.text[0] in '-–—•>«“„"#|'
    ):
        return None
    text = _LABEL.sub("", plain(line.text), count=1)
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1]
    found = find_date(text, day_first=day_first)
    if found is None:
        return None
    before, after = text[: found.start], text[found.end :].rstrip(" .)")
    url = link(line.text)
    if _PUBLISHED.search(fold(before)) and len(before.split()) <= 12:
        return Credit(_beside_verb(before, after), found.date, url, explicit=True)
    if not before.strip() and not after.strip():
        return Credit(None, found.date, url, explicit=False)
    name = _named(text, found, before, after)
    return None if name is None else Credit(name or None, found.date, url, explicit=name != "")


def _beside_verb(before: str, after: str) -> str | None:
    """The publisher in "Reuters – Published on …" or "Publié le … dans Le Monde", where there is one."""
    ahead = re.split(r"\s*[/|—–·•]\s*|\s+-\s+", before)
    if len(ahead) > 1 and not _PUBLISHED.search(fold(ahead[0])) and is_name(ahead[0], weak=False):
        return ahead[0]
    inside = _WITHIN.match(after) or (_AFTER.match(after) if after.strip()[:1] in _STRONG else None)
    name = inside["name"] if inside else ""
    return name if name and not YEAR.search(name) and is_name(name, weak=False) else None


def _named(text: str, found: FoundDate, before: str, after: str) -> str | None:
    """The publisher beside the date; "" where a line gives a date but no publisher; None for no attribution."""
    if _BYLINE.match(before) and len(before.split()) <= 8 and not after.strip():
        return "" if len(before) > 70 or before.rstrip()[-1:] not in ",|-–—·/" else _author(before)
    match = _AFTER.match(after) if not before.strip() else _BEFORE.match(before)
    more = after.strip() if before.strip() else ""  # "… / 9 mars 2024 / read on"
    if match is None or (
        more and (more[0] not in _STRONG or len(more) > 40 or match["strong"] is None)
    ):
        return None
    name = match["name"].strip()
    strong = any(match.groupdict().get(kind) for kind in ("strong", "open"))
    if not strong and (
        fold(name).replace(" ", "-") in _places() or _PARTICLE.match(text, found.start)
    ):
        return "" if is_name(name, weak=True) else None
    return name if is_name(name, weak=not strong) else None


def _author(before: str) -> str:
    """A by-line names a person, not a publisher, unless the publisher stands behind a stroke: "By X | Reuters | …"."""
    pieces = [piece.strip(" ,") for piece in re.split(r"\s*[/|·•]\s*", before.rstrip(" ,|-–—·/"))]
    return pieces[-1] if len(pieces) > 1 and is_name(pieces[-1], weak=False) else ""


def is_name(name: str, *, weak: bool) -> bool:
    """Whether this can be a publisher's name; stricter after a weak separator (comma, hyphen)."""
    parts = name.split()
    if not 2 <= len(name) <= 60 or not 1 <= len(parts) <= 7 or not any(map(str.isalpha, name)):
        return False
    if name[-1] in "!?:;,…" or re.search(r"[.!?;:]\s|[«»“”\"]", name) or YEAR.search(name):
        return False
    capitals = sum(not part[0].islower() for part in parts)
    return (
        not weak
        or len(parts) == 1
        or (not name[0].islower() and (len(parts) <= 3 or 2 * capitals >= len(parts)))
    )


@functools.cache
def _places() -> frozenset[str]:
    """Folded names of cities that open a dateline: "Paris, 9 décembre 2025"."""
    return frozenset(_PLACES.split())
