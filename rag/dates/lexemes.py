"""A text as the words that matter for days, each with its kind and where it stands; all others are just words."""

from __future__ import annotations

import datetime
import functools
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates.days import months
from rag.dates.moments import Lexeme, Moment, on
from rag.dates.tables import CAPITAL_MONTHS, CAPITAL_NOUNS, MONTH_FIRST, TABLES
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_PHRASE = 4  # words
FALLBACK = "en"  # where a language has no table
_PROPER = frozenset(
    {"word", "weekday", "offset", "today", "tomorrow", "season", "part", "edge"}
)  # the Today show, Demain, Meta
_JOINED = frozenset(
    {"month", "name", "number", "year", "round", "weekday", "moment"}
)  # whose hyphen says from … to
_NUMBER = re.compile(
    r"\d{1,3}(?:[ .,'’\u00a0\u202f\u2009]\d{3})+(?!\d)|\d+(?:[.,]\d+)+|\d+(?=\s?[%‰€$£¥])|(?<=[$€£¥#])\d+"
)
_DATE = re.compile(
    r"(?:(?P<y>[12]\d{3})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<ymd>\d\d?)|(?P<y2>[12]\d{3})-(?P<ym>[01]\d)"
    r"|(?P<d>\d\d?)(?P<t>[-/.])(?P<m3>\d\d?)(?P=t)(?P<dmy>[12]\d{3}|(?<=/)\d\d)|(?P<m4>0[1-9]|1[0-2])/(?P<my>[12]\d{3}))"
    r"(?!\w|[-/.]\d)"
)
_TOKEN = re.compile(r"[\w\u0300-\u036f]+|\n\s*\n|[-–—,.]|[^\w\s'’ʼ,.–—-]+")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|re|e|eme|ieme|nd|nde|st|rd|th|o|a)\Z")
_DECADE = re.compile(r"([12]\d\d0)(?:s|er|ern)\Z")
_CODE = re.compile(r"([qths])([1-4])\Z|([1-4])([qt])\Z")


class Meaning(NamedTuple):
    """What a word says: its kind and a number."""

    kind: str
    value: int = 0


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    folded: str
    moment: Moment | None = None


class DateVocabulary(NamedTuple):
    """A language's words and phrases, and those that begin a phrase."""

    meanings: Mapping[str, Meaning]
    heads: frozenset[str]
    doubtful: frozenset[str]  # months that are names or other words as well


@functools.cache
def load_date_vocabulary(language: str) -> DateVocabulary:
    """The words of a language; English where there is no table."""
    rows = list(_rows(TABLES.get(language) or TABLES[FALLBACK]))
    meanings = {word: meaning for word, meaning in rows if meaning.kind != "doubtful"}
    heads = frozenset(word.partition("_")[0] for word in meanings if "_" in word)
    return DateVocabulary(
        meanings, heads, frozenset(word for word, meaning in rows if meaning.kind == "doubtful")
    )


def _rows(table: str) -> Iterator[tuple[str, Meaning]]:
    for line in table.strip().splitlines():
        head, _, cells = line.partition(":")
        kind, _, value = head.partition(" ")
        for place, cell in enumerate(cells.split()):
            number = int(value.rstrip("+") or 0) + (place if value.endswith("+") else 0)
            for word in cell.split("|") if cell != "_" else ():
                yield word, Meaning(kind, number)


def lexemes(text: str, language: str) -> list[Lexeme]:
    """The words of a text in order, those of the longest phrase together."""
    known, tokens = load_date_vocabulary(language), list(_tokens(text, language))
    shouting, at = text.isupper(), 0
    found: list[Lexeme] = []
    while at < len(tokens):
        token, meaning, size = tokens[at], None, 1
        if token.folded in known.heads:
            meaning, size = _phrase(tokens, at, known)
        if meaning is None:
            meaning = _meaning(token, known)
        kind = meaning.kind
        if token.text[0].isupper() and not shouting:
            opening = not found or found[-1].kind == "stop"
            kind = _capital(kind, token.folded, opening=opening, language=language)
        elif kind == "month" and token.folded in known.doubtful:
            kind = "lower" if language in CAPITAL_MONTHS else "name"
        if not _swallowed(tokens, at, found):
            found.append(
                Lexeme(kind, token.start, tokens[at + size - 1].end, meaning.value, token.moment)
            )
        at += size
    return found


