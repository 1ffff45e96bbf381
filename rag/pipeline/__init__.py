"""The whole story on one page: files into an index, a question into a cited answer.

- ``building``  ``build``: read, cut, embed, index, put in force
- ``store_building``  the same into a database
- ``store_diagnosis``  what is wrong with that
- ``carrying``  an index from one place to another
- ``request``   a question as it is asked: completed, corrected, translated
- ``diagnosis``  what is wrong, and the command that mends it
- ``drafts``    a draft as it is checked; ``quotation_lookup`` a quotation in the index
- ``checking``  a draft beside the articles: quotations, then claims
- ``collection``  a question about the articles as a whole, counted
- ``empty_filters``  filters that no article passes, and which is the reason
- ``chosen``   the sentences that answer, and what they were chosen from
- ``choices``   what answers: sentences, or the rows of a form
- ``forms``     a question that asks for a timeline, a summary, what is new
- ``read_forms``  one that asks for a comparison, a list, yes or no
- ``marking``   the mark of a sentence that a language model wrote
- ``judging``   a sentence of a language model beside its passages
- ``written_conflicts``  sources that differ, below what a model wrote
- ``writing``   an answer as a language model writes it
- ``form_conflicts``  what other articles say otherwise than their rows
- ``asking``    ``Rag``: search, choose, cite; where nothing answers, ask more widely
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.front_door import make_front_door

if TYPE_CHECKING:
    from rag.pipeline.asking import Rag
    from rag.pipeline.building import BuildOptions, build, compute_fingerprint
    from rag.pipeline.carrying import Carried, export_index, import_index
    from rag.pipeline.checking import CheckOptions, check_draft, name_checked_copy
    from rag.pipeline.chosen import PASSAGES_READ
    from rag.pipeline.diagnosis import Finding, diagnose
    from rag.pipeline.drafts import Draft, make_draft, read_draft
    from rag.pipeline.empty_filters import explain_emptiness
    from rag.pipeline.request import Trace
    from rag.pipeline.writing import (
        can_be_written,
        describe_sending,
        make_prompt,
        open_writer,
        write_answer,
    )

__all__ = [
    "PASSAGES_READ",
    "BuildOptions",
    "Carried",
    "CheckOptions",
    "Draft",
    "Finding",
    "Rag",
    "Trace",
    "build",
    "can_be_written",
    "check_draft",
    "compute_fingerprint",
    "describe_sending",
    "diagnose",
    "explain_emptiness",
    "export_index",
    "import_index",
    "make_draft",
    "make_prompt",
    "name_checked_copy",
    "open_writer",
    "read_draft",
    "write_answer",
]

_MODULES = {
    "PASSAGES_READ": "rag.pipeline.chosen",
    "BuildOptions": "rag.pipeline.building",
    "Carried": "rag.pipeline.carrying",
    "CheckOptions": "rag.pipeline.checking",
    "Draft": "rag.pipeline.drafts",
    "Finding": "rag.pipeline.diagnosis",
    "Rag": "rag.pipeline.asking",
    "Trace": "rag.pipeline.request",
    "build": "rag.pipeline.building",
    "can_be_written": "rag.pipeline.writing",
    "check_draft": "rag.pipeline.checking",
    "compute_fingerprint": "rag.pipeline.building",
    "describe_sending": "rag.pipeline.writing",
    "diagnose": "rag.pipeline.diagnosis",
    "explain_emptiness": "rag.pipeline.empty_filters",
    "export_index": "rag.pipeline.carrying",
    "import_index": "rag.pipeline.carrying",
    "make_draft": "rag.pipeline.drafts",
    "make_prompt": "rag.pipeline.writing",
    "name_checked_copy": "rag.pipeline.checking",
    "open_writer": "rag.pipeline.writing",
    "read_draft": "rag.pipeline.drafts",
    "write_answer": "rag.pipeline.writing",
}

__getattr__ = make_front_door(__name__, _MODULES)
