"""What answers a question: the rows of the form that it asks for, or the sentences that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.pipeline.chosen import Chosen, choose_answer
from rag.pipeline.forms import FormMaterial, lay_out_form

if TYPE_CHECKING:
    from rag.pipeline.chosen import Tools
    from rag.pipeline.request import Request
    from rag.question.date_filter import Scope
    from rag.search import RankedPassages


def choose_what_answers(
    request: Request, scope: Scope, ranked: RankedPassages, tools: Tools
) -> Chosen | None:
    """Return the rows of the form that a question asks for, else the sentences that answer.

    None where it asks for a form, but is better answered as any question.
    """
    query = request.queries[scope.ignored_span]
    if request.form is None:
        return choose_answer(query, ranked, tools)
    material = FormMaterial(request.form, request, scope, query, ranked, tools)
    return lay_out_form(material)
