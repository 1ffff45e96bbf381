"""The rows of a comparison: for each thing the sentence that says of it what is asked.

A sentence is of a thing when it names it, or when its article's title does and it names no other.
Where nothing particular is asked, a sentence is chosen for each that gives figures of one kind.
The figures of rows that are of one kind and unit order them; no more is said of which is better.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.amounts import find_amounts
from rag.answer.conflicts import is_same_kind
from rag.answer.quotation_spans import Quotation, is_headline
from rag.answer.statements import is_same_word
from rag.question.noun_phrases import load_determiners
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rag.answer.amounts import Amount
    from rag.answer.quotation_spans import Candidate
    from rag.question.compared_things import ComparedThing

# Sentences in which a thing is looked for, best first; chosen by hand.
MAX_SENTENCES = 12
MIN_WORDS = 4  # of a sentence that says something of a thing; chosen by hand


class ThingEvidence(NamedTuple):
    """What the search gave for one thing, and what the reader made of it."""

    thing: ComparedThing
    sentences: Sequence[Candidate]
    places: Sequence[int]  # among the sentences, best first
    values: Mapping[int, str]  # what was asked for, as the reader read it, by place
    is_answered: bool  # by some sentence, of whatever thing


class ThingRow(NamedTuple):
    """A thing with what is said of it; no quotation where nothing is."""

    label: str
    quotation: Quotation | None = None
    amount: Amount | None = None
    language: str = ""  # of the quotation


class _Statement(NamedTuple):
    """A sentence on a thing, and the figures in it."""

    candidate: Candidate
    place: int
    amounts: list[Amount]

    @property
    def language(self) -> str:
        """Its language."""
        return self.candidate.hit.passage.article.language


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
    statements: list[list[_Statement]] = []
    for each in evidence:
        others = [label for label in labels if label != each.thing.label]
        of_thing = list(_list_statements(each, others, language))
        # Of what the reader refuses, a sentence still counts that has a word of what is asked.
        if not each.is_answered and not asks_for_all:
            of_thing = _keep_asked(
                of_thing,
                each.thing.asked,
                language,
            )
        statements.append(of_thing)
    chosen = [next(iter(of_thing), None) for of_thing in statements]
    if asks_for_all:
        chosen = _choose_of_one_kind(statements) or chosen
    else:
        chosen = _prefer_figures(chosen, statements)
    rows = []
    for each, statement in zip(evidence, chosen, strict=True):
        row = _make_row(
            each,
            statement,
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


def _list_statements(
    evidence: ThingEvidence,
    others: Sequence[str],
    language: str,
) -> Iterator[_Statement]:
    """Yield the best sentences on a thing, best first."""
    label = evidence.thing.label
    for place in evidence.places[:MAX_SENTENCES]:
        candidate = evidence.sentences[place]
        words = find_words(candidate.text)
        if len(words) < MIN_WORDS or is_headline(candidate):
            continue
        if is_about(candidate, label, others, language):
            text_language = candidate.hit.passage.article.language
            amounts = find_amounts(
                candidate.text,
                text_language,
            )
            yield _Statement(
                candidate,
                place,
                amounts,
            )


def _keep_asked(
    statements: Sequence[_Statement],
    asked: Sequence[str],
    language: str,
) -> list[_Statement]:
    """Return the sentences that have a word of what is asked of a thing."""
    kept = []
    for statement in statements:
        if any(_has_word(statement, form, language) for form in asked):
            kept.append(statement)
    return kept


def _has_word(
    statement: _Statement,
    form: str,
    language: str,
) -> bool:
    """Return whether a sentence or its title has a word, in whatever form."""
    candidate = statement.candidate
    title = candidate.hit.passage.article.title
    text = f"{title} {candidate.text}"
    return has_word(
        text,
        statement.language,
        form,
        language,
    )


def has_word(
    text: str,
    text_language: str,
    form: str,
    language: str,
) -> bool:
    """Return whether a text has a word, in whatever form or language."""
    words = find_words(text)
    return any(is_same_word(form, language, word.form, text_language) for word in words)


def is_about(
    candidate: Candidate,
    label: str,
    others: Iterable[str],
    language: str,
) -> bool:
    """Return whether a sentence speaks of a thing: by name, or by its title alone."""
    article = candidate.hit.passage.article
    if names_thing(candidate.text, article.language, label, language):
        return True
    if not names_thing(article.title, article.language, label, language):
        return False
    # A title that names several things says of none which sentence is its.
    for other in others:
        both = f"{candidate.text} {article.title}"
        if names_thing(both, article.language, other, language):
            return False
    return True


def names_thing(
    text: str,
    text_language: str,
    label: str,
    language: str,
) -> bool:
    """Return whether a text has all words of a thing, articles apart, in whatever form."""
    determiners = load_determiners(language)
    wanted = []
    for word in find_words(label):
        if word.term not in determiners:
            wanted.append(word.form)
    has_all = all(has_word(text, text_language, form, language) for form in wanted)
    return has_all and bool(wanted)


def _prefer_figures(
    chosen: Sequence[_Statement | None],
    statements: Sequence[Sequence[_Statement]],
) -> list[_Statement | None]:
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


def _choose_of_one_kind(statements: Sequence[Sequence[_Statement]]) -> list[_Statement | None]:
    """Return a sentence for each thing, with figures of one kind that share most words.

    None at all where no kind of figure is given of two things.
    """
    first, *others = statements
    best: list[_Statement | None] = []
    best_score = 0.0
    for statement in first:
        chosen: list[_Statement | None] = [statement]
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
    statement: _Statement, others: Sequence[_Statement]
) -> tuple[_Statement | None, float]:
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


def _score_likeness(one: _Statement, other: _Statement) -> float:
    """Return how alike two sentences are that give figures of one kind; 0 where they do not."""
    pairs = itertools.product(
        one.amounts,
        other.amounts,
    )
    if not any(is_same_kind(mine, one.language, its, other.language) for mine, its in pairs):
        return 0.0
    terms = {word.term for word in find_words(one.candidate.text)}
    other_terms = {word.term for word in find_words(other.candidate.text)}
    shared = terms & other_terms
    all_terms = terms | other_terms
    return 1.0 + len(shared) / len(all_terms)


def _make_row(
    evidence: ThingEvidence,
    statement: _Statement | None,
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
        language,
    )
    return ThingRow(
        label,
        quotation,
        amount,
        statement.language,
    )


def choose_amount(
    statement: _Statement,
    value: str,
    label: str,
    language: str,
) -> Amount | None:
    """Return the figure of a sentence that is of a thing.

    The one that the reader read; else the first behind the thing's name, or of the sentence.
    """
    amounts = statement.amounts
    for amount in amounts:
        if amount.text in value:
            return amount
    text = statement.candidate.text
    named_until = 0
    for word in find_words(text):
        if has_word(label, language, word.form, statement.language):
            named_until = word.end
    for amount in amounts:
        if text.find(amount.text, named_until) >= 0:
            return amount
    return next(
        iter(amounts),
        None,
    )
