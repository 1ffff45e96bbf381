"""Fuzz: random files, documents, bytes, days, questions, manifests and rag.toml, in process.

Whatever rag raises but a RagError is a crash; so is what takes longer than seconds. What it returns
must hold together: spans lie in their text, passages hold all of it, quotations stand in their file.
"""

# The words stand in lines, not one a line.
# ruff: noqa: SIM905

from __future__ import annotations

import datetime
import hashlib
import json
import random
import shutil
import signal
import traceback
from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tortures.builds import build_or_fail
from tortures.fuzz_files import write_file
from tortures.tally import FAULTS, Tally
from tortures.world import TODAY, World, write_bridge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.pipeline import Rag
    from rag.reading.extraction import ReadFile
    from rag.records import Answer

BATCH = 2000  # inputs of a process
SECONDS = 20  # an input may take
READ = 0.1  # of the processes that ask, those that do with the reader
LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "xx")
WORDS = (
    "le la ville pont maire Velmar Amazon France euros milliards 2025 décembre a coûté depuis pour qui est « » “ ” ' ’ "
    "( ) [ ] . , ; : ! ? … – — - * # > | / \\ _ ` ~ = + 1 12 3,5 1.234,5 14 000 10 % $ € 9 décembre 2025 12/05/2025 "
    "2025-13-45 lundi hier il y a trois jours last week vor drei Tagen M. Mr. U.S. z. B. Dr. p. n° Art. A.B. é È ß ﬁ İ ı "
    "Ω 中文。 日本語！ العربية؟ हिंदी। ไทย 한국어 עברית 😀 👨‍👩‍👧 ٣ Ⅷ ½ ‼ ² "
    "e\u0301 \u200b \u200d \ufeff \u00ad \u2028 \u2029 \x0b \x0c \x85 \x1b \x00 \x1c \u00a0 \u202f \u3000 \U000e0041"
).split(" ")
LINES = (
    "La Tribune / 10 décembre 2025",
    "Publié le 9 décembre 2025 dans Le Monde",
    "VITE DITS",
    "---",
    "***",
    "===",
    "# Titre un",
    "## Titre deux",
    "```",
    "- un point",
    "1. un point",
    "> citation",
    "| a | b |",
    "[x](http://a.b)",
    "http://a.b/c",
    "title: x",
    "date: 2025-12-09",
    "publisher: y",
    "date 2025-10-28 Texte",
    "Par Jean Petit, le 9 mars 2024",
    "Un titre sans point",
    "Une phrase avec un point.",
    "",
    "",
    "",
    "\t",
    "(Reuters) -",
    "Source : Le Monde, 12/05/2025",
    "Reuters – Published on December 9, 2025",
)
DAYS = (
    "9 décembre 2025 le lundi Dezember December 1er 12 / - . , 2025-12-09 T10:00 Z 31 février 0 00 99 1400 2199 at um GMT "
    "+02:00 AM pm 年 月 日 ٣ janv. Sept. of de del den th st º hier il y a trois jours semaine dernière last next week month "
    "vor seit depuis entre et mars avril 2024 année siècle trimestre weekend été 9999999999 \u00a0 ½ ² Ⅷ 二〇二五 \x00 '' ( «"
).split(" ")
EDGES = (TODAY, datetime.date.min, datetime.date.max, datetime.date(1, 1, 2))
STEMS = (
    "Combien a coûté le pont numéro 3",
    "Qui est l’architecte du pont",
    "How much did the bridge cost",
    "Wer baut die Brücke",
    "¿Quién",
    "quand",
    "pourquoi",
    "et le pont numéro 4 ?",
    "who said that?",
    "warum?",
    "depuis décembre",
    "en 2025",
    "il y a trois jours",
    "last week",
    "QUE S'EST-IL PASSÉ",
)
CODECS = (
    "utf-8 utf-16 utf-16-le utf-32-be cp1252 mac-roman cp437 shift-jis gb18030 koi8-r utf-7 cp1255"
).split()
VALUES: tuple[Any, ...] = (
    None,
    1,
    -1,
    "x",
    [],
    {},
    True,
    1e400,
    1 << 70,
    "../..",
    ["x"],
    {"x": {"bytes": "1"}},
)
TOML = (
    "top = 5",
    "top = -1",
    "top = 1e400",
    'model = "./m"',
    "offline = false",
    'since = "hier"',
    "since = 2025-12-09",
    'publisher = ["a", 1]',
    'lang = "\\u001b"',
    "[a]",
    "[[a]]",
    "top = ",
    '"',
    "x = {",
    "index = 1",
    'index = "\\u0000"',
    "quote_words = [",
    "dates = 1979-05-27T07:32:00Z",
    "\x00",
    "é = 1",
)


