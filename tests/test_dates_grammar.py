"""Rules over kinds of words, as one regular expression over letters."""

from __future__ import annotations

import datetime

from rag.dates import grammar
from rag.dates.grammar import Grammar
from rag.dates.lexemes import read_lexemes
from rag.dates.relative import read_ago
from rag.dates.spans import read_since

TODAY = datetime.date(2025, 12, 18)


def test_the_example_of_the_docstring():
    """Catches a rule given the words of another, or words lost before, between or after."""
    lexemes = read_lexemes("Who left three weeks ago, three months ago?", "en")
    rules = Grammar(((read_since, "since unit"), (read_ago, "number units ago_after")))
    result = rules.apply(lexemes, TODAY)
    assert [lexeme.kind for lexeme in result] == [
        "word",
        "word",
        "moment",
        "comma",
        "moment",
        "stop",
    ]
    assert [lexeme.moment.first for lexeme in result if lexeme.moment] == [
        datetime.date(2025, 11, 24),
        datetime.date(2025, 9, 1),
    ]
    assert (result[2].start, result[2].end) == (9, 24)


def test_a_rule_may_match_within_what_another_could_not_understand():
    """Catches words skipped after a match without a meaning."""
    lexemes = read_lexemes("Who left three weeks ago?", "en")
    rules = Grammar(((read_nothing, "word number"), (read_ago, "number units ago_after")))
    kinds = [lexeme.kind for lexeme in rules.apply(lexemes, TODAY)]
    assert kinds == ["word", "word", "moment", "stop"]


def read_nothing(match, today):
    """A meaning that has none."""


def test_what_a_rule_cannot_understand_stays():
    """Catches 31 February that ends the program, or that hides the day after it."""
    lexemes = read_lexemes("le 31 février 2025, le 9 mai 2025", "fr")
    days, _ = grammar.compile_days("fr")
    moments = [lexeme.moment for lexeme in days.apply(lexemes, TODAY) if lexeme.moment]
    assert datetime.date(2025, 5, 9) in [moment.first for moment in moments]
    assert datetime.date(2025, 3, 3) not in [moment.first for moment in moments]


def test_every_kind_of_a_pattern_has_a_letter():
    """Catches a misspelt kind in a rule, an error only where its language is read."""
    for language in ("fr", "en", "de"):
        grammar.compile_days(language)
        grammar.compile_spans(language)
    assert set(grammar.KINDS_OF_DAYS) <= set(grammar.LETTERS)
    assert len(set(grammar.LETTERS.values())) == len(grammar.LETTERS)
