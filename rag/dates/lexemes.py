"""A text as lexemes: each word with its kind and where it stands. Most are just a ``word``.

First tokens (words, figures, numeric dates, marks), then phrases of the vocabulary, then what a
capital, a full stop or a hyphen changes. "le 9 déc." gives the kinds the, number, abbr.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates.days import months
from rag.dates.moments import Lexeme, Moment, make_day
from rag.dates.vocabulary import (
    MAX_PHRASE_WORDS,
    DateVocabulary,
    Meaning,
    load_date_vocabulary,
)
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# With a capital inside a sentence these are names: the Today show, Demain, Meta.
KINDS_OF_NAMES = frozenset(
    {"word", "weekday", "day_offset", "today", "tomorrow", "season", "part", "edge"}
)
NOUNS = frozenset({"part", "edge", "season"})  # which German writes with a capital anyway
# Between two of these a hyphen says from … to; elsewhere it is part of the word.
KINDS_WITH_DASH = frozenset({"month", "name", "number", "year", "round_year", "weekday", "moment"})
FIGURE = "#"  # stands for a number that counts something: 1 500, 3.5, 20 %
GROUPED = r"\d{1,3}(?:[ .,'’\u00a0\u202f\u2009]\d{3})+(?!\d)"
LONG_NUMBER = re.compile(rf"{GROUPED}|\d+(?:[.,]\d+)+|\d+(?=\s?[%‰€$£¥])|(?<=[$€£¥#])\d+")
NUMERIC_DATE = re.compile(
    r"(?:(?P<y>[12]\d{3})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<ymd>\d\d?)"
    r"|(?P<y2>[12]\d{3})-(?P<ym>[01]\d)"
    r"|(?P<d>\d\d?)(?P<t>[-/.])(?P<m3>\d\d?)(?P=t)(?P<dmy>[12]\d{3}|(?<=/)\d\d)"
    r"|(?P<m4>0[1-9]|1[0-2])/(?P<my>[12]\d{3}))"
    r"(?!\w|[-/.]\d)"
)
TOKEN = re.compile(r"[\w\u0300-\u036f]+|\n\s*\n|[-–—,.]|[^\w\s'’ʼ,.–—-]+")
ORDINAL_FIGURE = re.compile(r"(\d{1,2})(?:er|re|e|eme|ieme|nd|nde|st|rd|th|o|a)\Z")
DECADE = re.compile(r"([12]\d\d0)(?:s|er|ern)\Z")
QUARTER_OR_HALF = re.compile(r"([qths])([1-4])\Z|([1-4])([qt])\Z")  # Q3, T3, 3T, H1, S1
KIND_OF_MARK = {",": "comma", "-": "dash", "–": "dash", "—": "dash", FIGURE: "figure"}
YEAR_OF_CENTURY = 2000  # 09/12/25 is 2025; chosen by hand, for articles of today
FIRST_YEAR, LAST_YEAR = 1000, 2199  # of four digits alone; chosen by hand
LAST_DAY_OF_MONTH = 31


class Token(NamedTuple):
    """A word, figure or mark of a text; a numeric date comes with its days."""

    text: str
    start: int
    end: int
    folded: str
    moment: Moment | None = None


def read_lexemes(text: str, language: str) -> list[Lexeme]:
    """Return the lexemes of a text in order, the words of the longest phrase as one."""
    vocabulary = load_date_vocabulary(language)
    tokens = list(_split_tokens(text, vocabulary))
    identifier_parts = _find_identifier_parts(tokens, vocabulary)
    is_shouting = text.isupper()
    lexemes: list[Lexeme] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        meaning, size = _find_phrase(tokens, at, vocabulary)
        if at in identifier_parts:
            meaning, size = Meaning("figure"), 1
        if _is_part_of_last(tokens, at, lexemes):
            at += size
            continue
        opens_sentence = not lexemes or lexemes[-1].kind == "stop"
        kind = meaning.kind
        if token.text[0].isupper() and not is_shouting:
            kind = _kind_with_capital(kind, token.folded, vocabulary, opens_sentence=opens_sentence)
        elif kind == "month" and token.folded in vocabulary.doubtful_months:
            kind = "lower" if vocabulary.has_capital_months else "name"
        end = tokens[at + size - 1].end
        lexemes.append(Lexeme(kind, token.start, end, meaning.value, token.moment))
        at += size
    return lexemes


def _split_tokens(text: str, vocabulary: DateVocabulary) -> Iterator[Token]:
    """Return words, numbers, numeric dates and marks."""
    at = 0
    while match := TOKEN.search(text, at):
        starts_with_digit = "0" <= match.group()[0] <= "9"
        token = _read_figures(text, match, vocabulary) if starts_with_digit else None
        if token is None:
            token = Token(match.group(), match.start(), match.end(), fold(match.group()))
        yield token
        at = token.end


def _read_figures(text: str, match: re.Match[str], vocabulary: DateVocabulary) -> Token | None:
    """Return the numeric date or the number with separators that begins here, if one does."""
    start = match.start()
    is_inside_number = text[max(0, start - 1) : start] in ("-", "/", ".", ",")
    date = None if is_inside_number else NUMERIC_DATE.match(text, start)
    if date is not None:
        moment = _read_numeric_date(date, vocabulary)
        return Token(date.group(), start, date.end(), FIGURE, moment)
    number = LONG_NUMBER.match(text, start)
    if number is not None and number.end() >= match.end():
        return Token(number.group(), start, number.end(), FIGURE)
    return None


def _read_numeric_date(match: re.Match[str], vocabulary: DateVocabulary) -> Moment | None:
    """Return a date or month in figures; None where it is none, or could be either of two."""
    numbers = [int(text) for text in match.groups() if text and text.isdecimal()]
    first, second = numbers[:2]
    try:
        if match.lastgroup == "ymd":
            return make_day(datetime.date(first, second, numbers[2]))
        if match.lastgroup == "ym":
            return Moment(*months(first, second))
        if match.lastgroup == "my":
            return Moment(*months(second, first))
        has_short_year = numbers[2] < 100
        year = numbers[2] + YEAR_OF_CENTURY * has_short_year
        if not vocabulary.is_month_first or match["t"] == "." or first == second:
            return make_day(datetime.date(year, second, first))
        day, month = max(first, second), min(first, second)
        is_ambiguous = day <= 12
        return None if is_ambiguous else make_day(datetime.date(year, month, day))
    except ValueError:
        return None


def _find_identifier_parts(tokens: Sequence[Token], vocabulary: DateVocabulary) -> set[int]:
    """Return the places of numbers that are part of an identifier: CVE-2024-1234, ISO-8601:2004.

    In a run of tokens without white space between them, these are the numbers after a code
    (capitals or figures among letters, no word of the vocabulary), a year after a colon that
    follows a figure, and a year before a hyphen and a number that is no month and no later year.
    """
    parts: set[int] = set()
    is_in_code = False
    for place, token in enumerate(tokens):
        is_attached = place > 0 and tokens[place - 1].end == token.start
        if not is_attached:
            is_in_code = False
        if _is_code(token, vocabulary):
            is_in_code = True
            continue
        if not token.folded.isdecimal():
            is_in_code = is_in_code and token.folded in ("-", ":", "/", "_", ".")
            continue
        after_colon = is_attached and place > 1 and tokens[place - 1].text == ":"
        follows_figure = after_colon and tokens[place - 2].folded.isdecimal()
        if is_in_code or follows_figure or _begins_serial_number(tokens, place):
            parts.add(place)
    return parts


def _is_code(token: Token, vocabulary: DateVocabulary) -> bool:
    """Return whether a token is written as identifiers begin: CVE, A320, RFC; Q3 is a quarter."""
    if not token.text[0].isalpha() or token.folded in vocabulary.meanings:
        return False
    if _read_code(token.folded) is not None:
        return False
    has_digit = any(character.isdecimal() for character in token.text)
    return has_digit or (token.text.isupper() and len(token.text) > 1)


def _begins_serial_number(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a year begins a number such as 2024-123; 2024-25 and 2024-12 are days."""
    if len(tokens[place].folded) != 4 or place + 2 >= len(tokens):
        return False
    year, hyphen, number = tokens[place : place + 3]
    is_joined = year.end == hyphen.start and hyphen.end == number.start
    if hyphen.text != "-" or not is_joined or not number.folded.isdecimal():
        return False
    value = int(number.folded[:5])
    is_month = value <= 12
    is_later_year = len(number.folded) == 4 or value == (int(year.folded) + 1) % 100
    return not is_month and not is_later_year


