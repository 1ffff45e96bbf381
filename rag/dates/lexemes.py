"""A text as lexemes: each word with its kind and where it stands. Most are just a ``word``.

First tokens (words, figures, numeric dates, marks), then phrases of the vocabulary, then what a
capital, a full stop or a hyphen changes. "le 9 déc." gives the kinds the, number, abbr.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from rag.dates.days import span_months
from rag.dates.moments import Lexeme, Moment, make_day, make_moment
from rag.dates.vocabulary import (
    MAX_PHRASE_WORDS,
    DateVocabulary,
    Meaning,
    load_date_vocabulary,
)
from rag.text import fold

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
MOST_DIGITS_OF_NUMBER = 3  # "9999 days ago" is not said
LAST_DAY_OF_MONTH, MONTHS_OF_YEAR = 31, 12
SEPARATORS_IN_NUMBERS = ("-", "/", ".", ",")  # what follows one is inside a longer number
MARKS_IN_CODES = ("-", ":", "/", "_", ".")


class Token(NamedTuple):
    """A word, figure or mark of a text; a numeric date comes with its days."""

    text: str
    start: int
    end: int
    folded: str
    moment: Moment | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits only."""
        return self.folded.isdecimal()

    def touches(self, following: Token | None) -> bool:
        """Return whether a token follows without white space between them."""
        return following is not None and self.end == following.start


def read_lexemes(text: str, language: str) -> list[Lexeme]:
    """Return the lexemes of a text in order, the words of the longest phrase as one."""
    vocabulary = load_date_vocabulary(language)
    tokens = list(_split_tokens(text, vocabulary))
    identifier_parts = _find_identifier_parts(tokens, vocabulary)
    is_shouting = text.isupper()  # so that capitals say nothing
    lexemes: list[Lexeme] = []
    place = 0
    while place < len(tokens):
        # A phrase may take several tokens; most lexemes are one.
        first = tokens[place]
        meaning, size = _find_phrase(tokens, place, vocabulary)
        if place in identifier_parts:
            meaning, size = Meaning("figure"), 1
        last = tokens[place + size - 1]
        if not _is_part_of_last(tokens, place, lexemes):
            opens_sentence = not lexemes or lexemes[-1].kind == "stop"
            kind = _kind_in_small_letters(first, meaning.kind, vocabulary)
            if first.text[0].isupper() and not is_shouting:
                kind = _kind_with_capital(
                    first, meaning.kind, vocabulary, opens_sentence=opens_sentence
                )
            lexeme = Lexeme(
                kind,
                first.start,
                last.end,
                meaning.value,
                first.moment,
            )
            lexemes.append(lexeme)
        place += size
    return lexemes


def _split_tokens(text: str, vocabulary: DateVocabulary) -> Iterator[Token]:
    """Return words, numbers, numeric dates and marks."""
    at = 0
    while match := TOKEN.search(text, at):
        word = match.group()
        starts_with_digit = "0" <= word[0] <= "9"
        token = None
        if starts_with_digit:
            token = _read_figures(text, match, vocabulary)
        if token is None:
            token = Token(word, match.start(), match.end(), fold(word))
        yield token
        at = token.end


def _read_figures(text: str, match: re.Match[str], vocabulary: DateVocabulary) -> Token | None:
    """Return the numeric date or the number with separators that begins here, if one does."""
    start = match.start()
    character_before = text[max(0, start - 1) : start]
    # In 1.2025-11-05 there is no date, nor in 12-2025-11-05.
    if character_before not in SEPARATORS_IN_NUMBERS:
        date = NUMERIC_DATE.match(text, start)
        if date is not None:
            moment = _read_numeric_date(date, vocabulary)
            return Token(date.group(), start, date.end(), FIGURE, moment)
    number = LONG_NUMBER.match(text, start)
    if number is None:
        return None
    is_shorter_than_word = number.end() < match.end()
    if is_shorter_than_word:
        return None
    return Token(number.group(), start, number.end(), FIGURE)


def _read_numeric_date(match: re.Match[str], vocabulary: DateVocabulary) -> Moment | None:
    """Return a date or month in figures; None where it is none, or could be either of two."""
    numbers = [int(text) for text in match.groups() if text and text.isdecimal()]
    order = match.lastgroup
    try:
        if order == "ymd":
            date = datetime.date(*numbers)
            return make_day(date)
        if order == "ym":
            year, month = numbers
            span = span_months(year, month)
            return make_moment(span)
        if order == "my":
            month, year = numbers
            span = span_months(year, month)
            return make_moment(span)
        first, second, year = numbers
        # With full stops the day comes first everywhere: 12.9.2025.
        may_be_month_first = vocabulary.is_month_first and match["t"] != "."
        return _read_day_and_month(first, second, year, may_be_month_first)
    except ValueError:
        return None


