"""The answer of a server of OpenAI's shape, as texts: server-sent events, or one object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import LanguageModelError
from rag.llm.bounded import BROKEN, MAX_BYTES
from rag.llm.models import QUOTATIONS_HINT, AnswerCut
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

# Chosen by hand: an answer of a thousand tokens has 5,000 characters.
MAX_LINE = 1_000_000
MAX_CHARACTERS = 40_000
AT_LIMIT = "length"  # why a model ends that has written as much as it may
DROPPED = "the connection dropped: this is what came"
_DONE = "[DONE]"


class Piece(NamedTuple):
    """What one object of a stream says."""

    text: str
    finish: str  # why the model ends here: "stop", "length"; empty while it goes on


def read_texts(response: HTTPResponse, *, timeout: float, key: str = "") -> Iterator[str]:
    """Yield the texts of an answer as they come; ``key`` is not repeated in an error.

    Raises:
        AnswerCut: the connection dropped, the time is over, or the answer is too long.
        LanguageModelError: the server says that something went wrong.
    """
    length = 0
    finish = ""
    for data in _read_data(response, timeout):
        piece = parse_piece(data, key)
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
        raise AnswerCut(DROPPED)


def make_limit_error() -> AnswerCut:
    """Return that a model wrote as much as it may."""
    return AnswerCut("the model reached its limit: the answer may end too early")


def parse_piece(data: str, key: str = "") -> Piece:
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
        reason = describe_error(value, key)
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


def describe_error(value: object, key: str = "") -> str:
    """Return what an object says of an error, on one line; some repeat the key they were sent."""
    error = value.get("error") if isinstance(value, dict) else value
    if isinstance(error, dict):
        error = error.get("message") or error.get("type") or ""
    message = to_one_line(str(error or "")[:MAX_CHARACTERS])
    if key:
        message = message.replace(key, "…")
    return message[:200]


def _read_data(response: HTTPResponse, timeout: float) -> Iterator[str]:
    """Yield the objects of an answer, unparsed."""
    media_type = response.headers.get_content_type()
    try:
        if media_type == "application/json":  # a server that does not stream
            yield response.read(MAX_BYTES).decode("utf-8", "replace")
        else:
            yield from _read_events(response)
    except TimeoutError as error:
        raise AnswerCut(f"no word came for {timeout:g} seconds") from error
    except BROKEN as error:
        raise AnswerCut(DROPPED) from error


def _read_events(response: HTTPResponse) -> Iterator[str]:
    """Yield what stands behind ``data:`` on the lines of a stream."""
    while line := response.readline(MAX_LINE):
        field, _, value = line.decode("utf-8", "replace").partition(":")
        if field != "data":
            continue
        data = value.strip()
        yield data
        if data == _DONE:
            return
