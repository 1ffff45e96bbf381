"""Questions as they come in: on the command line, on stdin, or one a line in a file."""

from __future__ import annotations

import codecs
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError, UsageError
from rag.settings import has_control

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

# Characters; chosen by hand: far above any question, far below a text pasted by mistake.
MAX_QUESTION_LENGTH = 10_000
# A character has at most four bytes; four more show that the question is too long.
_MAX_BYTES = 4 * MAX_QUESTION_LENGTH + 4
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAX_FILE_BYTES = 32 << 20  # of a file of questions; chosen by hand: half a million of them
COMMENT = "#"
STDIN = "-"
_READ_HINT = "name a text file of questions; - reads them from stdin"


class QuestionLine(NamedTuple):
    """A line of a file of questions; ``fault`` says why it cannot be asked."""

    text: str
    fault: UsageError | None = None


def read_question(words: Sequence[str]) -> str:
    """Return the question on the command line, or on stdin for ``-``, on one line.

    Raises:
        UsageError: there is none, or it is too long.
    """
    text = _read_stdin() if list(words) == [STDIN] else " ".join(words)
    question = " ".join(text.split())
    if not question:
        raise UsageError(
            "there is no question", hint='rag ask "Who …?", or rag ask - to read it from stdin'
        )
    if len(question) > MAX_QUESTION_LENGTH:
        raise _make_too_long_error()
    return question


def read_question_lines(name: str) -> Iterator[QuestionLine]:
    """Yield the questions of a file, or of stdin for ``-``, as they come.

    Blank lines and those that begin with # are none. The file is opened at once, so that it is
    refused before anything is loaded.

    Raises:
        UsageError: it is missing, no regular file, empty or no text.
    """
    stream = _open_lines(name)
    first = next(_iterate_questions(stream), None)
    if first is None:
        raise UsageError(
            f"there is no question in {_name_source(name)}", hint="write one question a line"
        )
    return _chain(first, stream)


def decode(raw: bytes) -> str:
    """Return bytes read as UTF-8, as UTF-16 where a byte order mark says so, else as Western."""
    if raw.startswith(_UTF_16):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _chain(first: QuestionLine, stream: BinaryIO) -> Iterator[QuestionLine]:
    yield first
    yield from _iterate_questions(stream)


def _iterate_questions(stream: BinaryIO) -> Iterator[QuestionLine]:
    """Yield the lines that are left of a stream, but for blank ones and comments."""
    while raw := stream.readline(_MAX_BYTES):
        is_cut = len(raw) == _MAX_BYTES and not raw.endswith(b"\n")
        if is_cut:
            _skip_line(stream)
        text = decode(raw).strip()
        if text and not text.startswith(COMMENT):
            yield _judge(text)


def _skip_line(stream: BinaryIO) -> None:
    """Read on to the end of a line that is far too long, and keep nothing of it."""
    while rest := stream.readline(_MAX_BYTES):
        if rest.endswith(b"\n"):
            break


def _judge(text: str) -> QuestionLine:
    """Return a line with what keeps it from being asked, if anything does."""
    question = " ".join(text.split())
    # Tabs are white space; other controls steer a terminal, or are no text.
    if has_control(text.replace("\t", " ")):
        fault = UsageError(
            "the question has control characters", hint="write the line as plain text"
        )
        return QuestionLine(question[:MAX_QUESTION_LENGTH], fault)
    if len(question) > MAX_QUESTION_LENGTH:
        return QuestionLine(question[:MAX_QUESTION_LENGTH], _make_too_long_error())
    return QuestionLine(question)


def _open_lines(name: str) -> BinaryIO:
    """Return the bytes of a file of questions as a stream; those of stdin as they come."""
    if name == STDIN:
        return sys.stdin.buffer if sys.stdin else io.BytesIO()
    from rag.reading.file_bytes import read_bytes

    try:
        data = read_bytes(Path(name), max_bytes=_MAX_FILE_BYTES)
    except SourceError as error:
        raise UsageError(
            f"{name}: {error.message}", hint="name a text file of questions"
        ) from error
    except (OSError, ValueError) as error:  # ValueError: no path holds a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name}: {reason.lower()}", hint=_READ_HINT) from error
    if data.startswith(_UTF_16):
        data = decode(data).encode()
    if b"\0" in data:
        raise UsageError(f"{name}: not a text file", hint="write one question a line")
    return io.BytesIO(data)


def _read_stdin() -> str:
    """Return what stdin holds, as far as a question may go."""
    if not sys.stdin:  # the shell closed it
        return ""
    raw = sys.stdin.buffer.read(_MAX_BYTES)
    return decode(raw)


def _name_source(name: str) -> str:
    return "stdin" if name == STDIN else name


def _make_too_long_error() -> UsageError:
    return UsageError(
        f"the question is longer than {MAX_QUESTION_LENGTH:,} characters",
        hint="ask in a few sentences; rag index takes whole texts",
    )
