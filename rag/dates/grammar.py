"""How words that speak of days stand together: tables of rules over kinds of lexemes.

A rule is what it means (a function of ``relative``, ``named`` or ``spans``) and a pattern. Every
word of a pattern is a kind of lexeme, and the rest is a regular expression; blanks only separate.
``DAYS`` finds days, ``PARTS`` the beginning or end of them, ``SPANS`` since, until, between and
the rest around them. Of rules that match at the same word the first in the table is tried.

To teach rag another way of speaking of days, add a row, and questions to tests/test_dates_news.py.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.dates import named, relative, spans
from rag.dates.moments import Lexeme, Match, Moment
from rag.dates.vocabulary import load_date_vocabulary

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    Rules = tuple[tuple[Callable[[Match, datetime.date], Moment | None], str], ...]

N, U = "(?:number|one|few|year|round_year)", "(?:unit|units)"
MONTH = "(?:month|name|lower|abbr)"
CAPITAL = "(?:month|name|abbr)"  # not "may", which is a verb
AGAIN = "(?:last|past|next)"
OF, LINK = "(?:of|the|in){0,3}", "(?:in|of|the|on|to|from){0,3}"
YEAR = "(?:year|round_year)"
AFTER = "(?<=on|since|since_or_from|until|by|before|after|from|between|and|to)"
# A month with a surname is a name, and a figure before a noun is no year.
LONE = "(?!word|capital|possessive|number|unit|units)"
OPERAND = f"(?:moment|month|(?:name|lower|abbr) {LONE}|year|round_year {LONE}|quarter)"
SINCE = "(?:since|since_or_from)"

DAYS: Rules = (
    (relative.read_day_word_perhaps, "(?<=of) day_offset (?!distal)"),
    (
        relative.read_day_word,
        "day_offset (?!distal) | today | (?<!of) (?<!the) tomorrow",
    ),
    (relative.read_since_ago, f"{SINCE} ago? {N} {U} ago_after?"),
    (
        relative.read_ago,
        f"(?:ago|before_or_ago) {N} {U} proximal? (?!of (?:word|capital)) | {N} {U} ago_after",
    ),
    (
        relative.read_rolling,
        f"this? (?:past|past_plural|last) {N} {U}"
        f" | (?:number|few|year|round_year) (?:past|past_plural|last) {U}",
    ),
    (relative.read_rolling, f"this? past_plural {U} | this? (?:past|last) units"),
    (
        relative.read_coming,
        f"next {N} {U} | {N} next {U} | (?:ahead|between) {N} {U} | {N} {U} ahead_after",
    ),
    (
        named.read_ordinal_unit,
        f"(?:ordinal|past|last) unit {OF} {YEAR}"
        f" | ordinal unit (?!{OF} (?:last|past|this|next|unit {AGAIN}))",
    ),
    (named.read_half, f"(?:ordinal half | half_code) {OF} {YEAR}"),
    (named.read_quarter, f"quarter {OF} {YEAR}"),
    (relative.read_rolling, f"this? past unit (?!{OF} {MONTH})"),
    (named.read_unit_of_month, f"unit of? {MONTH} (?:{OF} comma? {YEAR})?"),
    (relative.read_last_unit, "last unit | unit (?:last|past)"),
    (relative.read_next_unit, "next unit | unit next"),
    (relative.read_this_unit, "this unit proximal? (?!distal)"),
    (named.read_decade, f"units {YEAR} | {YEAR} possessive | decade"),
    (named.read_unit_year, f"unit {YEAR}"),
    (
        named.read_calendar_day,
        f"(?:weekday comma?)? the? (?:number|ordinal) of? {MONTH} {OF} comma? {YEAR}",
    ),
    (named.read_calendar_day, f"(?:weekday comma?)? {MONTH} (?:number|ordinal) comma? {YEAR}"),
    (
        named.read_calendar_day_perhaps,
        f"(?<=of) (?:number|ordinal) of? {CAPITAL} (?!number|last|past|next)",
    ),
    (
        named.read_calendar_day,
        f"{AGAIN}? (?:weekday comma?)? the? (?:number|ordinal) of? {CAPITAL} (?!number) {AGAIN}?",
    ),
    (
        named.read_calendar_month,
        f"(?<!number|ordinal) (?<!(?:number|ordinal) of) {MONTH} {OF} comma? {YEAR}",
    ),
    (
        named.read_calendar_month,
        f"(?:month|name) {AGAIN} (?!{U}) | (?:last|past|next|this) (?:month|name)",
    ),
    (relative.read_weekday, f"(?:last|past|next|this) weekday | weekday {AGAIN}"),
    (
        relative.read_season,
        "(?:last|past|next|this) season"
        f" | (?<=the|this|in|of|on) season {AGAIN} | season {OF} {YEAR}",
    ),
)
# Where the month comes before the day: "December 9", "on Tuesday, December 9".
MONTH_BEFORE_DAY: Rules = (
    (
        named.read_calendar_day,
        f"(?:weekday comma?)? {CAPITAL} ordinal | {AFTER} (?:weekday comma?)? {CAPITAL} number",
    ),
    (
        named.read_calendar_day,
        f"weekday comma? {CAPITAL} number | {CAPITAL} number (?!word|{U})",
    ),
)
PARTS: Rules = (
    (
        named.read_part,
        f"(?:part {OF} | edge of the?) (?:moment|{MONTH}|year|round_year|unit)",
    ),
    (named.read_month_of_year, f"{MONTH} {OF} moment"),
    (named.read_ordinal_unit, f"(?:ordinal|past|last) unit {OF} moment"),
    (named.read_unit_around, "unit (?:of|from|the){1,3} moment"),
    (named.read_half, f"(?:ordinal half | half_code) {OF} moment"),
    (named.read_quarter, f"quarter {OF} moment"),
)
SPANS: Rules = (
    (spans.read_distance, f"{N} {U} (?:before|after|before_or_ago) {LINK} {OPERAND}"),
    (
        spans.read_between,
        f"between {LINK} (?:{OPERAND}|number|ordinal) (?:and|to|dash) {LINK} {OPERAND}",
    ),
    (
        spans.read_between,
        f"(?:from|of|since_or_from|since)? {LINK} (?:{OPERAND}|number|ordinal)"
        f" (?:to|until|dash) {LINK} {OPERAND}",
    ),
    (spans.read_since, f"{SINCE} {LINK} (?:{OPERAND}|weekday)"),
    (spans.read_until, f"(?:until|by) {LINK} (?:{OPERAND}|weekday)"),
    (spans.read_before, f"(?:before|before_or_ago) {LINK} {OPERAND}"),
    (spans.read_after, f"after {LINK} {OPERAND}"),
    (named.read_moment, "moment"),
    (named.read_month_perhaps, "in (?:name|lower) (?=capital)"),
    (
        named.read_month,
        "(?:in|on) the? (?:month|(?:name|lower|abbr) (?!possessive|number|unit)) | to month",
    ),
    (named.read_month_perhaps, "(?<!number|ordinal) (?:of|from) month"),
    (named.read_year, f"in (?:year|round_year {LONE}) | in the (?:year|round_year) {LONE}"),
    (named.read_year_perhaps, f"year {LONE} (?!figure)"),
    (named.read_quarter, "(?:in|to|the|of) quarter"),
)
# Days without a word around them: where months are written small, and where with a capital.
BARE_WHERE_MONTHS_ARE_SMALL: Rules = (
    (relative.read_weekday, "weekday"),
    (named.read_month_perhaps, "(?<!number|ordinal) month (?!number|capital)"),
)
BARE_WHERE_MONTHS_ARE_CAPITAL: Rules = (
    (
        relative.read_weekday,
        "on the? weekday | (?<=word) weekday (?!word|capital|possessive)",
    ),
    (named.read_year_perhaps, "(?<=the) year (?=word|capital)"),
)
# Wer gewann 2024 die Wahl?
BARE_YEAR: Rules = ((named.read_year, "year (?=word|one|the|in|on)"),)
ALL_KINDS = """
    abbr after ago ago_after ahead ahead_after and before before_or_ago between by capital comma
    dash day_offset decade distal edge few figure from half half_code in last lower moment month
    name next number of on one ordinal part past past_plural possessive proximal quarter round_year
    season since since_or_from stop the this to today tomorrow unit units until weekday word year
