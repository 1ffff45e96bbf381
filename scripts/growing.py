"""What it costs that an index grows: articles by a grammar, a whole build, and a day's change."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tree import RAG, ROOT, environment

CONSONANTS, VOWELS = "bcdfglmnprstv", "aeiou"
SUBJECTS = ("The council of", "The hospital in", "A school in", "The museum of", "The port of")
VERBS = ("announced", "will build", "closed", "has sold", "opened", "paid for", "is planning")
OBJECTS = ("a bridge", "two tram lines", "a library", "its archive", "the old mill", "a ferry")
REASONS = ("because of the flood", "after a long debate", "without the consent of", "together with")
WHOLE_NAMES = 4000  # of places and of persons, as a region has them


def make_names(chance: random.Random, count: int) -> list[str]:
    """Return invented names of three or four syllables."""
    names = []
    for _ in range(count):
        syllables = [chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(3)]
        names.append("".join(syllables).capitalize() + chance.choice(("", "n", "l", "ra", "st")))
    return names


def make_sentence(chance: random.Random, names: list[str]) -> str:
    """Return a sentence with names, a figure and a reason of its own."""
    words = [
        chance.choice(SUBJECTS),
        chance.choice(names),
        chance.choice(VERBS),
        chance.choice(OBJECTS),
        f"for {chance.randint(2, 99_999)} euros",
        chance.choice(REASONS),
        chance.choice(names),
        f"said {chance.choice(names)} {chance.choice(names)}",
    ]
    return " ".join(words) + "."


def make_article(chance: random.Random, names: list[str], size: int) -> str:
    """Return an article of about so many characters, with a head."""
    day = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    title = f"{chance.choice(names)} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
    lines = [f"title: {title}", f"date: {day}", f"publisher: The {chance.choice(names)} Post", ""]
    length = 0
    while length < size:
        sentences = [make_sentence(chance, names) for _ in range(4)]
        paragraph = " ".join(sentences)
        lines += [paragraph, ""]
        length += len(paragraph)
    return "\n".join(lines)


def write_articles(folder: Path, count: int, size: int) -> int:
    """Write so many articles, a hundred in a folder, and return how many bytes they have."""
    chance = random.Random(count)
    names = make_names(chance, WHOLE_NAMES)
    total = 0
    for number in range(count):
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(exist_ok=True)
        text = make_article(chance, names, size)
        path.write_text(text, encoding="utf-8")
        total += len(text)
    return total


def run_index(index: Path, *paths: Path) -> tuple[float, float, float]:
    """Return the seconds that a build takes, those of the processor, and the most megabytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [str(RAG), "index", *map(str, paths), "--index", str(index), "-q"]
    peak = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used, int(peak.split()[-1]) / 1024


MEASURE = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def measure_growth(articles: int, size: int) -> None:
    """Print what a whole build costs, an update without a change, and one of a single file."""
    with tempfile.TemporaryDirectory() as name:
        folder, index = Path(name, "articles"), Path(name, "index")
        folder.mkdir()
        text_bytes = write_articles(folder, articles, size)
        time.sleep(2.5)  # a file written within a tick of the clock is compared, not known
        whole = run_index(index, folder)
        on_disk = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
        passages = count_passages(index)
        unchanged = run_index(index)
        path = folder / "0000" / "000000.txt"
        path.write_text(path.read_text(encoding="utf-8") + "\nThe ferry of Quorl is late.\n")
        changed = run_index(index)
    print(f"{articles:,} articles of {text_bytes / 1e6:,.1f} MB, {passages:,} passages")
    print(f"{'':24} seconds   CPU s   most MB   share")
    for what, figures in (("whole", whole), ("unchanged", unchanged), ("one changed", changed)):
        seconds, used, megabytes = figures
        print(f"{what:24} {seconds:7.1f} {used:7.1f} {megabytes:9.0f} {used / whole[1]:7.1%}")
    print(f"{passages / whole[0]:,.0f} passages a second")
    print(f"{whole[2] / (text_bytes / 1e6):,.1f} MB of memory a MB of text")
    print(f"{(on_disk - text_bytes) / passages:,.0f} bytes a passage on disk beside the text")


def count_passages(index: Path) -> int:
    """Return how many passages an index has."""
    import json

    current = (index / "CURRENT").read_text().strip()
    manifest = json.loads((index / current / "manifest.json").read_bytes())
    return int(manifest["counts"]["passages"])
