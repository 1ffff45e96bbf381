"""A language model on a server: a real server of the tests' own, on this machine."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from model_server import Script, serving

from rag.errors import LanguageModelError
from rag.llm import bounded, client
from rag.llm.client import FIRST_DELAY, MAX_DELAY, ServerModel, choose_delay
from rag.llm.events import MAX_CHARACTERS, parse_piece
from rag.llm.models import AnswerCut, Limits, Message
from rag.llm.specs import parse_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-ostertal-0123456789"
MESSAGES = (Message("system", "s"), Message("user", "Où ?"))


def ask(
    spec: str, *, slept: list[float] | None = None, timeout: float = 5.0, key: str = KEY
) -> list[str]:
    slept = [] if slept is None else slept
    model = ServerModel(parse_spec(spec), Limits(4096, 100, timeout), key=key, sleep=slept.append)
    return list(model.stream(MESSAGES))


def test_a_stream_comes_piece_by_piece() -> None:
    """Catches a request of another shape, and pieces that are lost or joined."""
    with serving(Script(("Le ", "pont [k", "1]."))) as server:
        assert ask(server.spec) == ["Le ", "pont [k", "1]."]
    [request] = server.requests
    assert request["model"] == "toy" and request["stream"] is True and request["max_tokens"] == 100
    assert request["messages"][1] == {"role": "user", "content": "Où ?"}
    assert server.paths == ["/v1/chat/completions"] and server.authorizations == [f"Bearer {KEY}"]


def test_a_server_that_does_not_stream() -> None:
    """Catches an answer in one object taken for none."""
    with serving(Script(("Le pont.",), plain=True)) as server:
        assert ask(server.spec) == ["Le pont."]


def test_a_busy_server_is_asked_again() -> None:
    """Catches giving up at the first 429, waiting for less than the server says, and no end of trying."""
    slept: list[float] = []
    busy = Script(
        status=429, headers=(("Retry-After", "7"),), body='{"error": {"message": "slow down"}}'
    )
    with serving(busy, Script(status=503), Script(("ok",))) as server:
        assert ask(server.spec, slept=slept) == ["ok"]
    assert slept[0] == 7 and FIRST_DELAY < slept[1] < 4 * FIRST_DELAY
    with serving(busy) as server, pytest.raises(LanguageModelError, match="429 slow down"):
        ask(server.spec)
    assert len(server.requests) == 4
    assert choose_delay("9999", 0) == MAX_DELAY and choose_delay("soon", 3) >= 8 * FIRST_DELAY


@pytest.mark.parametrize(
    ("status", "hint"),
    [(401, "RAG_LLM_KEY"), (404, "model toy"), (302, "leads to"), (400, "--llm-context")],
)
def test_a_refusal_is_not_asked_again(status: int, hint: str) -> None:
    """Catches a wrong key tried four times, a redirection that is followed, and a key that is printed."""
    body = '{"error": {"message": "no: ' + KEY + '"}}'
    script = Script(status=status, body=body, headers=(("Location", "http://127.0.0.1:9/"),))
    with serving(script) as server, pytest.raises(LanguageModelError) as caught:
        ask(server.spec)
    assert len(server.requests) == 1 and hint in caught.value.hint
    assert KEY not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_what_came_before_the_connection_dropped_is_kept() -> None:
    """Catches half an answer thrown away, and half an answer taken for a whole one."""
    with serving(Script(("Le pont",), drops=True)) as server:
        model = ServerModel(parse_spec(server.spec), Limits(4096, 100, 5.0), key="")
        stream = model.stream(MESSAGES)
        assert next(stream) == "Le pont"
        with pytest.raises(AnswerCut, match="dropped"):
            next(stream)
    with (
        serving(Script(drops=True)) as server,
        pytest.raises(LanguageModelError, match="before a word") as caught,
    ):
        ask(server.spec)
    assert not isinstance(caught.value, AnswerCut)


def test_an_answer_is_bounded() -> None:
    """Catches ten megabytes that are kept, in many pieces or in one line."""
    for pieces in (("x" * 1000,) * 10_000, ("x" * 10_000_000,)):
        with serving(Script(pieces)) as server:
            model = ServerModel(parse_spec(server.spec), Limits(4096, 100, 5.0), key="")
            taken = []
            with pytest.raises(LanguageModelError):
                for piece in model.stream(MESSAGES):
                    taken.append(piece)
            assert sum(map(len, taken)) <= MAX_CHARACTERS


def test_a_server_that_says_nothing() -> None:
    """Catches a wait without end."""
    reason = r"no word came for 0\.2 seconds"
    with (
        serving(Script(("late",), wait=0.6)) as server,
        pytest.raises(LanguageModelError, match=reason),
    ):
        ask(server.spec, timeout=0.2)


def test_nobody_listens() -> None:
    """Catches a traceback, and an error without what to check."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(LanguageModelError, match="refused") as caught:
            ask(f"http://127.0.0.1:{port}#m")
    assert "running" in caught.value.hint and caught.value.exit_code == 6