class Found(Exception):
    """What rag returned does not hold together."""


def torture(folder: Path, inputs: int, seed: int) -> Tally:
    """Try random inputs of each kind, in processes that are forked again when they die."""
    world = World(folder / "fuzz")
    rng = random.Random(seed)
    for number in range(20):
        world.write(f"{number}.md", write_bridge(number))
        world.write(f"random{number}.txt", _write_text(rng, 60).encode("utf-8", "replace"))
    build_or_fail(world, "index", "articles")
    tally = Tally("fuzz")
    weights = sum(KINDS.values())
    for kind, weight in KINDS.items():
        name = kind.__name__.removeprefix("_try_")
        wanted = max(1, inputs * weight // weights)
        for first in range(0, wanted, BATCH):
            count = min(BATCH, wanted - first)
            progress = folder / "progress"
            progress.write_text("", encoding="utf-8")
            batch_seed = f"{seed} {name} {first}"
            ended = world.fork(
                partial(_try_all, world, kind, batch_seed, count, progress), seconds=SECONDS * 200
            )
            if ended.code or ended.value is None:
                last = progress.read_text(encoding="utf-8", errors="replace")
                tally.add("crashed", f"{name} {ended.code} on {last} {ended.err[-500:]}")
                tally.tried += 1
                continue
            tally.merge(Tally(**ended.value))
        tally.note(f"{name}", wanted)
    return tally


def _try_all(
    world: World, kind: Callable[[World, random.Random], Any], seed: str, count: int, progress: Path
) -> dict[str, Any]:
    """Try inputs of one kind; return what was counted."""
    from rag import RagError

    rng = random.Random(seed)
    tally = Tally("fuzz")
    signal.signal(signal.SIGALRM, _raise_timeout)
    inputs = kind(world, rng)
    source: object = ""
    for _ in range(count):
        tally.tried += 1
        signal.alarm(SECONDS)
        try:
            source, attempt = next(inputs)
            progress.write_text(f"{source!r}"[:400], encoding="utf-8", errors="replace")
            attempt()
        except RagError as error:
            if not error.message:
                tally.add("wrong", f"an error without a message on {source!r}"[:500])
        except Found as fault:
            tally.add("wrong", f"{fault} on {source!r}"[:500])
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.name}"
            tally.add("crashed", f"{type(error).__name__} in {place}: {error} on {source!r}"[:600])
        finally:
            signal.alarm(0)
    counts = {fault: getattr(tally, fault) for fault in FAULTS}
    return {"name": "fuzz", "tried": tally.tried, **counts, "examples": tally.examples}


def _raise_timeout(_number: int, _frame: object) -> None:
    raise TimeoutError(f"longer than {SECONDS} seconds")


def _require(condition: object, fault: str) -> None:
    if not condition:
        raise Found(fault)


def _write_word(rng: random.Random) -> str:
    if rng.random() < 0.85:
        return rng.choice(WORDS)
    planes = (range(32, 127), range(0x80, 0x3000), range(0x3000, 0xD800), range(0xE000, 0x10FFFF))
    return chr(rng.choice(rng.choice(planes)))


