"""The measures behind ``rag eval``: retrieval, answers, refusals and citations, on files that others have too.

A BEIR folder (Thakur et al., 2021: corpus.jsonl, queries.jsonl, qrels/test.tsv) is indexed in a temporary
index; a questions file is asked of the current one.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.index import build as indexing
from rag.index import generations as store
from rag.models import embedders as embed
from rag.models import tokenizer as tokens
from rag.pipeline import Rag, compute_fingerprint
from rag.records import Article, Document, content_id
from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rag.index.build import Progress
    from rag.pipeline import Trace
    from rag.records import Passage, Span
    from rag.settings.schema import Settings

CHANNELS: Mapping[str, str] = {"dense": "dense", "lexical": "lexical", "hybrid": "fused"}
CUTS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known to be right: relevant sources with their gain, and answers."""

    id: str
    text: str
    relevant: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    unanswerable: bool = False


def evaluate(
    path: Path, settings: Settings, *, corpus: Path | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure today's settings on a questions file or a BEIR folder.

    Raises:
        SourceError: a file is missing, or a line of it is not what it should be.
    """
    tell = progress or (lambda stage, done, total: None)
    if not path.exists():
        raise SourceError(
            f"there is no file or folder {path}",
            hint="give a questions file (.jsonl) or a BEIR folder",
        )
    if not path.is_dir():
        with Rag.open(settings) as rag:
            return measure(
                rag,
                questions_file(path),
                source=lambda document: Path(document.path).name,
                progress=tell,
            )
    questions = beir_questions(path)
    documents = list(beir_documents(corpus or path / "corpus.jsonl"))
    with tempfile.TemporaryDirectory(prefix="rag-eval-") as folder:
        started = time.perf_counter()
        with temporary(documents, replace(settings, index=Path(folder) / "index"), tell) as rag:
            seconds = time.perf_counter() - started
            measured = measure(rag, questions, source=lambda document: document.path, progress=tell)
    measured["seconds"] = {"index": round(seconds, 3), **measured["seconds"]}
    return measured


def measure(
    rag: Rag,
    questions: Sequence[Question],
    *,
    source: Callable[[Document], str],
    progress: Progress,
) -> dict[str, Any]:
    """Ask every question once; each part without data is None."""
    started = time.perf_counter()
    ranks: dict[str, list[dict[str, float]]] = {name: [] for name in CHANNELS}
    first, top3, inside, words, said, citations = [], [], [], [], [], []
    for done, question in enumerate(questions):
        progress("ask", done, len(questions))
        outcome = rag.answer_with_trace(question.text)
        answer = outcome.answer
        citations += [citation.verified == "exact" for citation in answer.citations]
        if question.relevant:
            for name, ranking in rankings(outcome, rag, source).items():
                ranks[name].append(ranking_measures(ranking, question.relevant))
        if question.answers:
            quotes = [citation.quote for citation in answer.citations]
            first.append(_holds(question.answers, quotes))
            words.append(sum(len(quote.split()) for quote in quotes))
            ranked = outcome.ranked
            top3.append(_holds(question.answers, _texts(ranked[:3])))
            right = [
                quote for quote in ranked if source(quote[0].article.document) in question.relevant
            ]
            if _holds(question.answers, {passage.text for passage, _ in right}):
                inside.append(_holds(question.answers, _texts(right[:1])))
        said.append((question.unanswerable, answer.status == "not_in_sources"))
    progress("ask", len(questions), max(len(questions), 1))
    return {
        "queries": len(questions),
        "retrieval": {name: _mean_measures(rows) for name, rows in ranks.items()}
        if any(ranks.values())
        else None,
        "answers": _answered(first, top3, inside, words) if first else None,
        "refusals": refusal_measures(said),
        "citations": {"total": len(citations), "exact": sum(citations)},
        "seconds": {"ask": round(time.perf_counter() - started, 3)},
    }


def _answered(
    first: Sequence[float], top3: Sequence[float], inside: Sequence[float], words: Sequence[float]
) -> dict[str, float | None]:
    """Shares of questions whose answer quotes what is expected, and so on; and the words quoted on average.

    The same of the three best quotations; of the best one of the right passage, where that was read and holds it.
    """
    return {
        "accuracy": _mean(first),
        "top3": _mean(top3),
        "in_passage": _mean(inside) if inside else None,
        "words": _mean(words),
    }


def _texts(quotes: Sequence[tuple[Passage, Span]]) -> list[str]:
    return [passage.article.document.text[start:end] for passage, (start, end) in quotes]


def rankings(outcome: Trace, rag: Rag, source: Callable[[Document], str]) -> dict[str, list[str]]:
    """The sources in each channel's order, each once, at its best passage."""
    found = outcome.found
    ranked = {}
    for name, channel in CHANNELS.items():
        if channel == "fused":  # as they are shown
            kept = list(range(len(found.rows)))
        else:
            scores = found.channels[channel]
            kept = [i for i in (-scores).argsort(kind="stable").tolist() if scores[i] > 0]
        passages = rag.generation.passages(found.rows[kept[: 4 * max(CUTS)]].tolist())
        ranked[name] = list(dict.fromkeys(source(passage.article.document) for passage in passages))
    return ranked


def ranking_measures(ranking: Sequence[str], relevant: Mapping[str, float]) -> dict[str, float]:
    """Success at 1, 5, 10, reciprocal rank and nDCG at 10 (Järvelin and Kekäläinen, 2002) of one ranking."""
    at = next((rank for rank, name in enumerate(ranking) if relevant.get(name, 0) > 0), math.inf)
    gains = [relevant.get(name, 0.0) for name in ranking[:10]]
    ideal = sorted(relevant.values(), reverse=True)[:10]
    return {
        **{f"R@{k}": float(at < k) for k in CUTS},
        "MRR@10": 1 / (at + 1) if at < 10 else 0.0,
        "nDCG@10": _discounted(gains) / (_discounted(ideal) or 1.0),
    }


def refusal_measures(said: Iterable[tuple[bool, bool]]) -> dict[str, float] | None:
    """Precision, recall and balanced accuracy of refusing, from (unanswerable, refused) pairs; None when all are answerable."""
    pairs = list(said)
    unanswerable = [refused for unanswered, refused in pairs if unanswered]
    answerable = [refused for unanswered, refused in pairs if not unanswered]
    if not unanswerable:
        return None
    right = sum(unanswerable)
    recall = right / len(unanswerable)
    kept = 1 - sum(answerable) / len(answerable) if answerable else recall
    return {
        "precision": right / max(right + sum(answerable), 1),
        "recall": recall,
        "balanced_accuracy": (recall + kept) / 2,
    }


def questions_file(path: Path) -> list[Question]:
    """Questions with ``question``, and ``answers`` and ``source``, or ``unanswerable``."""
    return [
        Question(
            id=str(row.get("id", line)),
            text=_text(row, "question", path, line),
            relevant={str(row["source"]): 1.0} if row.get("source") else {},
            answers=_answers(row),
            unanswerable=bool(row.get("unanswerable")),
        )
        for line, row in _rows(path)
    ]


def beir_questions(folder: Path) -> list[Question]:
    """The queries that the relevance judgements speak of, and those marked unanswerable."""
    judged = _judgements(folder / "qrels" / "test.tsv")
    found = []
    path = folder / "queries.jsonl"
    for line, row in _rows(path):
        about = row.get("metadata") or {}
        key = _text(row, "_id", path, line)
        relevant = judged.get(key, {})
        unanswerable = bool(about.get("unanswerable"))
        if relevant or unanswerable:
            answers = () if unanswerable else _answers(about)
            found.append(
                Question(
                    key,
                    _text(row, "text", path, line),
                    {} if unanswerable else relevant,
                    answers,
                    unanswerable,
                )
            )
    return found


def beir_documents(path: Path) -> Iterator[tuple[Document, str]]:
    """The documents of a corpus with their titles; the id stands for the path."""
    for line, row in _rows(path):
        text = _text(row, "text", path, line)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        yield (
            Document(_text(row, "_id", path, line), text, digest, "text/plain"),
            str(row.get("title") or ""),
        )


def temporary(
    documents: Iterable[tuple[Document, str]], settings: Settings, progress: Progress
) -> Rag:
    """A corpus as an open index in the folder of ``settings``, which is the caller's to remove."""
    language = tokens.get_tokenizer().detect_language
    articles = [
        Article(
            content_id(document.path, document.text),
            document,
            title,
            None,
            None,
            None,
            language(document.text),
            0,
            len(document.text),
        )
        for document, title in documents
        if document.text.strip()
    ]
    embedder = embed.load_embedder(settings.model, offline=settings.offline)
    contents = indexing.make_contents(
        articles, embedder, size=settings.passage_tokens, old=None, progress=progress
    )
    about = {
        "fingerprint": compute_fingerprint(embedder, settings.passage_tokens),
        "model": embedder.name,
        "root": "",
        "sources": [],
    }
    store.write_generation(settings.index, contents, about=about)
    return Rag(
        settings,
        store.open_generation(settings.index),
        embedder,
        source=lambda document: document.text,
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise SourceError(
                            f"{path}:{number} is not a JSON object",
                            hint="each line is one object in braces",
                        )
                    yield number, row
    except OSError as error:
        raise SourceError(
            f"cannot read {path}: {error.strerror}",
            hint="a BEIR folder holds corpus.jsonl, queries.jsonl, qrels/test.tsv",
        ) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path} is not JSON lines in UTF-8: {error}", hint="each line is one object in braces"
        ) from error