def test_a_server_of_another_kind() -> None:
    """Catches a traceback where a server speaks no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reply() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10)
                connection.sendall(b"SSH-2.0-x\r\n")

        threading.Thread(target=reply, daemon=True).start()
        with pytest.raises(LanguageModelError, match=r"BadStatusLine|reset"):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}#m")


def test_a_key_goes_over_no_open_line() -> None:
    """Catches a key that everybody on the way can read."""
    model = ServerModel(parse_spec("http://llm.example#m"), Limits(4096, 100, 5.0), key=KEY)
    assert KEY not in repr(vars(model))


@pytest.mark.parametrize("data", ["", "x", "[]", "{}", '{"choices": []}', '{"choices": [3]}', "[" * 100_000,
                                  '{"choices": [{"delta": {"content": 3}}]}'])  # fmt: skip
def test_what_is_no_piece_is_passed_over(data: str) -> None:
    """Catches a traceback on what a server should not send."""
    assert parse_piece(data) == ("", "")


def test_an_error_in_the_stream_is_said() -> None:
    """Catches an error in the middle of a stream taken for its end."""
    with pytest.raises(LanguageModelError, match="overloaded"):
        parse_piece('{"error": {"message": "overloaded\\u001b[2J"}}')


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
JSON = b"Content-Type: application/json\r\n"
EVENTS = b"Content-Type: text/event-stream\r\n"
ENDLESS = {
    "continue, for ever": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a header, letter by letter": (OK + b"X: ", b"x"),
    "a line, letter by letter": (OK + EVENTS + b"\r\n", b"x"),
    "lines without a word": (OK + EVENTS + b"\r\n", b":\n"),
    "one object": (OK + JSON + b"\r\n", b" "),
    "an error": (b"HTTP/1.1 400 no\r\n\r\n", b"x"),
    "a chunk of -1": (OK + JSON + CHUNKED, b"-1\r\n"),
    "chunks of -1": (OK + EVENTS + CHUNKED, b"-1\r\n"),
    "trailers": (OK + JSON + CHUNKED + b"0\r\n", b"a: b\r\n"),
}


@contextlib.contextmanager
def talking(head: bytes, unit: bytes, pause: float) -> Iterator[str]:
    """A server that says something once, then the same again and again until nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reply() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(head)
                    while True:
                        connection.sendall(unit)
                        time.sleep(pause)

        thread = threading.Thread(target=reply, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}#m"
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_server_that_never_ends(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a wait that begins anew with each letter, and a length of -1 that fills the memory."""
    head, unit = ENDLESS[kind]
    monkeypatch.setattr(client, "TOTAL_TIMEOUTS", 2)
    with talking(head, unit, 0.01) as spec, pytest.raises(LanguageModelError):
        ask(spec, timeout=0.2)
    monkeypatch.setattr(bounded, "MAX_BYTES", 500_000)
    with talking(head, unit * 10_000, 0.0) as spec, pytest.raises(LanguageModelError):
        ask(spec)


@pytest.mark.parametrize(
    "size", [b"-5", b"FFFFFFFFFFFFFFFFFFFF", b"zz", b"", b"1" * 70_000], ids=len
)
@pytest.mark.parametrize("kind", [JSON, EVENTS])
def test_lengths_that_are_none(kind: bytes, size: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a traceback, and memory taken for what a server only announces."""
    monkeypatch.setattr(bounded, "MAX_BYTES", 500_000)
    lengths = (CHUNKED + size + b"\r\n", b"Content-Length: " + size + b"\r\n\r\n")
    for length in lengths:
        server = talking(OK + kind + length, b"data: x\n" * 1000, 0.0)
        with server as spec, pytest.raises(LanguageModelError):
            ask(spec)


def test_an_error_does_not_repeat_the_key() -> None:
    """Catches a key in an error that comes with the answer, and half of one at the end of a line."""
    for filling in ("", "x" * (200 - len(KEY) // 2)):
        error = json.dumps({"error": {"message": filling + KEY}})
        with pytest.raises(LanguageModelError) as caught:
            parse_piece(error, KEY)
        assert KEY[:6] not in caught.value.message
    event = b'data: {"error": "' + KEY.encode() + b'"}\n'
    server = talking(OK + EVENTS + b"\r\n", event, 0.0)
    with server as spec, pytest.raises(LanguageModelError) as caught:
        ask(spec)
    assert KEY not in caught.value.message
