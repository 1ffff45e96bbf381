"""Every question of a set asked once, and the means of what each one counts."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.evaluate.beir import read_beir_documents, read_beir_questions, read_questions_file
from rag.evaluate.measures import (
    CUTS,
    compute_mean,
    holds_answer,
    measure_ranking,
    measure_refusals,
)
from rag.index import generations
from rag.index.contents import make_contents
from rag.models import embedders, tokenizer
from rag.pipeline import Rag, compute_fingerprint
from rag.records import Article, Document, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rag.evaluate.beir import Question
    from rag.index.build import Progress
    from rag.pipeline import Trace
    from rag.records import Passage, Span
    from rag.settings import Settings

CHANNELS: Mapping[str, str] = {"dense": "dense", "lexical": "lexical", "hybrid": "fused"}
# Several passages of one source share a rank, so more passages are read than ranks are measured.
# Chosen by hand.
PASSAGES_RANKED = 4 * max(CUTS)


def evaluate(
    path: Path, settings: Settings, *, corpus: Path | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the measures of today's settings on a questions file, or on a BEIR folder.

    A questions file is asked of the index in force; a BEIR folder is indexed in a temporary folder,
    with the corpus of another place where ``corpus`` names one.

    Raises:
        SourceError: a file is missing, or a line of it is not what it should be.
    """
    report = progress or _report_nothing
    if not path.exists():
        raise SourceError(
            f"there is no file or folder {path}",
            hint="give a questions file (.jsonl) or a BEIR folder",
        )
    if path.is_dir():
        return _evaluate_folder(path, settings, corpus or path / "corpus.jsonl", report)
    with Rag.open(settings) as rag:
        questions = read_questions_file(path)
        return measure_questions(rag, questions, name_source=_name_file, progress=report)


def measure_questions(
    rag: Rag,
    questions: Sequence[Question],
    *,
    name_source: Callable[[Document], str],
    progress: Progress,
) -> dict[str, Any]:
    """Return the measures of every question asked once; a part without data is None.

    ``name_source`` gives the name by which the relevance judgements know a document.
    """
    started = time.perf_counter()
    tally = _Tally()
    for done, question in enumerate(questions):
        progress("ask", done, len(questions))
        trace = rag.answer_with_trace(
            question.text, filters=rag.settings.filters, today=rag.settings.as_of
        )
        _count_question(tally, question, trace, rag, name_source)
    progress("ask", len(questions), max(len(questions), 1))
    return {
        "queries": len(questions),
        "retrieval": _summarise_retrieval(tally),
        "answers": _summarise_answers(tally),
        "refusals": measure_refusals(tally.refusals),
        "citations": {"total": len(tally.exact), "exact": sum(tally.exact)},
        "seconds": {"ask": round(time.perf_counter() - started, 3)},
    }


def open_corpus(
    documents: Iterable[tuple[Document, str]], settings: Settings, progress: Progress
) -> Rag:
    """Return documents as an open index in the folder of ``settings``, for the caller to remove."""
    articles = [
        _make_article(document, title) for document, title in documents if document.text.strip()
    ]
    embedder = embedders.load_embedder(settings.model, offline=settings.offline)
    contents = make_contents(
        articles, embedder, size=settings.passage_tokens, old=None, progress=progress
    )
    about = {
        "fingerprint": compute_fingerprint(embedder, settings.passage_tokens),
        "model": embedder.name,
        "root": "",
        "sources": [],
    }
    generations.write_generation(settings.index, contents, about=about)
    generation = generations.open_generation(settings.index)
    return Rag(settings, generation, embedder, read_source=_get_indexed)


@dataclass
class _Tally:
    """What the questions counted so far, one value a question but for ``exact``: one a citation."""

    rankings: dict[str, list[dict[str, float]]] = field(default_factory=lambda: defaultdict(list))
    first: list[float] = field(default_factory=list)  # the answer holds what is expected
    top3: list[float] = field(default_factory=list)  # one of the three best quotations does
    in_passage: list[float] = field(default_factory=list)  # the best of the right passage does
    words: list[int] = field(default_factory=list)  # words quoted
    refusals: list[tuple[bool, bool]] = field(default_factory=list)  # unanswerable, refused
    exact: list[bool] = field(default_factory=list)  # the quotation stands at its offsets


