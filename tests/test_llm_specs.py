"""Which language model is meant, and the key that its server wants."""

from __future__ import annotations

import queue
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from answers import article, passage

from rag.errors import LanguageModelError, UsageError
from rag.llm.gguf import count_threads, read_texts
from rag.llm.keys import find_key, get_key_file
from rag.llm.models import AnswerCut, Limits, Message, open_model
from rag.llm.prompt import Room, build_prompt
from rag.llm.specs import parse_spec
from rag.pipeline import describe_sending

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "sk-ostertal-0123456789"
LIMITS = Limits(4096, 1024, 5.0)


@pytest.mark.parametrize(
    ("text", "address", "model", "local"),
    [
        ("openai:gpt-5-mini", "https://api.openai.com/v1", "gpt-5-mini", False),
        ("ollama:llama3:8b", "http://127.0.0.1:11434/v1", "llama3:8b", True),
        ("http://localhost:8080#m", "http://localhost:8080/v1", "m", True),
        ("http://[::1]:8080/v1/#org/m", "http://[::1]:8080/v1", "org/m", True),
        ("https://llm.example/api/v1/chat/completions#m", "https://llm.example/api/v1", "m", False),
        ("http://127.0.0.1.evil.example#m", "http://127.0.0.1.evil.example/v1", "m", False),
        ("http://localhost.example#m", "http://localhost.example/v1", "m", False),
    ],
)
def test_what_a_spec_names(text: str, address: str, model: str, local: bool) -> None:
    """Catches a server asked at another place, and a name that only looks like this machine."""
    spec = parse_spec(text)
    assert (spec.address, spec.model, spec.is_local) == (address, model, local)


@pytest.mark.parametrize(
    "text",
    ["gpt", "openai:", "ftp:x", "http://127.0.0.1", "http://#m", "http://a:99999#m", "https://u:p@h#m", "http://h/?key=1#m"],
)  # fmt: skip
def test_what_names_none_says_what_does(text: str) -> None:
    """Catches a traceback, and an address with a key in it that would be printed."""
    with pytest.raises(UsageError) as caught:
        parse_spec(text)
    assert caught.value.hint and ":p@" not in caught.value.message


def test_offline_only_this_machine_is_asked(tmp_path: Path) -> None:
    """Catches a question that leaves the machine although rag is offline, which is the default."""
    with pytest.raises(UsageError, match=r"llm\.example"):
        open_model("https://llm.example#m", LIMITS, offline=True)
    assert open_model("http://127.0.0.1:9#m", LIMITS, offline=True).spec.is_local
    assert open_model("https://llm.example#m", LIMITS, offline=False).spec.host == "llm.example"


def test_openai_is_not_asked_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a question that is sent although the answer can only be a refusal."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError) as caught:
        open_model("openai:m", LIMITS, offline=False)
    assert "OPENAI_API_KEY" in caught.value.hint


class FakeParameters:
    """What llama.cpp is told."""

    def __init__(self) -> None:
        self.model = SimpleNamespace(path="")
        self.cpuparams = SimpleNamespace(n_threads=0)
        self.cpuparams_batch = SimpleNamespace(n_threads=0)
        self.n_ctx = 0
        self.hostnames: list[str] = []
        self.api_keys: list[str] = []
        self.ui = self.endpoint_slots = True


class FakeServer:
    """A llama.cpp that answers in two pieces, and fails where the question is empty."""

    def __init__(self, parameters: FakeParameters) -> None:
        assert parameters.model.path.endswith("m.gguf") and parameters.n_ctx == 4096
        [self.address] = parameters.hostnames
        assert Path(self.address).parent.stat().st_mode & 0o077 == 0
        threads = {parameters.cpuparams.n_threads, parameters.cpuparams_batch.n_threads}
        assert threads == {count_threads()} != {0}
        assert parameters.api_keys and not parameters.ui and not parameters.endpoint_slots

    def handle_chat_completions(
        self, request: dict[str, Any], callback: Callable[[object], bool]
    ) -> None:
        if not request["messages"][0]["content"]:
            raise RuntimeError("no prompt")
        self.said = 0
        for text in ("Le ", "pont", "x", "x"):
            self.said += 1
            if callback({"choices": [{"delta": {"content": text}, "finish_reason": None}]}):
                return