def _write_text(rng: random.Random, lines: int) -> str:
    rows = []
    for _ in range(rng.randrange(1, lines)):
        if rng.random() < 0.45:
            rows.append(rng.choice(LINES))
            continue
        words = [_write_word(rng) for _ in range(rng.randrange(rng.choice((4, 12, 60))))]
        rows.append(rng.choice((" ", " ", " ", "", "  ")).join(words))
    return rng.choice(("\n", "\n", "\n", "\r\n", "\r", "\n\n", "\u2028")).join(rows)


def _try_documents(_world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag.models import tokenizer
    from rag.reading.articles import find_articles
    from rag.reading.passages import split_passages
    from rag.records import Document
    from rag.text import split_sentences

    model = tokenizer.get_tokenizer()

    def attempt(text: str, path: str) -> None:
        articles = find_articles(
            Document(path, text, "0", "text/plain"), language=model.detect_language
        )
        end = 0
        for article in articles:
            _require(end <= article.start < article.end <= len(text), "articles overlap")
            end = article.end
            missing = list(article.text)
            for passage in split_passages(article, count=model.count_tokens):
                inside = article.start <= passage.start < passage.end <= article.end
                _require(inside, "a passage outside its article")
                first, last = passage.start - article.start, passage.end - article.start
                missing[first:last] = [""] * (last - first)
                at = passage.start
                for start, stop in split_sentences(text, passage.start, passage.end):
                    _require(at <= start < stop <= passage.end, "sentences overlap")
                    _require(not text[at:start].strip(), "text between sentences")
                    at = stop
                _require(not text[at : passage.end].strip(), "text after the last sentence")
            _require(not "".join(missing).strip(), "text in no passage")

    while True:
        text = _write_text(rng, rng.choice((4, 12, 40, 120)))
        path = rng.choice(("a.txt", "2025-12-09-x.md"))
        yield text, lambda text=text, path=path: attempt(text, path)


def _try_texts(_world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag.answer.amounts import find_amounts
    from rag.text import (
        find_words,
        fold,
        split_sentences,
        to_one_line,
        to_printable,
        to_printable_line,
    )

    def attempt(text: str, language: str) -> None:
        at = 0
        for start, end in split_sentences(text):
            _require(at <= start < end <= len(text), "sentences overlap")
            _require(not text[at:start].strip(), "text between sentences")
            at = end
        _require(not text[at:].strip(), "text after the last sentence")
        for word in find_words(text):
            _require(0 <= word.start < word.end <= len(text), "a word outside its text")
        for amount in find_amounts(text, language):
            _require(amount.value == amount.value, "an amount that is no number")
        for shown in (to_printable(text), to_printable_line(text), to_one_line(text)):
            controls = [
                c for c in shown if (c not in "\n\t" and ord(c) < 32) or 127 <= ord(c) < 160
            ]
            _require(not controls, f"{controls} reach a terminal")
        _require(fold(fold(text)) == fold(text), "folded twice is another text")

    while True:
        source = (_write_text(rng, 3), rng.choice(LANGUAGES[:-1]))
        yield source, lambda source=source: attempt(*source)


def _try_files(_world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag.models import tokenizer
    from rag.reading.articles import find_articles
    from rag.reading.extraction import extract_document

    detect_language = tokenizer.get_tokenizer().detect_language

    def attempt(name: str, data: bytes) -> None:
        file = extract_document(name, data)
        _check_file(file)
        if len(data) % 8 == 0:
            _require(extract_document(name, data) == file, "another text the second time")
        articles = find_articles(
            file.document, language=detect_language, metadata=file.metadata, parts=file.parts
        )
        end = 0
        for article in articles:
            _require(
                end <= article.start < article.end <= len(file.document.text), "articles overlap"
            )
            end = article.end

    while True:
        source = write_file(rng, _write_text(rng, 12))
        yield source, lambda source=source: attempt(*source)


def _check_file(file: ReadFile) -> None:
    """Hold the offsets that a format gives against its text."""
    length = len(file.document.text)
    offsets = [place.offset for place in file.document.places]
    _require(offsets == sorted(offsets), "places out of order")
    _require(all(0 <= offset <= length for offset in offsets), "a place outside the text")
    for spans in (file.document.edits, file.parts):
        end = 0
        for span in spans:
            _require(end <= span.start <= span.end <= length, "spans overlap or leave the text")
            end = span.end
    file.document.show(0, length)


def _try_bytes(_world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag.reading.encoding import decode

    def attempt(data: bytes) -> None:
        text, codec = decode(data)
        _require(data.decode(codec, "replace") == text, f"not what {codec} says")

    while True:
        data = bytearray(_write_text(rng, 20).encode(rng.choice(CODECS), "replace"))
        for _ in range(rng.choice((0, 0, 1, 3, 30)) if data else 0):
            data[rng.randrange(len(data))] = rng.randrange(256)
        cut = bytes(data[: rng.choice((len(data), rng.randrange(len(data) + 1)))])
        yield cut, lambda cut=cut: attempt(cut)


def _try_days(_world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag.dates import find_period, find_relative_dates, parse_date, read_day
    from rag.errors import RagError
    from rag.reading.front_matter import read_front_matter

    def attempt(text: str, language: str, day: datetime.date) -> None:
        known = None if language == "xx" else language  # asked only of those that rag tells apart
        parse_date(text, day_first=rng.choice((None, True, False)), language=known)
        for (start, end), first, last in find_relative_dates(text, language, day):
            _require(0 <= start < end <= len(text) and first <= last, "a day outside its text")
        find_period(text, language, day)
        read_front_matter(f"---\ndate: {text}\ntitle: {text}\n---\n{text}")
        try:
            read_day(text, last=rng.random() < 0.5, today=day)
        except RagError:
            return

    while True:
        text = rng.choice((" ", " ", "", "-", "/")).join(rng.choices(DAYS, k=rng.randrange(1, 9)))
        language, day = rng.choice(LANGUAGES), rng.choice(EDGES)
        source = (text, language, day)
        yield source, lambda source=source: attempt(*source)


def _try_questions(world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag import Rag, Settings
    from rag.show import answer_page, dumps

    # The reader reads a question for as long as a hundred others take.
    reader = "auto" if rng.random() < READ else "off"
    rag = Rag.open(Settings.load({"index": world.index, "reader": reader}))
    before: deque[Answer] = deque(maxlen=3)

    def attempt(question: str, today: datetime.date | None) -> None:
        history = tuple(before) if rng.random() < 0.6 else ()
        answer = rag.ask(question, today=today, before=history)
        before.append(answer)
        _check_answer(rag, answer)
        if rng.random() < 0.3:
            answer_page(answer, explain=True)
            answer_page(answer, quotes=True)
            json.loads(dumps(answer.to_dict(explain=True)))

    while True:
        question = _write_question(rng)
        today = rng.choice((None, TODAY, TODAY, datetime.date.min, datetime.date.max))
        source = (question, today)
        yield source, lambda source=source: attempt(*source)


def _write_question(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        text = " ".join(_write_word(rng) for _ in range(rng.randrange(1, 25)))
    elif kind < 0.6:
        words = " ".join(_write_word(rng) for _ in range(rng.randrange(8)))
        text = f"{rng.choice(STEMS)} {words} ?"
    elif kind < 0.8:
        text = "".join(rng.choice(rng.choice(STEMS)) for _ in range(rng.randrange(1, 60)))
    elif kind < 0.99:
        text = f"{rng.choice(STEMS)} {rng.choice(STEMS)}"
    else:
        text = _write_word(rng) * rng.choice((100, 1000, 3000))
    return " ".join(text.split())[:10_000] or "?"


def _check_answer(rag: Rag, answer: Answer) -> None:
    """Hold each quotation against its file."""
    root = Path(str(rag.generation.manifest["root"]))
    for citation in answer.citations:
        document = citation.passage.article.document
        data = (root / document.path).read_bytes()
        text = data.decode(document.encoding or "utf-8").removeprefix("\ufeff")
        stands = text[citation.start : citation.end] == citation.quote
        _require(stands and citation.quote.strip(), "a quotation that is not in its file")
        _require(citation.verified == "exact", "a quotation that was not found")
    refused = answer.status == "not_in_sources"
    _require(refused != bool(answer.citations), "a status that the citations contradict")


def _try_manifests(world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag import Rag, Settings
    from rag.index import lookup

    name = (world.index / "CURRENT").read_text(encoding="utf-8").strip()
    good = (world.index / name / "manifest.json").read_bytes()
    place = world.folder / "manifests"

    def attempt(data: bytes) -> None:
        shutil.rmtree(place, ignore_errors=True)
        digits = hashlib.sha256(data).hexdigest()[:12]
        generation = place / f"{name.rpartition('-')[0]}-{digits}"
        shutil.copytree(world.index / name, generation)
        (generation / "manifest.json").write_bytes(data)
        end = rng.choice((b"\n", b"\n", b"", b"\r\n", b"\n\n", b"\0"))
        (place / "CURRENT").write_bytes(generation.name.encode() + end)
        settings = Settings.load({"index": place})
        lookup.describe_index(settings.index)
        with Rag.open(settings) as rag:
            rag.ask(STEMS[0], today=TODAY)

    while True:
        data = _write_manifest(good, rng)
        yield data[:300], lambda data=data: attempt(data)


def _write_manifest(good: bytes, rng: random.Random) -> bytes:
    """Return a manifest with wrong bytes, wrong values, or another form."""
    kind = rng.random()
    if kind < 0.25:
        data = bytearray(good)
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    if kind < 0.85:
        changed = json.loads(good)
        target = changed
        for _ in range(rng.choice((0, 0, 1, 2))):
            inner = [value for value in target.values() if isinstance(value, dict) and value]
            target = rng.choice(inner) if inner else target
        target[rng.choice(list(target))] = rng.choice(VALUES)
        return json.dumps(changed).encode()
    if kind < 0.95:
        number = json.loads(good)["format"]
        forms: tuple[Any, ...] = (
            [],
            {},
            1,
            "x",
            None,
            {"format": number},
            {"format": number, "files": {"a": 1}},
        )
        return json.dumps(rng.choice(forms)).encode()
    return rng.choice((b"[" * 100_000, good[: rng.randrange(len(good))], b"\xff", b""))


def _try_settings(world: World, rng: random.Random) -> Iterator[tuple[object, Any]]:
    from rag import Settings

    here = world.folder / "settings"
    here.mkdir(exist_ok=True)

    def attempt(data: bytes) -> None:
        (here / "rag.toml").write_bytes(data)
        Settings.load({"index": world.index}, here=here)

    while True:
        text = "\n".join(rng.choices(TOML, k=rng.randrange(1, 4)))
        data = bytearray(text.encode())
        if rng.random() < 0.3:
            data[rng.randrange(len(data))] = rng.randrange(256)
        data = bytes(data)  # type: ignore[assignment]
        yield data, lambda data=data: attempt(data)


# How often each kind is tried, of a hundred: the costly ones less often.
KINDS: dict[Callable[[World, random.Random], Iterator[tuple[object, Any]]], int] = {
    _try_files: 8,
    _try_documents: 5,
    _try_texts: 50,
    _try_bytes: 20,
    _try_days: 8,
    _try_questions: 1,
    _try_manifests: 1,
    _try_settings: 7,
}