def _read_day_and_month(
    first: int, second: int, year: int, may_be_month_first: bool
) -> Moment | None:
    """Return the day of 12/9/2025 or 12/9/25; ValueError where there is no such day."""
    if year < 100:
        year += YEAR_OF_CENTURY
    day, month = first, second
    if may_be_month_first and first != second:
        day = max(first, second)
        month = min(first, second)
        is_ambiguous = day <= MONTHS_OF_YEAR
        if is_ambiguous:
            return None
    date = datetime.date(year, month, day)
    return make_day(date)


def _find_identifier_parts(tokens: Sequence[Token], vocabulary: DateVocabulary) -> set[int]:
    """Return the places of numbers that are part of an identifier: CVE-2024-1234, ISO-8601:2004.

    In a run of tokens without white space between them, these are the numbers after a code
    (capitals or figures among letters, no word of the vocabulary), a year after a colon that
    follows a figure, and a year before a hyphen and a number that is no month and no later year.
    """
    parts: set[int] = set()
    # Most texts have no year, and pay for nothing more.
    if not any(len(token.text) == 4 and token.is_number for token in tokens):
        return parts
    is_in_code = False
    before: Token | None = None
    for place, token in enumerate(tokens):
        is_attached = before is not None and before.touches(token)
        before = token
        if not is_attached:
            is_in_code = False
        if _is_code(token, vocabulary):
            is_in_code = True
        elif not token.is_number:
            is_in_code = is_in_code and token.folded in MARKS_IN_CODES
        elif is_in_code or _is_edition(tokens, place) or _begins_serial_number(tokens, place):
            parts.add(place)
    return parts


def _is_code(token: Token, vocabulary: DateVocabulary) -> bool:
    """Return whether a token is written as identifiers begin: CVE, A320, RFC; Q3 is a quarter."""
    text = token.text
    word = token.folded
    if not text[0].isalpha():
        return False
    # In a heading in capitals, MID-2025 is no identifier.
    if word in vocabulary.meanings:
        return False
    if _read_code(word) is not None:
        return False
    has_digit = any(map(str.isdecimal, text))
    is_in_capitals = text.isupper() and len(text) > 1
    return has_digit or is_in_capitals