def test_a_model_in_a_file_is_asked_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches pieces that are lost between the threads, and a failure that is taken for an end."""
    library = SimpleNamespace(CommonParams=FakeParameters, Server=FakeServer)
    monkeypatch.setitem(sys.modules, "xllamacpp", library)
    (tmp_path / "m.gguf").write_bytes(b"GGUF....")
    model = open_model(f"gguf:{tmp_path}/m.gguf", LIMITS, offline=True)
    assert model.spec.is_local
    assert list(model.stream([Message("user", "Où ?")])) == ["Le ", "pont", "x", "x"]
    stream = model.stream([Message("user", "Où ?")])
    assert next(stream) == "Le "
    stream.close()
    with pytest.raises(LanguageModelError, match="no prompt"):
        list(model.stream([Message("user", "")]))


def test_a_model_in_a_file_may_be_waited_for_less_long() -> None:
    """Catches a completion that waits for as long as a model in a file computes."""
    pieces: queue.Queue[str | None] = queue.Queue()
    pieces.put('{"choices": [{"delta": {"content": "Le "}}]}')
    texts = read_texts(pieces, timeout=0.01)
    assert next(texts) == "Le "
    with pytest.raises(AnswerCut, match=r"0\.01 seconds"):
        next(texts)


def test_what_is_sent_where_is_said(tmp_path: Path) -> None:
    """Catches a question that leaves the machine without a word."""
    prompt = build_prompt("?", [passage(article())], Room(10_000, len))
    remote = open_model("https://llm.example#m", LIMITS, offline=False)
    assert (
        describe_sending(remote, prompt)
        == "sent to llm.example: the question and 1 passage of 1 article"
    )
    assert not describe_sending(open_model("ollama:m", LIMITS, offline=True), prompt)


def test_whose_key_goes_where() -> None:
    """Catches the key of OpenAI sent to somebody else."""
    environ = {"OPENAI_API_KEY": KEY, "RAG_LLM_KEY": "other"}
    assert find_key(parse_spec("openai:m"), environ) == KEY
    assert find_key(parse_spec("https://llm.example#m"), environ) == "other"
    assert find_key(parse_spec("https://llm.example#m"), {"OPENAI_API_KEY": KEY}) == ""


def test_a_file_of_keys_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a key taken from a file that others read, and one sent to another host."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = get_key_file()
    assert path.is_relative_to(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(f"# mine\nllm.example {KEY}\n")
    path.chmod(0o640)
    spec = parse_spec("https://llm.example#m")
    with pytest.raises(UsageError, match="others may read") as caught:
        find_key(spec, {})
    assert "chmod 600" in caught.value.hint and KEY not in str(caught.value)
    path.chmod(0o600)
    assert find_key(spec, {}) == KEY
    assert find_key(parse_spec("https://other.example#m"), {}) == ""


@pytest.mark.parametrize("key", [f"{KEY} x", f"{KEY}\r\nX: y", f"{KEY}é"])
def test_what_is_no_key_is_not_shown(key: str) -> None:
    """Catches a header smuggled in, and an error that prints the key."""
    with pytest.raises(UsageError) as caught:
        find_key(parse_spec("https://llm.example#m"), {"RAG_LLM_KEY": key})
    assert KEY not in f"{caught.value} {caught.value.hint}"


def test_a_model_in_a_file(tmp_path: Path) -> None:
    """Catches llama.cpp fed with another file, and a missing library without the way out."""
    for data in (b"", b"GGU", b"PK\3\4"):
        (tmp_path / "m.gguf").write_bytes(data)
        with pytest.raises(LanguageModelError, match="no GGUF"):
            open_model(f"gguf:{tmp_path}/m.gguf", LIMITS, offline=True)
    with pytest.raises(LanguageModelError, match="No such file"):
        open_model(f"gguf:{tmp_path}/n.gguf", LIMITS, offline=True)
    (tmp_path / "m.gguf").write_bytes(b"GGUF....")
    try:
        import xllamacpp  # noqa: F401
    except ImportError:
        with pytest.raises(LanguageModelError) as caught:
            open_model(f"gguf:{tmp_path}/m.gguf", LIMITS, offline=True)
        assert "rag-articles[llm]" in caught.value.hint
