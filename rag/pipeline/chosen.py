"""The sentences that answer a question, and what they were chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.answer import choosing, evidence
from rag.models import embedders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.answer.choosing import Choice
    from rag.answer.quotation_spans import Candidate
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.question.expand import Query
    from rag.search import RankedPassages
    from rag.settings import Settings

# Passages whose sentences may answer. Chosen by hand: almost all right ones are among ten.
PASSAGES_READ = 10


class Tools(NamedTuple):
    """What questions are answered with."""

    generation: OpenedIndex
    embedder: Embedder
    settings: Settings


class Chosen(NamedTuple):
    """A choice, and what it was chosen from."""

    choice: Choice
    query: Query
    candidates: RankedPassages  # in the order in which they were read
    sentences: Sequence[Candidate]  # those that were read


def choose_answer(
    query: Query,
    candidates: RankedPassages,
    tools: Tools,
    search_wider: Callable[[], RankedPassages] | None = None,
) -> Chosen:
    """Return the sentences of the best passages that answer, or a refusal.

    ``search_wider`` gives more candidates, where echoes of the question fill these.
    """
    generation, settings = tools.generation, tools.settings
    is_read = settings.reader != "off"
    reach = evidence.Reach(PASSAGES_READ, with_neighbours=is_read, search_wider=search_wider)
    table = embedders.open_token_vectors()
    query, candidates, _, sentences = evidence.read_evidence(
        query, candidates, reach, generation=generation, table=table
    )
    budget = settings.quote_words
    if is_read:
        from rag.answer import sentence_selection as selection  # not where it is off

        reader = selection.get_reader()
        choice = selection.select_sentences(query, sentences, reader=reader, budget=budget)
    else:
        choice = choosing.choose_sentences(
            query, sentences, table=table, size=generation.size, budget=budget
        )
    return Chosen(choice, query, candidates, sentences)
