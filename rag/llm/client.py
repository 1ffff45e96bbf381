"""A language model on a server of OpenAI's shape: llama.cpp, Ollama, vLLM, OpenAI and others.

The standard library's client: it follows no redirection and takes no proxy from the environment,
so that what is asked goes where the user said and nowhere else.
"""

from __future__ import annotations

import json
import random
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import LanguageModelError
from rag.llm.bounded import BROKEN, Patience, make_response_class
from rag.llm.events import DROPPED, describe_error, read_texts
from rag.llm.models import QUOTATIONS_HINT, AnswerCut
from rag.llm.specs import ANY_KEY, OPENAI

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from http.client import HTTPResponse

    from rag.llm.models import Limits, Message
    from rag.llm.specs import Spec

RETRIED = frozenset((429, 500, 502, 503, 504))
# Seconds; all chosen by hand.
CONNECTING = 10.0
FIRST_DELAY = 0.5  # before the second attempt; doubled before each further one
MAX_DELAY = 30.0  # that a server may ask for with Retry-After
TOTAL_TIMEOUTS = 10  # an answer may take so many times what one silence may
NOTHING_CAME = "the connection dropped before a word came"
_MAX_ERROR_BYTES = 10_000
_OK = 200


class ServerModel:
    """A model that is asked over HTTP."""

    def __init__(
        self, spec: Spec, limits: Limits, *, key: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.spec = spec
        self.limits = limits
        # Nobody on the way may read a key.
        is_safe = spec.is_encrypted or spec.is_local
        self._key = key if is_safe else ""
        self._sleep = sleep

    def stream(
        self, messages: Sequence[Message], limits: Limits | None = None
    ) -> Generator[str, None, None]:
        """Yield the answer in pieces; see ``LanguageModel``."""
        limits = limits or self.limits
        connection, response = self._open(messages, limits)
        any_came = False
        try:
            for text in read_texts(response, timeout=limits.timeout, key=self._key):
                any_came = True
                yield text
        except AnswerCut as cut:
            if any_came:
                raise
            reason = NOTHING_CAME if cut.message == DROPPED else cut.message
            raise self._make_error(f"{self.spec.host}: {reason}") from cut
        finally:
            response.close()
            connection.close()

    def _open(
        self, messages: Sequence[Message], limits: Limits
    ) -> tuple[HTTPConnection, HTTPResponse]:
        """Return the answer as it begins; a busy or failing server is asked again."""
        body = self._make_body(messages, limits.answer)
        for attempt in range(limits.attempts):
            connection = self._connect(limits.timeout)
            try:
                response = self._send(connection, body, limits.timeout)
            except AnswerCut as cut:
                connection.close()
                raise self._make_error(f"{self.spec.host}: {cut.message}") from cut
            except TimeoutError as error:
                connection.close()
                reason = f"no word came for {limits.timeout:g} seconds"
                raise self._make_error(f"{self.spec.address}: {reason}") from error
            except BROKEN as error:
                connection.close()
                reason = getattr(error, "strerror", None) or type(error).__name__
                raise self._make_error(f"{self.spec.address}: {reason}") from error
            if response.status == _OK:
                return connection, response
            message = self._read_error(response)
            response.close()
            connection.close()
            if response.status not in RETRIED:
                break
            if attempt + 1 < limits.attempts:
                self._sleep(choose_delay(response.headers.get("Retry-After"), attempt))
        raise self._make_error(
            f"{self.spec.host} answers {response.status} {message}".rstrip(), response.status
        )

    def _connect(self, timeout: float) -> HTTPConnection:
        """Return a connection to the server, which is not opened yet."""
        parts = urlsplit(self.spec.address)
        kind = HTTPSConnection if self.spec.is_encrypted else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=min(CONNECTING, timeout))
        patience = Patience(timeout, TOTAL_TIMEOUTS * timeout)
        connection.response_class = make_response_class(patience)
        return connection

    def _send(self, connection: HTTPConnection, body: bytes, timeout: float) -> HTTPResponse:
        """Send the question and return what comes back, unread."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        connection.connect()
        connection.sock.settimeout(timeout)
        path = urlsplit(self.spec.address).path
        connection.request("POST", f"{path}/chat/completions", body, headers)
        return connection.getresponse()

    def _make_body(self, messages: Sequence[Message], max_tokens: int) -> bytes:
        """Return the request; OpenAI's newest models know no temperature and no old limit."""
        body: dict[str, object] = {
            "model": self.spec.model,
            "messages": [message._asdict() for message in messages],
            "stream": True,
        }
        if self.spec.address == OPENAI:
            body["max_completion_tokens"] = max_tokens
        else:
            body["max_tokens"] = max_tokens
            body["temperature"] = 0
        return json.dumps(body).encode()

    def _read_error(self, response: HTTPResponse) -> str:
        """Return what a server says of an error."""
        data = b""
        with suppress(*BROKEN, AnswerCut):
            data = response.read(_MAX_ERROR_BYTES)
        text = data.decode("utf-8", "replace")
        value: object = None
        with suppress(ValueError, RecursionError):
            value = json.loads(text)
        return describe_error(value, self._key)

    def _make_error(self, message: str, status: int = 0) -> LanguageModelError:
        """Return an error with what may be checked."""
        hint = f"is the server running there? {QUOTATIONS_HINT}"
        if self.spec.text.startswith("ollama:"):
            hint = f"is it running? ollama serve; {QUOTATIONS_HINT}"
        if status in (401, 403):
            names = " or ".join(self.spec.key_names) or ANY_KEY
            hint = f"put the key into {names}; {QUOTATIONS_HINT}"
        elif status == 404:
            hint = f"does it have the model {self.spec.model}? {QUOTATIONS_HINT}"
        elif 300 <= status < 400:
            hint = f"name the address that it leads to, which is not followed; {QUOTATIONS_HINT}"
        elif status in RETRIED:
            hint = f"try again later; {QUOTATIONS_HINT}"
        elif status:
            hint = f"does it read so long a prompt? --llm-context N sends less; {QUOTATIONS_HINT}"
        return LanguageModelError(message, hint=hint)


def choose_delay(retry_after: str | None, attempt: int) -> float:
    """Return the seconds before the next attempt: as the server asks, else longer each time."""
    if retry_after is not None and retry_after.strip().isdecimal():
        return min(float(retry_after), MAX_DELAY)
    delay: float = FIRST_DELAY * (1 << attempt)
    jitter: float = random.uniform(1.0, 1.5)  # where many wait, not all come back at once
    return delay * jitter
