"""The rows of a comparison: for each thing the sentence that says of it what is asked.

Where nothing particular is asked, a sentence is chosen for each that gives figures of one kind.
The figures of rows that are of one kind and unit order them; no more is said of which is better.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.conflicts import is_same_kind
from rag.answer.measures import find_measure
from rag.answer.quotation_spans import Quotation
from rag.answer.thing_statements import has_word, keep_asked, list_statements
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.amounts import Amount
    from rag.answer.thing_statements import ThingEvidence, ThingStatement


class ThingRow(NamedTuple):
    """A thing with what is said of it; no quotation where nothing is."""

    label: str
    quotation: Quotation | None = None
    amount: Amount | None = None
    language: str = ""  # of the quotation


def compare_things(
    evidence: Sequence[ThingEvidence],
    language: str,
    *,
    asks_for_all: bool,
    is_ascending: bool,
) -> list[ThingRow]:
    """Return a row for each thing, in the order of their figures where these can be compared.

    ``asks_for_all``: nothing particular is asked of the things. ``is_ascending``: for the least.
    """
    labels = [each.thing.label for each in evidence]
    measure = find_measure(evidence[0].thing.asked, language)
    statements: list[list[ThingStatement]] = []
    for each in evidence:
        others = [label for label in labels if label != each.thing.label]
        of_thing = []
        for told in list_statements(each, others, language):
            narrowed = told.narrow(measure)
            of_thing.append(narrowed)
        # Of what the reader refuses, a sentence still counts that has a word of what is asked.
        if not each.is_answered and not asks_for_all:
            of_thing = keep_asked(
                of_thing,
                each.thing.asked,
                language,
                measure,
            )
        statements.append(of_thing)
    chosen = []
    for each, of_thing in zip(evidence, statements, strict=True):
        chosen.append(_choose_statement(of_thing, each.thing.asked, language, measure))
    if asks_for_all:
        chosen = _choose_of_one_kind(statements) or chosen
    else:
        chosen = _prefer_figures(chosen, statements)
    rows = []
    for each, statement in zip(evidence, chosen, strict=True):
        row = _make_row(
            each,
            statement,
            labels,
            language,
        )
        rows.append(row)
    return order_by_amount(
        rows,
        is_ascending=is_ascending,
    )


def order_by_amount(rows: Sequence[ThingRow], *, is_ascending: bool) -> list[ThingRow]:
    """Return rows by their figures, the largest first, if all are of one kind; else as they are.

    A thing of which nothing is said comes last.
    """
    known = [row for row in rows if row.quotation is not None]
    silent = [row for row in rows if row.quotation is None]
    if known and are_of_one_kind(known):
        known.sort(
            key=_get_value,
            reverse=not is_ascending,
        )
    return [*known, *silent]


def _get_value(row: ThingRow) -> float:
    return row.amount.value if row.amount else 0.0


def are_of_one_kind(rows: Sequence[ThingRow]) -> bool:
    """Return whether all rows have a figure, and these count the same."""
    first = rows[0]
    for row in rows:
        if first.amount is None or row.amount is None:
            return False
        if not is_same_kind(first.amount, first.language, row.amount, row.language):
            return False
    return True


def _choose_statement(
    of_thing: Sequence[ThingStatement],
    asked: Sequence[str],
    language: str,
    measure: str,
) -> ThingStatement | None:
    """Return the best sentence on a thing; before it one with a figure of what is asked."""
    best = next(iter(of_thing), None)
    if measure:
        return next((each for each in of_thing if each.is_of(measure)), best)
    if best is None or best.amounts or best.has_any(asked, language):
        return best
    for statement in of_thing:
        if statement.amounts and statement.has_any(asked, language):
            return statement
    return best


def _prefer_figures(
    chosen: Sequence[ThingStatement | None],
    statements: Sequence[Sequence[ThingStatement]],
) -> list[ThingStatement | None]:
    """Return the sentences chosen, one without a figure replaced by one with the others' kind."""
    with_figures = [statement for statement in chosen if statement and statement.amounts]
    preferred = []
    for statement, of_thing in zip(chosen, statements, strict=True):
        is_bare = statement is not None and not statement.amounts
        if is_bare and with_figures:
            nearest, likeness = _find_most_alike(with_figures[0], of_thing)
            statement = nearest if likeness else statement
        preferred.append(statement)
    return preferred


