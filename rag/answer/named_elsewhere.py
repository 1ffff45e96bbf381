"""Words of a statement that a sentence need not say: its title has them, or its pronoun does.

"They will not pay for the tickets" speaks of insurers where the sentence before begins with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.anaphora import opens_with_pronoun
from rag.answer.statements import is_same_word, read_statement
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.claims import TokenVectors
    from rag.answer.quotation_spans import Candidate
    from rag.answer.statements import Statement, StatementMatch


def forgive_names(
    statement: Statement,
    match: StatementMatch,
    sentence: Statement,
    title: str,
) -> StatementMatch:
    """Return a match without the missing names that the article's title has.

    A sentence that names others may be of those.
    """
    if sentence.names - statement.names:
        return match
    titled = {word.form for word in find_words(title)}
    missing = [form for form in match.missing if form not in statement.names or form not in titled]
    return match._replace(missing=missing)


def read_antecedent(
    candidates: Sequence[Candidate],
    place: int,
    table: TokenVectors,
) -> Statement | None:
    """Return the sentence that says whom a sentence means by the pronoun it opens with, if any."""
    candidate = candidates[place]
    article = candidate.hit.passage.article
    before = candidates[place - 1] if place else None
    if before is None or before.hit.passage.article.id != article.id:
        return None
    is_next = before.span.end <= candidate.span.start
    if not is_next or not opens_with_pronoun(candidate.text, article.language):
        return None
    return read_statement(
        before.text,
        article.language,
        table,
    )


def forgive_subject(
    statement: Statement,
    match: StatementMatch,
    antecedent: Statement | None,
) -> StatementMatch:
    """Return a match without the missing word that the sentence before begins with.

    "Insurers will cover the damage. They will not pay for the tickets."
    """
    if antecedent is None or not match.missing or not antecedent.content:
        return match
    subject = antecedent.words[antecedent.content[0]].form
    missing = []
    for form in match.missing:
        is_subject = is_same_word(
            form,
            statement.language,
            subject,
            antecedent.language,
        )
        if not is_subject:
            missing.append(form)
    return match._replace(missing=missing)
