"""How words that speak of days stand together: tables of patterns over kinds of words, each with what they mean.

``DAYS`` finds days, ``PARTS`` the beginning or end of them, ``SPANS`` since, until, between and the rest around them. Every word
of a pattern is a kind of word; the rest is a regular expression.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.dates import named, relative, spans
from rag.dates.moments import Found, Lexeme, Moment
from rag.dates.tables import CAPITAL_MONTHS

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    Rules = tuple[tuple[Callable[[Found, datetime.date], Moment | None], str], ...]

N, U = "(?:number|one|few|year|round)", "(?:unit|units)"
MONTH, CAPITAL, AGAIN = "(?:month|name|lower|abbr)", "(?:month|name|abbr)", "(?:last|past|next)"
OF, LINK = "(?:of|the|in){0,3}", "(?:in|of|the|on|to|from){0,3}"
YEAR = "(?:year|round)"
AFTER = "(?<=on|since|dal|until|by|before|after|from|between|and|to)"
LONE = "(?!word|capital|possessive|number|unit|units)"  # a month with a surname is a name, a figure before a noun no year
OPERAND = f"(?:moment|month|(?:name|lower|abbr) {LONE}|year|round {LONE}|quarter)"

DAYS: Rules = (
    (relative.day_word_perhaps, "(?<=of) offset (?!there)"),
    (relative.day_word, "offset (?!there) | today | (?<!of) (?<!the) tomorrow"),
    (relative.since_ago, f"(?:since|dal) ago? {N} {U} ago_after?"),
    (relative.ago, f"(?:ago|vor) {N} {U} here? (?!of (?:word|capital)) | {N} {U} ago_after"),
    (
        relative.rolling,
        f"this? (?:past|pasts|last) {N} {U} | (?:number|few|year|round) (?:past|pasts|last) {U}",
    ),
    (relative.rolling, f"this? pasts {U} | this? (?:past|last) units"),
    (
        relative.coming,
        f"next {N} {U} | {N} next {U} | (?:ahead|between) {N} {U} | {N} {U} ahead_after",
    ),
    (
        named.ordinal_unit,
        f"(?:ordinal|past|last) unit {OF} {YEAR} | ordinal unit (?!{OF} (?:last|past|this|next|unit {AGAIN}))",
    ),
    (named.half, f"(?:ordinal half | half_code) {OF} {YEAR}"),
    (named.quarter, f"quarter {OF} {YEAR}"),
    (relative.rolling, f"this? past unit (?!{OF} {MONTH})"),
    (named.unit_of_month, f"unit of? {MONTH} (?:{OF} comma? {YEAR})?"),
    (relative.last_unit, "last unit | unit (?:last|past)"),
    (relative.next_unit, "next unit | unit next"),
    (relative.this_unit, "this unit here? (?!there)"),
    (named.decade, f"units {YEAR} | {YEAR} possessive | decade"),
    (named.unit_year, f"unit {YEAR}"),
    (
        named.calendar_day,
        f"(?:weekday comma?)? the? (?:number|ordinal) of? {MONTH} {OF} comma? {YEAR}",
    ),
    (named.calendar_day, f"(?:weekday comma?)? {MONTH} (?:number|ordinal) comma? {YEAR}"),
    (
        named.calendar_day_perhaps,
        f"(?<=of) (?:number|ordinal) of? {CAPITAL} (?!number|last|past|next)",
    ),
    (
        named.calendar_day,
        f"{AGAIN}? (?:weekday comma?)? the? (?:number|ordinal) of? {CAPITAL} (?!number) {AGAIN}?",
    ),
    (
        named.calendar_month,
        f"(?<!number|ordinal) (?<!(?:number|ordinal) of) {MONTH} {OF} comma? {YEAR}",
    ),
    (
        named.calendar_month,
        f"(?:month|name) {AGAIN} (?!{U}) | (?:last|past|next|this) (?:month|name)",
    ),
    (relative.weekday, f"(?:last|past|next|this) weekday | weekday {AGAIN}"),
    (
        relative.season,
        f"(?:last|past|next|this) season | (?<=the|this|in|of|on) season {AGAIN} | season {OF} {YEAR}",
    ),
)
MONTH_BEFORE_DAY: Rules = (
    (
        named.calendar_day,
        f"(?:weekday comma?)? {CAPITAL} ordinal | {AFTER} (?:weekday comma?)? {CAPITAL} number",
    ),
    (named.calendar_day, f"weekday comma? {CAPITAL} number | {CAPITAL} number (?!word|{U})"),
)
PARTS: Rules = (
    (named.part, f"(?:part {OF} | edge of the?) (?:moment|{MONTH}|year|round|unit)"),
    (named.month_of_year, f"{MONTH} {OF} moment"),
    (named.ordinal_unit, f"(?:ordinal|past|last) unit {OF} moment"),
    (named.unit_around, "unit (?:of|from|the){1,3} moment"),
    (named.half, f"(?:ordinal half | half_code) {OF} moment"),
    (named.quarter, f"quarter {OF} moment"),
)
SPANS: Rules = (
    (spans.nothing, f"{N} {U} (?:before|after|vor) {LINK} {OPERAND}"),
    (
        spans.between,
        f"between {LINK} (?:{OPERAND}|number|ordinal) (?:and|to|dash) {LINK} {OPERAND}",
    ),
    (
        spans.between,
        f"(?:from|of|dal|since)? {LINK} (?:{OPERAND}|number|ordinal) (?:to|until|dash) {LINK} {OPERAND}",
    ),
    (spans.since, f"(?:since|dal) {LINK} (?:{OPERAND}|weekday)"),
    (spans.until, f"(?:until|by) {LINK} (?:{OPERAND}|weekday)"),
    (spans.before, f"(?:before|vor) {LINK} {OPERAND}"),
    (spans.after, f"after {LINK} {OPERAND}"),
    (named.itself, "moment"),
    (named.month_perhaps, "in (?:name|lower) (?=capital)"),
    (
        named.month,
        "(?:in|on) the? (?:month|(?:name|lower|abbr) (?!possessive|number|unit)) | to month",
    ),
    (named.month_perhaps, "(?<!number|ordinal) (?:of|from) month"),
    (named.year, f"in (?:year|round {LONE}) | in the (?:year|round) {LONE}"),
    (named.year_perhaps, f"year {LONE} (?!figure)"),
    (named.quarter, "(?:in|to|the|of) quarter"),
)
BARE: Rules = (
    (relative.weekday, "weekday"),
    (named.month_perhaps, "(?<!number|ordinal) month (?!number|capital)"),
)
BARE_CAPITALS: Rules = (
    (relative.weekday, "on the? weekday | (?<=word) weekday (?!word|capital|possessive)"),
    (named.year_perhaps, "(?<=the) year (?=word|capital)"),
)
BARE_GERMAN: Rules = ((named.year, "year (?=word|one|the|in|on)"),)  # Wer gewann 2024 die Wahl?
KINDS = """abbr after ago ago_after ahead ahead_after and before between by capital comma dal dash decade edge few figure from
    half half_code here in last lower moment month name next number of offset on one ordinal part past pasts possessive quarter
    round season since stop the there this to today tomorrow unit units until vor weekday word year"""
TELLING = """abbr decade half half_code lower moment month name offset quarter round season today tomorrow unit units weekday
    year"""  # there are no days without one of these
LETTERS = {kind: chr(0x100 + number) for number, kind in enumerate(KINDS.split())}


class Grammar:
    """The rules of a table, as one expression over a letter for each kind of word."""

    def __init__(self, rules: Rules) -> None:
        letters = [
            re.sub("[a-z_]+", lambda word: LETTERS[word[0]], pattern).replace(" ", "")
            for _, pattern in rules
        ]
        self._meanings = [meaning for meaning, _ in rules]
        self._pattern = re.compile("|".join(f"({pattern})" for pattern in letters))

    def apply(self, lexemes: Sequence[Lexeme], today: datetime.date) -> list[Lexeme]:
        """The words with those that tell days made one; what cannot be understood stays."""
        letters = "".join(LETTERS[lexeme.kind] for lexeme in lexemes)
        done: list[Lexeme] = []
        kept = at = 0
        while match := self._pattern.search(letters, at):
            start, end = match.span()
            moment = self._moment((match.lastindex or 1) - 1, Found(lexemes[start:end]), today)
            at = start + 1
            if moment is not None:
                done += [
                    *lexemes[kept:start],
                    Lexeme("moment", lexemes[start].start, lexemes[end - 1].end, 0, moment),
                ]
                kept = at = end
        return [*done, *lexemes[kept:]]

    def _moment(self, rule: int, found: Found, today: datetime.date) -> Moment | None:
        try:
            return self._meanings[rule](found, today)
        except (ValueError, OverflowError):  # 31 February, the year 99999
            return None


def silent(lexemes: Sequence[Lexeme]) -> bool:
    """Whether none of the words can tell days: most questions, which then pay for no grammar."""
    return frozenset(TELLING.split()).isdisjoint(lexeme.kind for lexeme in lexemes)


@functools.cache
def days(language: str) -> tuple[Grammar, Grammar]:
    """What finds days and parts of them."""
    return Grammar(DAYS + (MONTH_BEFORE_DAY if language == "en" else ())), Grammar(PARTS)


@functools.cache
def around(language: str) -> Grammar:
    """What finds since, until, between and days that stand alone."""
    bare = BARE_CAPITALS if language in CAPITAL_MONTHS else BARE
    return Grammar((BARE_GERMAN if language == "de" else ()) + SPANS + bare)