def _choose_of_one_kind(
    statements: Sequence[Sequence[ThingStatement]],
) -> list[ThingStatement | None]:
    """Return a sentence for each thing, with figures of one kind that share most words.

    None at all where no kind of figure is given of two things.
    """
    first, *others = statements
    best: list[ThingStatement | None] = []
    best_score = 0.0
    for statement in first:
        chosen: list[ThingStatement | None] = [statement]
        score = 0.0
        for of_other in others:
            nearest, likeness = _find_most_alike(
                statement,
                of_other,
            )
            chosen.append(nearest)
            score += likeness
        if score > best_score:
            best = chosen
            best_score = score
    return best


def _find_most_alike(
    statement: ThingStatement, others: Sequence[ThingStatement]
) -> tuple[ThingStatement | None, float]:
    """Return the sentence most like one, and how much; where none is alike, the best."""
    nearest = next(
        iter(others),
        None,
    )
    best = 0.0
    for other in others:
        likeness = _score_likeness(
            statement,
            other,
        )
        if likeness > best:
            nearest = other
            best = likeness
    return nearest, best


def _score_likeness(one: ThingStatement, other: ThingStatement) -> float:
    """Return how alike two sentences are that give figures of one kind; 0 where they do not.

    One that speaks of both things is like itself for its figures alone.
    """
    pairs = itertools.product(
        one.amounts,
        other.amounts,
    )
    if not any(is_same_kind(mine, one.language, its, other.language) for mine, its in pairs):
        return 0.0
    if one.candidate.text == other.candidate.text:
        return 1.0
    terms = {word.term for word in find_words(one.candidate.text)}
    other_terms = {word.term for word in find_words(other.candidate.text)}
    shared = terms & other_terms
    all_terms = terms | other_terms
    return 1.0 + len(shared) / len(all_terms)


def _make_row(
    evidence: ThingEvidence,
    statement: ThingStatement | None,
    labels: Sequence[str],
    language: str,
) -> ThingRow:
    """Return the row of a thing."""
    label = evidence.thing.label
    if statement is None:
        return ThingRow(label)
    candidate = statement.candidate
    quotation = Quotation(
        candidate.hit.passage,
        candidate.span,
    )
    value = evidence.values.get(
        statement.place,
        "",
    )
    amount = choose_amount(
        statement,
        value,
        label,
        labels,
        language,
    )
    return ThingRow(
        label,
        quotation,
        amount,
        statement.language,
    )


def choose_amount(
    statement: ThingStatement,
    value: str,
    label: str,
    labels: Sequence[str],
    language: str,
) -> Amount | None:
    """Return the figure of a sentence that is of a thing; ``labels``: of all things.

    Where it names all things and has a figure for each, they are in one order. Else the one that
    the reader read, the first behind the thing's name, or of the sentence.
    """
    amounts = statement.amounts
    ends = {}
    for each in labels:
        ends[each] = _find_name_end(
            statement,
            each,
            language,
        )
    if all(ends.values()) and len(amounts) == len(ends):
        order = sorted(ends, key=ends.__getitem__)
        return amounts[order.index(label)]
    for amount in amounts:
        if amount.text in value:
            return amount
    text = statement.candidate.text
    for amount in amounts:
        if text.find(amount.text, ends[label]) >= 0:
            return amount
    return next(
        iter(amounts),
        None,
    )


def _find_name_end(
    statement: ThingStatement,
    label: str,
    language: str,
) -> int:
    """Return where the last word of a thing's name ends in a sentence; 0 where it has none."""
    end = 0
    for word in find_words(statement.candidate.text):
        if has_word(label, language, word.form, statement.language):
            end = word.end
    return end
