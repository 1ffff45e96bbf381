"""The sentences that speak of a thing that is compared, and the figures in them.

A sentence is of a thing when it names it, or when its article's title does and it names no other.
Where its passage names it in full, a part of the name that no other thing has will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.answer.amounts import find_amounts
from rag.answer.measures import is_of_measure
from rag.answer.quotation_spans import is_headline
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


class ThingStatement(NamedTuple):
    """A sentence on a thing, and the figures in it."""

    candidate: Candidate
    place: int
    amounts: list[Amount]

    @property
    def language(self) -> str:
        """Its language."""
        return self.candidate.hit.passage.article.language

    def has_any(self, forms: Iterable[str], language: str) -> bool:
        """Whether it has one of some words itself, in whatever form."""
        text = self.candidate.text
        return any(has_word(text, self.language, form, language) for form in forms)

    def is_of(self, measure: str) -> bool:
        """Whether it gives a figure of a measure."""
        return any(is_of_measure(amount, measure) for amount in self.amounts)

    def narrow(self, measure: str) -> ThingStatement:
        """Return it with its figures of a measure alone, if it has any."""
        measured = [amount for amount in self.amounts if is_of_measure(amount, measure)]
        return self._replace(amounts=measured or self.amounts)


def list_statements(
    evidence: ThingEvidence,
    others: Sequence[str],
    language: str,
) -> Iterator[ThingStatement]:
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
            yield ThingStatement(
                candidate,
                place,
                amounts,
            )


def keep_asked(
    statements: Sequence[ThingStatement],
    asked: Sequence[str],
    language: str,
    measure: str,
) -> list[ThingStatement]:
    """Return the sentences that have a word of what is asked of a thing, or a figure of it."""
    kept = []
    for statement in statements:
        if statement.is_of(measure) or any(_has_word(statement, form, language) for form in asked):
            kept.append(statement)
    return kept


def _has_word(
    statement: ThingStatement,
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
    # "Achnary Primary or Torbeg Primary will close. Achnary has 23 pupils."
    name = _shorten(label, others)
    shown = candidate.hit.passage.shown
    is_short = bool(name) and names_thing(candidate.text, article.language, name, language)
    if is_short and names_thing(shown, article.language, label, language):
        return True
    if not names_thing(article.title, article.language, label, language):
        return False
    # A title that names several things says of none which sentence is its.
    for other in others:
        both = f"{candidate.text} {article.title}"
        if names_thing(both, article.language, other, language):
            return False
    return True


def _shorten(label: str, others: Iterable[str]) -> str:
    """Return the names of a label that no other has, of one with more words; "" without such."""
    shared: set[str] = set()
    for other in others:
        shared.update(word.term for word in find_words(other))
    words = find_words(label)
    names = []
    for word in words:
        is_name = label[word.start].isupper() and len(word.form) > 1
        if is_name and word.term not in shared:
            names.append(word.form)
    return " ".join(names) if len(names) < len(words) else ""


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