def _evaluate_folder(
    folder: Path, settings: Settings, corpus: Path, progress: Progress
) -> dict[str, Any]:
    """Return the measures of a BEIR folder, indexed in a temporary folder."""
    questions = read_beir_questions(folder)
    documents = list(read_beir_documents(corpus))
    with tempfile.TemporaryDirectory(prefix="rag-eval-") as temporary:
        started = time.perf_counter()
        apart = replace(settings, index=Path(temporary) / "index", store=None)
        with open_corpus(documents, apart, progress) as rag:
            seconds = round(time.perf_counter() - started, 3)
            measured = measure_questions(rag, questions, name_source=_name_id, progress=progress)
    measured["seconds"] = {"index": seconds, **measured["seconds"]}
    return measured


def _count_question(
    tally: _Tally,
    question: Question,
    trace: Trace,
    rag: Rag,
    name_source: Callable[[Document], str],
) -> None:
    """Add what one question counts."""
    answer = trace.answer
    tally.exact += [citation.verified == "exact" for citation in answer.citations]
    tally.refusals.append((question.unanswerable, answer.status == "not_in_sources"))
    if question.relevant:
        for name, ranking in _rank_sources(trace, rag, name_source).items():
            tally.rankings[name].append(measure_ranking(ranking, question.relevant))
    if question.answers:
        _count_answer(tally, question, trace, name_source)


def _count_answer(
    tally: _Tally, question: Question, trace: Trace, name_source: Callable[[Document], str]
) -> None:
    """Add whether the quotations hold what is expected, and how long they are."""
    quotes = [citation.shown for citation in trace.answer.citations]
    tally.first.append(holds_answer(question.answers, quotes))
    tally.words.append(sum(len(quote.split()) for quote in quotes))
    ranked = trace.ranked_quotations
    tally.top3.append(holds_answer(question.answers, _get_texts(ranked[:3])))
    of_right_passages = [
        (passage, span)
        for passage, span in ranked
        if name_source(passage.article.document) in question.relevant
    ]
    # Only where a passage that holds the answer was read can the choice of the sentence be right or
    # wrong.
    passages = {passage.shown for passage, _ in of_right_passages}
    if holds_answer(question.answers, passages):
        best = _get_texts(of_right_passages[:1])
        tally.in_passage.append(holds_answer(question.answers, best))


def _rank_sources(
    trace: Trace, rag: Rag, name_source: Callable[[Document], str]
) -> dict[str, list[str]]:
    """Return the sources in each channel's order, each once, at its best passage."""
    candidates = trace.candidates
    rankings = {}
    for name, channel in CHANNELS.items():
        if channel == "fused":
            order = list(range(len(candidates.rows)))  # as they are shown
        else:
            scores = candidates.channels[channel]
            best_first = (-scores).argsort(kind="stable").tolist()
            order = [position for position in best_first if scores[position] > 0]
        rows = candidates.rows[order[:PASSAGES_RANKED]].tolist()
        passages = rag.generation.passages(rows)
        names = [name_source(passage.article.document) for passage in passages]
        rankings[name] = list(dict.fromkeys(names))
    return rankings


def _summarise_retrieval(tally: _Tally) -> dict[str, dict[str, float]] | None:
    """Return the mean of each measure by channel; None when no question was judged."""
    if not tally.rankings:
        return None
    means = {}
    for channel in CHANNELS:
        rows = tally.rankings[channel]
        means[channel] = {name: compute_mean([row[name] for row in rows]) for name in rows[0]}
    return means


def _summarise_answers(tally: _Tally) -> dict[str, float | None] | None:
    """Return the shares of answers that hold what is expected; None when nothing is expected."""
    if not tally.first:
        return None
    return {
        "accuracy": compute_mean(tally.first),
        "top3": compute_mean(tally.top3),
        "in_passage": compute_mean(tally.in_passage) if tally.in_passage else None,
        "words": compute_mean(tally.words),
    }


def _make_article(document: Document, title: str) -> Article:
    """Return a whole document as one article without publisher and day."""
    text = document.text
    language = tokenizer.get_tokenizer().detect_language(text)
    identifier = content_id(document.path, text)
    return Article(identifier, document, title, None, None, None, language, 0, len(text))


def _get_texts(quotations: Sequence[tuple[Passage, Span]]) -> list[str]:
    return [passage.article.document.show(start, end) for passage, (start, end) in quotations]


def _name_file(document: Document) -> str:
    return Path(document.path).name


def _name_id(document: Document) -> str:
    return document.path


def _get_indexed(document: Document) -> Document:
    return document


def _report_nothing(stage: str, done: int, total: int) -> None:
    pass
