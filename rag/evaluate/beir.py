"""Questions and corpora as files hold them: a folder in BEIR layout, or a file of questions.

A BEIR folder (Thakur et al. 2021) holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv``;
``metadata.answers`` of a query says what a right quotation holds, ``metadata.unanswerable`` that
the corpus does not answer it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.errors import SourceError
from rag.records import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known to be right.

    ``relevant``: the gain of each relevant source; ``answers``: texts of which a right quotation
    holds one; ``unanswerable``: refusing is right.
    """

    id: str
    text: str
    relevant: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    unanswerable: bool = False


def read_questions_file(path: Path) -> list[Question]:
    """Return the questions of a file: lines with ``answers`` and ``source``, or ``unanswerable``.

    Raises:
        SourceError: the file cannot be read, or a line is not what it should be.
    """
    questions = []
    for line, row in _read_rows(path):
        relevant = {str(row["source"]): 1.0} if row.get("source") else {}
        question = Question(
            id=str(row.get("id", line)),
            text=_get_text(row, "question", f"{path}:{line}"),
            relevant=relevant,
            answers=_get_answers(row),
            unanswerable=bool(row.get("unanswerable")),
        )
        questions.append(question)
    return questions


def read_beir_questions(folder: Path) -> list[Question]:
    """Return the queries of a BEIR folder that are judged, and those that are marked unanswerable.

    Raises:
        SourceError: a file cannot be read, or a line is not what it should be.
    """
    judgements = _read_judgements(folder / "qrels" / "test.tsv")
    path = folder / "queries.jsonl"
    questions = []
    for line, row in _read_rows(path):
        place = f"{path}:{line}"
        identifier = _get_text(row, "_id", place)
        metadata = row.get("metadata") or {}
        if metadata.get("unanswerable"):
            question = Question(identifier, _get_text(row, "text", place), unanswerable=True)
            questions.append(question)
        elif identifier in judgements:
            text = _get_text(row, "text", place)
            relevant = judgements[identifier]
            questions.append(Question(identifier, text, relevant, _get_answers(metadata)))
    return questions


def read_beir_documents(path: Path) -> Iterator[tuple[Document, str]]:
    """Yield the documents of a ``corpus.jsonl`` with their titles; the id stands for the path.

    Raises:
        SourceError: the file cannot be read, or a line is not what it should be.
    """
    for line, row in _read_rows(path):
        place = f"{path}:{line}"
        text = _get_text(row, "text", place)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        document = Document(_get_text(row, "_id", place), text, digest, "text/plain")
        yield document, str(row.get("title") or "")


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a file of JSON lines with their line numbers, counted from 1."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
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
            f"{path} is not JSON lines in UTF-8: {error}",
            hint="each line is one object in braces",
        ) from error


def _read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Return the gain of each judged document, by query; columns: query, document, score."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"cannot read {path}: {error}",
            hint="a BEIR folder holds corpus.jsonl, queries.jsonl, qrels/test.tsv",
        ) from error
    judgements: dict[str, dict[str, float]] = {}
    # The first line names the columns.
    for number, line in enumerate(lines[1:], 2):
        try:
            query, document, gain = line.split("\t")
            judgements.setdefault(query, {})[document] = float(gain)
        except ValueError as error:
            raise SourceError(
                f"{path}:{number} is not: query, document, score",
                hint="three columns, parted by tabs",
            ) from error
    return judgements


def _get_text(row: Mapping[str, Any], key: str, place: str) -> str:
    """Return the text under a key of a row; SourceError, with its place, where there is none."""
    value = row.get(key)
    if not isinstance(value, str):
        raise SourceError(
            f"{place} has no text under {key!r}",
            hint="see `rag eval --help` for what the files hold",
        )
    return value


def _get_answers(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the expected answers of a row, which holds one text or several."""
    answers = row.get("answers") or ()
    if isinstance(answers, str):
        return (answers,)
    return tuple(str(answer) for answer in answers)