def _judgements(path: Path) -> dict[str, dict[str, float]]:
    judged: dict[str, dict[str, float]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"cannot read {path}: {error}",
            hint="a BEIR folder holds corpus.jsonl, queries.jsonl, qrels/test.tsv",
        ) from error
    for number, line in enumerate(lines[1:], 2):  # the first line names the columns
        parts = line.split("\t")
        try:
            query, document, gain = parts
            judged.setdefault(query, {})[document] = float(gain)
        except ValueError as error:
            raise SourceError(
                f"{path}:{number} is not: query, document, score",
                hint="three columns, parted by tabs",
            ) from error
    return judged


def _text(row: Mapping[str, Any], key: str, path: Path, line: int) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise SourceError(
            f"{path}:{line} has no text under {key!r}",
            hint="see `rag eval --help` for what the files hold",
        )
    return value


def _answers(row: Mapping[str, Any]) -> tuple[str, ...]:
    answers = row.get("answers") or ()
    return tuple(str(answer) for answer in ([answers] if isinstance(answers, str) else answers))


def _holds(answers: Sequence[str], quotes: Iterable[str]) -> bool:
    """Whether a quotation holds one of the answers, but for case, accents and white space."""
    texts = [" ".join(fold(quote).split()) for quote in quotes]
    return any(
        wanted in text
        for wanted in (" ".join(fold(answer).split()) for answer in answers)
        if wanted
        for text in texts
    )


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _mean_measures(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: _mean([row[name] for row in rows]) for name in rows[0]}