def _find_phrase(
    tokens: Sequence[Token], at: int, vocabulary: DateVocabulary
) -> tuple[Meaning, int]:
    """Return what the longest phrase that begins here means, and its length in tokens.

    A hyphen between the words of a phrase does not matter: "après midi", "après-midi".
    """
    if tokens[at].folded in vocabulary.phrase_starts:
        words, sizes = [], []
        for place in range(at, min(len(tokens), at + 2 * MAX_PHRASE_WORDS)):
            folded = tokens[place].folded
            if folded.isalnum():
                words.append(folded)
                sizes.append(place - at + 1)
            elif folded != "-" or len(words) == MAX_PHRASE_WORDS:
                break
        for count in range(min(len(words), MAX_PHRASE_WORDS), 1, -1):
            meaning = vocabulary.meanings.get("_".join(words[:count]))
            if meaning is not None:
                return meaning, sizes[count - 1]
    return _find_meaning(tokens[at], vocabulary), 1


def _find_meaning(token: Token, vocabulary: DateVocabulary) -> Meaning:
    """Return what a single token means."""
    word = token.folded
    if token.moment is not None:
        return Meaning("moment")
    is_mark = not word or not (word[0].isalnum() or word == "_")
    if is_mark:
        return Meaning(KIND_OF_MARK.get(word, "stop"))
    if word.isdecimal():
        return _read_number(word)
    if word[0].isdecimal():
        ordinal = ORDINAL_FIGURE.match(word)
        if ordinal:
            return Meaning("ordinal", int(ordinal[1]))
        return _read_code(word) or Meaning("figure")
    # "dès" counts only with its accent, so the word as written is looked up first.
    known = vocabulary.meanings.get(token.text.lower()) or vocabulary.meanings.get(word)
    return known or _read_code(word) or Meaning("word")


