"""``rag ask --file``: many questions, an answer a line as soon as it is there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from rag.cli.filters import choose_filters
from rag.cli.indexing import open_index
from rag.cli.questions import read_question_lines
from rag.errors import (
    ANSWERED,
    FAILURE,
    NOT_IN_SOURCES,
    UNVERIFIED,
    USAGE,
    IndexProblem,
    LanguageModelError,
    RagError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.cli.invocation import Invocation
    from rag.cli.questions import QuestionLine
    from rag.llm.models import LanguageModel
    from rag.pipeline import Rag
    from rag.records import Answer
    from rag.settings import Settings

    JsonObject = Mapping[str, object]

# Exit codes from the best to the worst: a batch ends with the worst of its questions.
SEVERITY = (ANSWERED, NOT_IN_SOURCES, UNVERIFIED, USAGE, FAILURE)
COLUMNS = ("question", "status", "answer", "quotations", "sources", "error")
BETWEEN = " | "  # several quotations or sources in one cell


class BatchOptions(NamedTuple):
    """The file that is asked, and whether a table is wanted."""

    file: str
    is_table: bool


class Batch(NamedTuple):
    """An open index, and how it is asked."""

    rag: Rag
    settings: Settings
    explain: bool
    strict: bool
    model: LanguageModel | None = None  # that writes the answers


class Reply(NamedTuple):
    """What came of one question: the object of ``--json``, and the exit code it would have had."""

    value: JsonObject
    exit_code: int


def read_batch_options(
    options: dict[str, object], words: Sequence[str], *, quotes: bool, json: bool
) -> BatchOptions | None:
    """Take the options of a batch out of the others; None where one question is asked.

    Raises:
        UsageError: they do not go together.
    """
    file = options.pop("file")
    is_lines = options.pop("jsonl")
    is_table = options.pop("csv")
    if not isinstance(file, str):
        if is_lines or is_table:
            raise UsageError(
                "--jsonl and --csv go with --file", hint="for one question: rag ask --json"
            )
        return None
    if words:
        raise UsageError(
            "there are questions on the command line and in --file", hint="leave one of them out"
        )
    if is_lines and is_table:
        raise UsageError("both --jsonl and --csv are asked for", hint="leave one of them out")
    if quotes or json:
        raise UsageError(
            "--quotes and --json are for one question", hint="with --file: --jsonl or --csv"
        )
    return BatchOptions(file, is_table is True)


def answer_file(
    invocation: Invocation,
    batch_options: BatchOptions,
    options: Mapping[str, object],
    *,
    strict: bool,
    explain: bool,
) -> int:
    """Answer every question of a file, and return the worst exit code of them."""
    settings = invocation.load_settings(options)
    questions = read_question_lines(batch_options.file)
    writer = TableWriter() if batch_options.is_table else LineWriter()
    worst = ANSWERED
    asked = 0
    with open_index(invocation, settings) as rag:
        chosen = choose_filters(settings, rag)
        invocation.write_warnings(chosen.remarks)
        model = _open_model(invocation, chosen.settings)
        batch = Batch(rag, chosen.settings, explain, strict, model)
        for line in questions:
            reply = _answer_line(batch, line)
            writer.write(reply.value)
            asked += 1
            worst = max(worst, reply.exit_code, key=SEVERITY.index)
    invocation.write_notes(f"{asked} questions")
    return worst


def judge_answer(answer: Answer, *, strict: bool) -> int:
    """Return the exit code of an answer."""
    if answer.status == "not_in_sources":
        return NOT_IN_SOURCES
    if strict and any(sentence.is_struck for sentence in answer.written):
        return UNVERIFIED
    if strict and any(citation.verified != "exact" for citation in answer.citations):
        return UNVERIFIED
    return ANSWERED


def _answer_line(batch: Batch, line: QuestionLine) -> Reply:
    """Return the answer to one line, or what is wrong with it.

    Raises:
        IndexProblem: the index cannot be read: no further question would fare better.
        LanguageModelError: neither where the model cannot be reached.
    """
    if line.fault is not None:
        return _make_error_reply(line.text, line.fault)
    settings = batch.settings
    try:
        answer = batch.rag.ask(
            line.text, filters=settings.filters, today=settings.as_of, top=settings.top
        )
        answer = _write(batch, answer)
    except (IndexProblem, LanguageModelError):
        raise
    except RagError as error:
        return _make_error_reply(line.text, error)
    exit_code = judge_answer(answer, strict=batch.strict)
    return Reply(answer.to_dict(explain=batch.explain), exit_code)


def _open_model(invocation: Invocation, settings: Settings) -> LanguageModel | None:
    """Return the language model that writes the answers, and say where they are sent, if any is."""
    if not settings.llm:
        return None
    from rag.pipeline import open_writer

    model = open_writer(settings)
    if not model.spec.is_local:
        invocation.write_notes(f"sent to {model.spec.host}: the questions and their passages")
    return model


def _write(batch: Batch, answer: Answer) -> Answer:
    """Return an answer in the words of the language model, where there is one and it is asked."""
    if batch.model is None:
        return answer
    from rag.pipeline import can_be_written, write_answer

    if not can_be_written(answer):
        return answer
    written = write_answer(batch.rag, answer, batch.model)
    if written.is_interrupted:
        raise KeyboardInterrupt
    return written.answer


def _make_error_reply(question: str, error: RagError) -> Reply:
    from rag.show import error_json

    exit_code = error.exit_code if error.exit_code in SEVERITY else FAILURE
    return Reply(error_json(question, error), exit_code)


class LineWriter:
    """Writes an object of ``--json`` a line."""

    def write(self, value: JsonObject) -> None:
        """Write one object, and see to it that it is out."""
        from rag.show import dumps

        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(dumps(value, encoding=encoding) + "\n")
        sys.stdout.flush()


class TableWriter:
    """Writes a row a question, below a row of names."""

    def __init__(self) -> None:
        from rag.cli.tables import Table

        self._table = Table()
        self._has_heading = False

    def write(self, value: JsonObject) -> None:
        """Write one row, and see to it that it is out."""
        if not self._has_heading:
            self._table.write_row(COLUMNS)
            self._has_heading = True
        self._table.write_row(_list_cells(value))
        sys.stdout.flush()


def _list_cells(value: JsonObject) -> list[str]:
    """Return the cells of an answer."""
    citations = value["citations"]
    quotations = []
    sources = []
    if isinstance(citations, list):
        for citation in citations:
            quotations.append(citation.get("shown") or citation["quote"])
            sources.append(_describe_source(citation))
    error = value["error"]
    message = error["message"] if isinstance(error, dict) else ""
    texts = (
        value["question"],
        value["status"],
        value["answer"],
        BETWEEN.join(quotations),
        BETWEEN.join(sources),
        message,
    )
    return list(map(str, texts))


def _describe_source(citation: Mapping[str, object]) -> str:
    """Return publisher, day, title, file and line of a citation; in place of a line its page."""
    place = f"{citation['path']}:{citation['line']}"
    named_place = citation.get("place")
    if isinstance(named_place, dict):
        place = f"{citation['path']}, {named_place['kind']} {named_place['name']}"
    parts = (citation["publisher"], citation["date"], citation["title"], place)
    return ", ".join(str(part) for part in parts if part)