"""
# There are no days without one of these.
DAY_KINDS = """
    abbr day_offset decade half half_code lower moment month name quarter round_year season today
    tomorrow unit units weekday year
"""
KINDS_OF_DAYS = frozenset(DAY_KINDS.split())
# From U+0100 on, where no letter means anything to a regular expression.
LETTERS = {kind: chr(0x100 + number) for number, kind in enumerate(ALL_KINDS.split())}


class Grammar:
    """The rules of a table, as one regular expression over a letter for each kind of lexeme.

    With ``unit`` as U, ``number`` as N, ``ago_after`` as A and ``word`` as W, "Who left three weeks
    ago?" is WWNUA. The rule "number unit ago_after", which is NUA, matches the last three: they are
    given to ``relative.read_ago`` and become one lexeme M, a ``moment``, so that WWM is left.
    """

    def __init__(self, rules: Rules) -> None:
        self._meanings = []
        groups = []
        # A group for each rule: its number says which one matched.
        for meaning, pattern in rules:
            self._meanings.append(meaning)
            letters = _write_with_letters(pattern)
            groups.append(f"({letters})")
        self._pattern = re.compile("|".join(groups))

    def apply(self, lexemes: Sequence[Lexeme], today: datetime.date) -> list[Lexeme]:
        """Return the lexemes with those that speak of days made one.

        What a rule matches but cannot understand (31 February) stays as it is.
        """
        letters = "".join(LETTERS[lexeme.kind] for lexeme in lexemes)
        result: list[Lexeme] = []
        copied = 0  # how many lexemes are in the result, as they were or made one
        at = 0
        while match := self._pattern.search(letters, at):
            start, end = match.span()
            matched = Match(lexemes[start:end])
            group = match.lastindex or 1
            moment = self._read(group, matched, today)
            if moment is None:
                at = start + 1
                continue
            merged = Lexeme(
                "moment",
                matched[0].start,
                matched[-1].end,
                moment=moment,
            )
            result += lexemes[copied:start]
            result.append(merged)
            copied = end
            at = end
        result += lexemes[copied:]
        return result

    def _read(self, group: int, matched: Match, today: datetime.date) -> Moment | None:
        """Return the days that the rule of a group (from 1) makes of what it has matched."""
        read_meaning = self._meanings[group - 1]
        try:
            return read_meaning(matched, today)
        except (ValueError, OverflowError):  # 31 February, the year 99999
            return None


def _write_with_letters(pattern: str) -> str:
    """Return a pattern with each kind as its letter and without blanks."""
    with_letters = re.sub("[a-z_]+", _letter_of_kind, pattern)
    return with_letters.replace(" ", "")


def _letter_of_kind(match: re.Match[str]) -> str:
    """Return the letter of a kind found in a pattern; KeyError where no kind is so called."""
    kind = match.group()
    return LETTERS[kind]


def has_days(lexemes: Sequence[Lexeme]) -> bool:
    """Return whether any lexeme can speak of days; most questions pay for no grammar."""
    kinds = {lexeme.kind for lexeme in lexemes}
    return not kinds.isdisjoint(KINDS_OF_DAYS)


@functools.cache
def compile_days(language: str) -> tuple[Grammar, Grammar]:
    """Return the grammars that find days, and parts of them, to be applied in this order."""
    vocabulary = load_date_vocabulary(language)
    rules = DAYS
    if vocabulary.is_month_first:
        rules += MONTH_BEFORE_DAY
    days = Grammar(rules)
    parts = Grammar(PARTS)
    return days, parts


@functools.cache
def compile_spans(language: str) -> Grammar:
    """Return the grammar that finds since, until, between and days that stand alone."""
    vocabulary = load_date_vocabulary(language)
    rules = SPANS
    if vocabulary.has_bare_years:
        rules = BARE_YEAR + rules
    if vocabulary.has_capital_months:
        rules += BARE_WHERE_MONTHS_ARE_CAPITAL
    else:
        rules += BARE_WHERE_MONTHS_ARE_SMALL
    return Grammar(rules)
