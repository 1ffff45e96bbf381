"""What answers a question: the rows of the form that it asks for, or the sentences that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.choosing import Choice
from rag.models import embedders
from rag.pipeline.chosen import Chosen, choose_answer
from rag.question.small_talk import asks_nothing
from rag.search import rank_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answer.layouts import Layout
    from rag.pipeline.chosen import Tools
    from rag.pipeline.request import Request
    from rag.question.date_filter import Scope
    from rag.records import AnswerForm, AnswerSentence
    from rag.search import RankedPassages


# Where echoes fill the candidates, so many times more are looked at; chosen on the questions for
# each of which an article of a hundred echoes was written (scripts/measure_stuffing.py). Of 300
# questions without such articles one has any echo at all.
WIDER_BREADTH = 8


def choose_what_answers(
    request: Request, scope: Scope, ranked: RankedPassages, tools: Tools
) -> Chosen | None:
    """Return the rows of the form that a question asks for, else the sentences that answer.

    None where it asks for a form, but is better answered as any question.
    """
    query = request.queries[scope.ignored_span]
    if asks_nothing(request.question, request.languages):
        return Chosen(Choice("not_in_sources", []), query, ranked.take([]), ())

    def search_wider() -> RankedPassages:
        return rank_passages(
            query,
            generation=tools.generation,
            table=embedders.open_token_vectors(),
            scope=scope._replace(breadth=WIDER_BREADTH),
            conversation_articles=request.conversation_articles,
        )

    if request.form is None:
        return choose_answer(query, ranked, tools, search_wider)
    from rag.pipeline.forms import FormMaterial, lay_out_form

    material = FormMaterial(request.form, request, scope, query, ranked, tools, search_wider)
    return lay_out_form(material)


def make_form(
    request: Request, layout: Layout | None, sentences: Sequence[AnswerSentence]
) -> AnswerForm | None:
    """Return how an answer is laid out; None where its question asks for no form."""
    if request.form is None or layout is None:
        return None
    from rag.pipeline.forms import make_answer_form

    return make_answer_form(request.form, layout, sentences)