def _is_edition(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a number is the edition of a standard: 8601:2004."""
    if place < 2:
        return False
    standard, colon, edition = tokens[place - 2 : place + 1]
    if colon.text != ":" or not standard.is_number:
        return False
    return standard.touches(colon) and colon.touches(edition)


def _begins_serial_number(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a year begins a number such as 2024-123; 2024-25 and 2024-12 are days."""
    if place + 2 >= len(tokens):
        return False
    year, hyphen, number = tokens[place : place + 3]
    is_joined = year.touches(hyphen) and hyphen.touches(number)
    if hyphen.text != "-" or not is_joined:
        return False
    if len(year.text) != 4 or len(number.text) == 4:
        return False
    if not number.is_number:
        return False
    serial = int(number.folded[:5])
    next_year = int(year.folded) + 1
    # 2024-12 is a month and 2024-25 a season or a school year.
    is_month = serial <= MONTHS_OF_YEAR
    is_next_year = serial == next_year % 100
    return not is_month and not is_next_year


def _find_phrase(
    tokens: Sequence[Token], place: int, vocabulary: DateVocabulary
) -> tuple[Meaning, int]:
    """Return what the longest phrase that begins here means, and its length in tokens."""
    first = tokens[place]
    if first.folded in vocabulary.phrase_starts:
        words, sizes = _list_words(tokens, place)
        # The longest first: "a couple of" before "a couple".
        for count in range(len(words), 1, -1):
            phrase = "_".join(words[:count])
            meaning = vocabulary.meanings.get(phrase)
            if meaning is not None:
                return meaning, sizes[count - 1]
    return _find_meaning(first, vocabulary), 1


def _list_words(tokens: Sequence[Token], place: int) -> tuple[list[str], list[int]]:
    """Return the words that may make a phrase from here on, and how many tokens each reaches.

    A hyphen between them does not matter: "après midi", "après-midi".
    """
    words: list[str] = []
    sizes: list[int] = []
    for size, token in enumerate(tokens[place : place + 2 * MAX_PHRASE_WORDS], start=1):
        if token.folded.isalnum():
            words.append(token.folded)
            sizes.append(size)
        elif token.folded != "-":
            break
        if len(words) == MAX_PHRASE_WORDS:
            break
    return words, sizes


def _find_meaning(token: Token, vocabulary: DateVocabulary) -> Meaning:
    """Return what a single token means."""
    word = token.folded
    if token.moment is not None:
        return Meaning("moment")
    is_word = word == "_" or word[:1].isalnum()
    if not is_word:
        kind = KIND_OF_MARK.get(word, "stop")
        return Meaning(kind)
    if word.isdecimal():
        return _read_number(word)
    if word[0].isdecimal():
        ordinal = ORDINAL_FIGURE.match(word)
        if ordinal:
            number = int(ordinal[1])
            return Meaning("ordinal", number)
        return _read_code(word) or Meaning("figure")
    # "dès" counts only with its accent, so the word as written is looked up first.
    as_written = vocabulary.meanings.get(token.text.lower())
    known = as_written or vocabulary.meanings.get(word)
    return known or _read_code(word) or Meaning("word")


def _read_number(digits: str) -> Meaning:
    """Return a year, a year that ends a century (``round_year``), a number or a figure."""
    value = int(digits[:5])
    # 2000 employees are as likely as the year 2000, which therefore has its own kind.
    if len(digits) == 4 and FIRST_YEAR <= value <= LAST_YEAR:
        is_round = value % 100 == 0
        kind = "round_year" if is_round else "year"
        return Meaning(kind, value)
    if len(digits) <= MOST_DIGITS_OF_NUMBER and digits[:2] != "00":
        return Meaning("number", value)
    return Meaning("figure")


def _read_code(word: str) -> Meaning | None:
    """Return what Q3, T3 and 3T, H1 and S1, 1990s mean."""
    decade = DECADE.match(word)
    if decade:
        first_year = int(decade[1])
        return Meaning("decade", first_year)
    code = QUARTER_OR_HALF.match(word)
    if code is None:
        return None
    number = int(code[2] or code[3])
    is_half = code[1] in ("h", "s")
    kind = "half_code" if is_half else "quarter"
    return Meaning(kind, number)


def _kind_in_small_letters(token: Token, kind: str, vocabulary: DateVocabulary) -> str:
    """Return the kind of a word without a capital: "may" is no month in English, "mars" may be."""
    is_doubtful = kind == "month" and token.folded in vocabulary.doubtful_months
    if not is_doubtful:
        return kind
    return "lower" if vocabulary.has_capital_months else "name"


def _kind_with_capital(
    token: Token, kind: str, vocabulary: DateVocabulary, *, opens_sentence: bool
) -> str:
    """Return the kind of a word with a capital: a name, where the language writes it small."""
    if kind == "month":
        if token.folded in vocabulary.doubtful_months:
            return "name"
        is_plain = opens_sentence or vocabulary.has_capital_months
        return "month" if is_plain else "name"
    is_written_with_capital = (
        opens_sentence
        or kind not in KINDS_OF_NAMES
        or (vocabulary.has_capital_nouns and kind in NOUNS)
        or (vocabulary.has_capital_months and kind == "weekday")
    )
    if is_written_with_capital:
        return kind
    return "capital"


def _is_part_of_last(tokens: Sequence[Token], place: int, lexemes: list[Lexeme]) -> bool:
    """Return whether a mark belongs to the word before it: mi-décembre, 3. Quartal, déc. 2025.

    A number before such a full stop becomes an ordinal.
    """
    mark = tokens[place]
    if not lexemes:
        return False
    before = lexemes[-1]
    if before.end != mark.start:
        return False
    is_last = place + 1 == len(tokens)
    after = None if is_last else tokens[place + 1]
    # "novembre-décembre" is from the one to the other, "mi-décembre" is one word.
    if mark.folded == "-":
        if before.kind in KINDS_WITH_DASH:
            return False
        return mark.touches(after)
    if mark.folded != ".":
        return False
    # "3. Quartal", "9. Dezember": German, Danish and others write an ordinal with a full stop.
    may_be_day = before.kind == "number" and before.value <= LAST_DAY_OF_MONTH
    if may_be_day and after is not None and after.text[0].isalpha():
        lexemes[-1] = before._replace(kind="ordinal")
        return True
    return before.kind == "abbr"
