"""The values that every room passes on. No I/O, and no other room imported.

- ``values``   documents, articles, passages, hits, citations, answers
- ``objects``  an answer as plain values that JSON can hold
- ``written``  sentences of a language model
- ``counts``   what is counted of the articles as a whole
- ``checks``   what was checked of a draft; ``check_objects`` the same as plain values

What most questions do without is imported when it is first used: a dataclass takes a millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.front_door import make_front_door
from rag.records.conflicts import Conflict, ConflictKind, Figure
from rag.records.objects import SCHEMA, make_article_object, make_place_object
from rag.records.values import (
    PLACE_KINDS,
    PLAIN_FORMATS,
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Coverage,
    Document,
    Edit,
    Explanation,
    Filters,
    Hit,
    Passage,
    Place,
    Reason,
    RelativeDays,
    Reprint,
    RequestedPeriod,
    Span,
    Status,
    Verified,
    WordMatch,
    content_id,
)

if TYPE_CHECKING:
    from rag.records.checks import (
        CLAIM_STATUSES,
        QUOTATION_STATUSES,
        Change,
        CheckedItem,
        DifferingFact,
        DraftCheck,
        ItemStatus,
    )
    from rag.records.counts import CollectionCount
    from rag.records.forms import AnswerForm, FormRow
    from rag.records.written import STRUCK, SUPPORTED, UNCLEAR, Mark, WrittenSentence

__all__ = [
    "CLAIM_STATUSES",
    "PLACE_KINDS",
    "PLAIN_FORMATS",
    "QUOTATION_STATUSES",
    "SCHEMA",
    "STRUCK",
    "SUPPORTED",
    "UNCLEAR",
    "Answer",
    "AnswerForm",
    "AnswerSentence",
    "Article",
    "Change",
    "CheckedItem",
    "Citation",
    "CollectionCount",
    "Conflict",
    "ConflictKind",
    "Coverage",
    "DifferingFact",
    "Document",
    "DraftCheck",
    "Edit",
    "Explanation",
    "Figure",
    "Filters",
    "FormRow",
    "Hit",
    "ItemStatus",
    "Mark",
    "Passage",
    "Place",
    "Reason",
    "RelativeDays",
    "Reprint",
    "RequestedPeriod",
    "Span",
    "Status",
    "Verified",
    "WordMatch",
    "WrittenSentence",
    "content_id",
    "make_article_object",
    "make_place_object",
]

_MODULES = {
    "AnswerForm": "rag.records.forms",
    "CLAIM_STATUSES": "rag.records.checks",
    "Change": "rag.records.checks",
    "CheckedItem": "rag.records.checks",
    "CollectionCount": "rag.records.counts",
    "DifferingFact": "rag.records.checks",
    "DraftCheck": "rag.records.checks",
    "FormRow": "rag.records.forms",
    "ItemStatus": "rag.records.checks",
    "Mark": "rag.records.written",
    "QUOTATION_STATUSES": "rag.records.checks",
    "STRUCK": "rag.records.written",
    "SUPPORTED": "rag.records.written",
    "UNCLEAR": "rag.records.written",
    "WrittenSentence": "rag.records.written",
}

__getattr__ = make_front_door(__name__, _MODULES)
