"""The answer of a server of OpenAI's shape, as texts: server-sent events, or one object."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import LanguageModelError
from rag.llm.models import QUOTATIONS_HINT, AnswerCut
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

# Chosen by hand: an answer of a thousand tokens has 5,000 characters, and each comes in an object
# of 300 bytes.
MAX_BYTES = 10_000_000
MAX_LINE = 1_000_000
MAX_CHARACTERS = 40_000
AT_LIMIT = "length"  # why a model ends that has written as much as it may
_DONE = "[DONE]"


class Piece(NamedTuple):
    """What one object of a stream says."""

    text: str
    finish: str  # why the model ends here: "stop", "length"; empty while it goes on


def read_texts(response: HTTPResponse, *, timeout: float, total: float) -> Iterator[str]:
    """Yield the texts of an answer as they come, at most ``total`` seconds long.

    Raises:
        AnswerCut: the connection dropped, the time is over, or the answer is too long.
        LanguageModelError: the server says that something went wrong.
    """
    length = 0
    finish = ""
    for data in _read_data(response, timeout=timeout, total=total):
        piece = parse_piece(data)
        # What ends the stream, behind it, would hide why the model ended.
        finish = finish or piece.finish
        length += len(piece.text)
        if length > MAX_CHARACTERS:
            raise AnswerCut(f"the answer was cut after {MAX_CHARACTERS:,} characters")
        if piece.text:
            yield piece.text
    if finish == AT_LIMIT:
        raise make_limit_error()
    if not finish:
        raise AnswerCut("the connection dropped: this is what came")


def make_limit_error() -> AnswerCut:
    """Return that a model wrote as much as it may."""
    return AnswerCut("the model reached its limit: the answer may end too early")


def parse_piece(data: str) -> Piece:
    """Return what an object of a stream, or a whole answer, says; nothing where it is of no use.

    Raises:
        LanguageModelError: it is an error.
    """
    if data == _DONE:
        return Piece("", "stop")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return Piece("", "")
    if not isinstance(value, dict):
        return Piece("", "")
    if value.get("error"):
        reason = describe_error(value)
        raise LanguageModelError(f"the language model failed: {reason}", hint=QUOTATIONS_HINT)
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return Piece("", "")
    said = choice.get("delta") or choice.get("message")
    text = said.get("content") if isinstance(said, dict) else None
    finish = choice.get("finish_reason")
    return Piece(
        text if isinstance(text, str) else "",
        finish if isinstance(finish, str) else "",
    )


def describe_error(value: object) -> str:
    """Return what an object says of an error, on one line."""
    error = value.get("error") if isinstance(value, dict) else value
    if isinstance(error, dict):
        error = error.get("message") or error.get("type") or ""
    return to_one_line(str(error or ""))[:200]


def _read_data(response: HTTPResponse, *, timeout: float, total: float) -> Iterator[str]:
    """Yield the objects of an answer, unparsed."""
    media_type = response.headers.get_content_type()
    try:
        if media_type == "application/json":  # a server that does not stream
            yield response.read(MAX_BYTES).decode("utf-8", "replace")
        else:
            yield from _read_events(response, total)
    except TimeoutError as error:
        raise AnswerCut(f"no word came for {timeout:g} seconds") from error
    except (OSError, HTTPException) as error:
        raise AnswerCut("the connection dropped: this is what came") from error


def _read_events(response: HTTPResponse, total: float) -> Iterator[str]:
    """Yield what stands behind ``data:`` on the lines of a stream."""
    end = time.monotonic() + total
    size = 0
    while line := response.readline(MAX_LINE):
        size += len(line)
        if size > MAX_BYTES:
            raise AnswerCut(f"the answer was cut after {MAX_BYTES:,} bytes")
        if time.monotonic() > end:
            raise AnswerCut(f"the answer was cut after {total:g} seconds")
        field, _, value = line.decode("utf-8", "replace").partition(":")
        if field != "data":
            continue
        data = value.strip()
        yield data
        if data == _DONE:
            return