def _tokens(text: str, language: str) -> Iterator[_Token]:
    """Words, numbers, numeric dates and marks."""
    at = 0
    while match := _TOKEN.search(text, at):
        start, end, moment = match.start(), match.end(), None
        folded = fold(match.group())
        if "0" <= match.group()[0] <= "9":
            long = _NUMBER.match(text, start)
            date = (
                _DATE.match(text, start)
                if text[max(0, start - 1) : start] not in ("-", "/", ".", ",")
                else None
            )
            if date is not None:
                end, folded, moment = date.end(), "#", _numeric(date, language)
            elif long is not None and long.end() >= end:
                end, folded = long.end(), "#"
        yield _Token(text[start:end], start, end, folded, moment)
        at = end


def _numeric(match: re.Match[str], language: str) -> Moment | None:
    """A date or month in figures; None where it is none, or could be either of two."""
    kind, (first, second, *third) = (
        match.lastgroup,
        [int(text) for text in match.groups() if text and text.isdecimal()],
    )
    try:
        if kind == "ymd":
            return on(datetime.date(first, second, third[0]))
        if kind in ("ym", "my"):
            return Moment(*(months(first, second) if kind == "ym" else months(second, first)))
        year = third[0] + 2000 * (third[0] < 100)
        if language not in MONTH_FIRST or match["t"] == "." or first == second:
            return on(datetime.date(year, second, first))
        return (
            on(datetime.date(year, min(first, second), max(first, second)))
            if max(first, second) > 12
            else None
        )
    except ValueError:
        return None


def _phrase(tokens: Sequence[_Token], at: int, known: DateVocabulary) -> tuple[Meaning | None, int]:
    """The longest phrase of the table that begins here, a hyphen inside it or not."""
    words, sizes = [], []
    for place in range(at, min(len(tokens), at + 2 * LONGEST_PHRASE)):
        if tokens[place].folded.isalnum():
            words.append(tokens[place].folded)
            sizes.append(place - at + 1)
        elif tokens[place].folded != "-" or len(words) == LONGEST_PHRASE:
            break
    for count in range(min(len(words), LONGEST_PHRASE), 1, -1):
        meaning = known.meanings.get("_".join(words[:count]))
        if meaning is not None:
            return meaning, sizes[count - 1]
    return None, 1


def _meaning(token: _Token, known: DateVocabulary) -> Meaning:
    """What a single token says."""
    word = token.folded
    if token.moment is not None:
        return Meaning("moment")
    if not word or not (word[0].isalnum() or word == "_"):
        return Meaning(
            {",": "comma", "-": "dash", "–": "dash", "—": "dash", "#": "figure"}.get(word, "stop")
        )
    if not word[0].isdecimal():
        found = known.meanings.get(token.text.lower()) or known.meanings.get(word)
        return found or _coded(word) or Meaning("word")
    if word.isdecimal():
        number = int(word[:5])
        if len(word) == 4 and 1000 <= number < 2200:
            return Meaning("round" if number % 100 == 0 else "year", number)
        return (
            Meaning("number", number) if len(word) <= 3 and word[:2] != "00" else Meaning("figure")
        )
    ordinal = _ORDINAL.match(word)
    return Meaning("ordinal", int(ordinal[1])) if ordinal else _coded(word) or Meaning("figure")


def _coded(word: str) -> Meaning | None:
    """Q3, T3 and 3T; H1 and S1; 1990s."""
    decade, code = _DECADE.match(word), _CODE.match(word)
    if decade:
        return Meaning("decade", int(decade[1]))
    if code:
        return Meaning("half_code" if code[1] in ("h", "s") else "quarter", int(code[2] or code[3]))
    return None


def _capital(kind: str, word: str, *, opening: bool, language: str) -> str:
    """What a word with a capital is: a name, where the language writes the word small inside a sentence."""
    if kind == "month":
        doubtful = word in load_date_vocabulary(language).doubtful
        return "name" if doubtful or not (opening or language in CAPITAL_MONTHS) else "month"
    if opening or kind not in (
        _PROPER - {"part", "edge", "season"} if language in CAPITAL_NOUNS else _PROPER
    ):
        return kind
    return kind if kind == "weekday" and language in CAPITAL_MONTHS else "capital"


def _swallowed(tokens: Sequence[_Token], at: int, found: list[Lexeme]) -> bool:
    """Whether a mark belongs to the word before it: mi-décembre, 3. Quartal, déc. 2025."""
    mark, start, end = tokens[at].folded, tokens[at].start, tokens[at].end
    if not found or mark not in ("-", ".") or found[-1].end != start:
        return False
    before, after = found[-1], tokens[at + 1] if at + 1 < len(tokens) else None
    if mark == "-":
        return after is not None and after.start == end and before.kind not in _JOINED
    if (
        before.kind == "number"
        and before.value <= 31
        and after is not None
        and after.text[0].isalpha()
    ):
        found[-1] = before._replace(kind="ordinal")
        return True
    return before.kind == "abbr"