def _read_number(digits: str) -> Meaning:
    """Return a year, a year that ends a century (``round_year``), a number or a figure."""
    number = int(digits[:5])
    if len(digits) == 4 and FIRST_YEAR <= number <= LAST_YEAR:
        return Meaning("round_year" if number % 100 == 0 else "year", number)
    if len(digits) <= 3 and digits[:2] != "00":
        return Meaning("number", number)
    return Meaning("figure")


def _read_code(word: str) -> Meaning | None:
    """Return what Q3, T3 and 3T, H1 and S1, 1990s mean."""
    decade = DECADE.match(word)
    if decade:
        return Meaning("decade", int(decade[1]))
    code = QUARTER_OR_HALF.match(word)
    if code is None:
        return None
    is_half = code[1] in ("h", "s")
    return Meaning("half_code" if is_half else "quarter", int(code[2] or code[3]))


def _kind_with_capital(
    kind: str, word: str, vocabulary: DateVocabulary, *, opens_sentence: bool
) -> str:
    """Return the kind of a word with a capital: a name, where the language writes it small."""
    if kind == "month":
        is_doubtful = word in vocabulary.doubtful_months
        may_be_name = not opens_sentence and not vocabulary.has_capital_months
        return "name" if is_doubtful or may_be_name else "month"
    if opens_sentence or kind not in KINDS_OF_NAMES:
        return kind
    if vocabulary.has_capital_nouns and kind in NOUNS:
        return kind
    if vocabulary.has_capital_months and kind == "weekday":
        return kind
    return "capital"


def _is_part_of_last(tokens: Sequence[Token], at: int, lexemes: list[Lexeme]) -> bool:
    """Return whether a mark belongs to the word before it: mi-décembre, 3. Quartal, déc. 2025.

    A number before such a full stop becomes an ordinal.
    """
    mark = tokens[at]
    if not lexemes or mark.folded not in ("-", ".") or lexemes[-1].end != mark.start:
        return False
    before = lexemes[-1]
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if mark.folded == "-":
        is_joined = after is not None and after.start == mark.end
        return is_joined and before.kind not in KINDS_WITH_DASH
    may_be_day = before.kind == "number" and before.value <= LAST_DAY_OF_MONTH
    if may_be_day and after is not None and after.text[0].isalpha():
        lexemes[-1] = before._replace(kind="ordinal")
        return True
    return before.kind == "abbr"
