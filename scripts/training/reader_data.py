"""Questions, passages and what answers, packed as numbers: the reader is trained from one file, with numpy and torch alone."""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from rag import evaluate, pipeline
from rag.models.tokenizer import get_tokenizer
from rag.pipeline import Rag
from rag.reading.passages import format_header, split_passages
from rag.records import Article, Document, Passage
from rag.settings import Settings
from rag.text import fold, split_sentences

PASSAGE_TOKENS = 200  # what the product cuts by default
# One of so many is never trained on.
HELD_OUT = {"piaf": 5, "xquad": 5, "press": 3, "news": 6, "clapnq": 2}
NEGATIVES = 24  # passages kept beside a question
CANDIDATES = 20  # of the product's search, when measuring
XQUAD = ("en", "es", "de", "ru", "zh", "el", "ar", "hi", "ro", "th", "tr", "vi")
EUROPEAN = ("en", "es", "de")  # taken more often across languages
HASTY = (
    "fr",
    "en",
    "es",
    "de",
    "it",
    "pt",
    "no",
)  # whose questions are also given as typed in haste
MAX_ANSWER = 3  # answers of a question that are looked for as values
Array = np.ndarray[Any, np.dtype[Any]]


def number(text: str, count: int) -> int:
    """A number below ``count`` that depends on the text alone."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % count


def plain(text: str) -> str:
    """Folded, with single spaces."""
    return " ".join(fold(text).split())


@dataclass
class Piece:
    """A passage as the reader sees it."""

    document: str
    article: str
    context: str
    sentences: list[str]
    held: bool = False
    folded: list[str] = field(default_factory=list)

    def right(self, answers: Sequence[str]) -> list[int]:
        """Which of its sentences hold an answer, or are held by a long one; ``answers`` are folded."""
        if not self.folded:
            self.folded = [plain(sentence) for sentence in self.sentences]
        return [
            place
            for place, text in enumerate(self.folded)
            if any(_holds(answer, text) for answer in answers)
        ]


def _holds(answer: str, text: str) -> bool:
    if len(answer) <= 3:  # a number, or a word: not a part of a longer one
        return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text) is not None
    return answer in text or (len(text) > 30 and text in answer)


@dataclass
class Asked:
    """A question, what it may be answered by, and what was found beside it."""

    source: str
    texts: list[str]
    answers: list[str]  # folded
    positives: list[int] = field(default_factory=list)  # passages
    negatives: list[int] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)  # of the product's search, when measuring
    impossible: bool = False
    held: bool = False
    language: str = ""
    spoken: list[str] = field(default_factory=list)  # answers as they are written
    gold: list[str] = field(default_factory=list)  # documents


class Packing:
    """All passages and questions; one call a set."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.asked: list[Asked] = []

    def add_document(self, name: str, article: str, title: str, text: str, held: bool) -> list[int]:
        """Cut a paragraph as the product does; return its passages' numbers."""
        document = Document(name, text, "", "text/plain")
        whole = Article(name, document, title, None, None, None, "", 0, len(text))
        passages = split_passages(whole, count=get_tokenizer().count_tokens, size=PASSAGE_TOKENS)
        return [self.add_passage(passage, name, article, held) for passage in passages]

    def add_passage(self, passage: Passage, name: str, article: str, held: bool) -> int:
        """Keep a passage with its sentences."""
        text = passage.article.document.text
        sentences = [
            text[start:end] for start, end in split_sentences(text, passage.start, passage.end)
        ]
        self.pieces.append(Piece(name, article, format_header(passage.article), sentences, held))
        return len(self.pieces) - 1

    def place(self, asked: Asked, own: Iterable[int], others: Iterable[int]) -> None:
        """Part passages into those that answer and those that do not; others that may answer are left out."""
        for at in own:
            answers = self.pieces[at].right(asked.answers)
            (asked.positives if answers else asked.negatives).append(at)
        for at in others:
            if len(asked.negatives) < NEGATIVES and not self.pieces[at].right(asked.answers):
                asked.negatives.append(at)
        if asked.impossible or asked.positives:
            self.asked.append(asked)


def vary(text: str, language: str) -> list[str]:
    """A question, and as it is typed in haste."""
    if language not in HASTY:
        return [text]
    bare = "".join(
        c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c)
    )
    bare = bare.rstrip(" ?¿").lstrip("¿ ")
    words = [word for word in re.findall(r"[\w’'%-]+", bare) if len(word) > 3 or word.isdigit()]
    return [text, bare, " ".join(words) if len(words) > 3 else text.rstrip(" ?")]


class Search:
    """BM25 (bm25s) over passages; words cut to six letters, pairs of signs where none are parted by spaces."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.engine = bm25s.BM25()
        self.engine.index([_terms(text) for text in texts], show_progress=False)
        self.size = len(texts)

    def best(self, questions: Sequence[str], count: int) -> Iterator[list[int]]:
        """The best passages of each question."""
        count = min(count, self.size)
        rows, _scores = self.engine.retrieve(
            [_terms(text) or ["?"] for text in questions], k=count, show_progress=False
        )
        for row in rows:
            yield [int(at) for at in row]


def _terms(text: str) -> list[str]:
    terms = []
    for word in re.findall(r"\w+", fold(text)):
        if ord(word[0]) >= 0x0E00:
            terms += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        else:
            terms.append(word[:6])
    return terms


def pack_qa(packing: Packing, path: Path, across: bool = False) -> dict[str, list[int]]:
    """One file of ``train/qa``; return the passages of each question's paragraph, by its id.

    ``across``: those that another file has in another language are asked of its paragraphs, and the other way round.
    """
    source, language = path.name.split(".")[:2]
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    places: dict[str, list[int]] = {}
    article_of: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row["context"] not in places:
            held = source == "clapnq" and number(row["title"], HELD_OUT["clapnq"]) == 0
            title = row["title"].replace("_", " ") or row["context"][:40].split("\n")[0]
            places[row["context"]] = packing.add_document(
                f"{source}/{len(places)}", f"{source}/{title}", title, row["context"], held
            )
            article_of[row["title"]] += places[row["context"]]
    allowed = [at for own in places.values() for at in own]
    search = Search(
        [" ".join([packing.pieces[at].context, *packing.pieces[at].sentences]) for at in allowed]
    )
    best = search.best([row["question"] for row in rows], 3 * NEGATIVES)
    for row, ranked in zip(rows, best, strict=True):
        held = source == "clapnq" and number(row["title"], HELD_OUT["clapnq"]) == 0
        asked = Asked(
            source, vary(row["question"], language), [a for a in map(plain, row["answers"]) if a],
            impossible=row["impossible"], held=held, language=language, spoken=row["answers"],
            gold=[packing.pieces[places[row["context"]][0]].document],
        )  # fmt: skip
        own = places[row["context"]]
        siblings = random.Random(row["id"]).sample(
            article_of[row["title"]], min(6, len(article_of[row["title"]]))
        )
        found = [allowed[at] for at in ranked]
        if held:
            asked.candidates = list(dict.fromkeys([*own, *found]))[:CANDIDATES]
        others = [at for at in [*found[:12], *siblings, *found[12:]] if at not in own]
        packing.place(asked, own, [at for at in others if held or not packing.pieces[at].held])
        if across and not row["impossible"]:
            other = _BY_ID.get(row["id"])
            if other is not None:
                for question, target in ((asked, other), (other, asked)):
                    pair = Asked("squad-across", question.texts, target.answers, language=question.language,
                                 spoken=target.spoken, positives=list(target.positives), negatives=list(target.negatives))  # fmt: skip
                    if pair.positives:
                        packing.asked.append(pair)
        _BY_ID[row["id"]] = asked
    return {row["id"]: places[row["context"]] for row in rows}


_BY_ID: dict[str, Asked] = {}


def pack_beir(packing: Packing, data: Path) -> None:
    """PIAF."""
    folder = data / "piaf/fr"
    documents = list(evaluate.read_beir_documents(folder / "corpus.jsonl"))
    titles = {document.path: title or document.path for document, title in documents}
    held = {path: number(title, HELD_OUT["piaf"]) == 0 for path, title in titles.items()}
    by_document = {
        document.path: packing.add_document(
            f"piaf/{document.path}", f"piaf/{title}", title, document.text, held[document.path]
        )
        for document, title in documents
    }
    asked_of = evaluate.read_beir_questions(folder)
    everything = [at for own in by_document.values() for at in own]
    ranks = _rank(packing, everything, [question.text for question in asked_of])
    for question, ranked in zip(asked_of, ranks, strict=True):
        own = [at for path in question.relevant for at in by_document[path]]
        is_held = any(held[path] for path in question.relevant)
        asked = Asked(
            "piaf", vary(question.text, "fr"), [a for a in map(plain, question.answers) if a], held=is_held,
            language="fr", spoken=list(question.answers), candidates=ranked[:CANDIDATES], gold=list(question.relevant),
        )  # fmt: skip
        others = [at for at in ranked if at not in own and (is_held or not packing.pieces[at].held)]
        packing.place(asked, own, others)


def pack_xquad(packing: Packing, data: Path) -> None:
    """XQuAD: questions of every language over paragraphs of every language."""
    titles: dict[str, str] = {}
    places: dict[tuple[str, str], list[int]] = {}
    questions = {
        language: {
            each.id: each for each in evaluate.read_beir_questions(data / "xquad" / language)
        }
        for language in (*XQUAD, "fr")
    }
    for language in XQUAD:
        for document, _title in evaluate.read_beir_documents(
            data / "xquad" / language / "corpus.jsonl"
        ):
            titles[document.path] = str(
                int(document.path[1:]) // 5
            )  # paragraphs of an article follow each other
            held = number("xquad" + titles[document.path], HELD_OUT["xquad"]) == 0
            places[language, document.path] = packing.add_document(
                f"xquad-{language}/{document.path}",
                f"xquad-{language}/{titles[document.path]}",
                "",
                document.text,
                held,
            )
    ranked = _rank_parallel(packing, places, questions["en"])
    drawn = random.Random(7)
    for asking in (*XQUAD, "fr"):
        for identifier, question in questions[asking].items():
            answering = dict.fromkeys([
                asking if asking in XQUAD else "en", *drawn.sample(EUROPEAN, 2 if asking in ("fr", *EUROPEAN) else 1),
                *drawn.sample(XQUAD, 4 if asking == "fr" else 1),
            ])  # fmt: skip
            path = next(iter(question.relevant))
            held = number("xquad" + titles[path], HELD_OUT["xquad"]) == 0
            for language in (
                answering if not held else [name for name in answering if name in EUROPEAN]
            ):
                there = questions[language].get(identifier)
                if there is None:
                    continue
                own = places[language, path]
                name = (
                    f"xquad-{asking}-{language}"
                    if held
                    else ("xquad" if asking == language else "xquad-across")
                )
                asked = Asked(name, vary(question.text, asking), [a for a in map(plain, there.answers) if a],
                              held=held, language=asking, spoken=list(there.answers), gold=[f"xquad-{language}/{path}"])  # fmt: skip
                found = [at for other in ranked[identifier] for at in places[language, other]]
                if held:
                    asked.candidates = found[:CANDIDATES]
                others = [
                    at for at in found if at not in own and (held or not packing.pieces[at].held)
                ]
                packing.place(asked, own, others)


def _rank_parallel(
    packing: Packing, places: dict[tuple[str, str], list[int]], questions: dict[str, Any]
) -> dict[str, list[str]]:
    """Paragraphs in the order that BM25 gives them for the English question: the same in all languages."""
    paths = [path for language, path in places if language == "en"]
    search = Search(
        [
            " ".join(s for at in places["en", path] for s in packing.pieces[at].sentences)
            for path in paths
        ]
    )
    found = search.best([question.text for question in questions.values()], 30)
    return {
        identifier: [paths[at] for at in row]
        for identifier, row in zip(questions, found, strict=True)
    }


def pack_press(packing: Packing, source: str, folders: Sequence[Path]) -> None:
    """News, written for this project, read and cut by the product itself, in one index.

    ``source`` is ``press`` or ``news``: what was written first, and later.
    """
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(index=Path(place) / "index", dates=False)
        files = [
            path
            for folder in folders
            for path in sorted(folder.glob("*"))
            if path.suffix in (".md", ".txt")
        ]
        pipeline.build(settings, files)
        with Rag.open(settings) as rag:

            def held_file(path: Path | str) -> bool:
                return number("/".join(Path(path).parts[-2:]), HELD_OUT[source]) == 0

            numbers, by_document = _add_index(packing, rag, source, lambda passage: passage.article.id,
                                              lambda passage: held_file(passage.article.document.path))  # fmt: skip
            search = _make_search(packing, numbers.values())
            for folder in folders:
                own = [
                    at
                    for path, rows in by_document.items()
                    if Path(path).parent.name == folder.name
                    for at in rows
                ]
                lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
                for row in map(json.loads, filter(str.strip, lines)):
                    _ask_press(packing, source, search, row, own)


def _ask_press(
    packing: Packing,
    source: str,
    search: tuple[Search, list[int]],
    row: dict[str, Any],
    folder: list[int],
) -> None:
    answers = [plain(text) for text in row.get("evidence") or ()]
    asked = Asked(source, vary(row["question"], row["lang"]), answers, impossible=not answers,
                  language=row["lang"], spoken=[row["answer"]] if isinstance(row.get("answer"), str) else [])  # fmt: skip
    own = [at for at in folder if answers and packing.pieces[at].right(answers)]
    if answers and not own:
        print(f"{source}: evidence stands in no sentence:", row["question"], row["evidence"])
        return
    about: list[
        int
    ] = []  # passages of the article that a question is about and that does not answer
    if own:
        asked.held = any(packing.pieces[at].held for at in own)
    elif row.get("file"):
        about = [at for at in folder if packing.pieces[at].document.endswith("/" + row["file"])]
        asked.held = bool(about) and packing.pieces[about[0]].held
    else:
        asked.held = number(row["question"], HELD_OUT[source]) == 0
    asked.gold = sorted({packing.pieces[at].document for at in own})
    engine, places = search
    ranked = [places[at] for at in next(engine.best([row["question"]], 60))]
    asked.candidates = ranked[:CANDIDATES]
    same = [
        at
        for at in folder
        if packing.pieces[at].article in {packing.pieces[o].article for o in own}
    ]
    misses = [at for at in ranked if at in about]
    others = [
        at for at in dict.fromkeys([*misses, *ranked[:10], *same, *ranked[10:]]) if at not in own
    ]
    packing.place(asked, own, [at for at in others if asked.held or not packing.pieces[at].held])


def _add_index(
    packing: Packing, rag: Rag, source: str, article: Any, held: Any
) -> tuple[dict[Any, int], dict[str, list[int]]]:
    numbers: dict[Any, int] = {}
    by_document: dict[str, list[int]] = defaultdict(list)
    for passage in rag.generation.passages(range(rag.generation.size)):
        path = passage.article.document.path
        at = packing.add_passage(
            passage, f"{source}/{path}", f"{source}/{article(passage)}", held(passage)
        )
        numbers[path, passage.start, passage.end] = at
        by_document[path].append(at)
    return numbers, by_document


def _make_search(packing: Packing, places: Iterable[int]) -> tuple[Search, list[int]]:
    """BM25 over passages, and their numbers."""
    numbers = list(places)
    texts = [
        " ".join([packing.pieces[at].context, *packing.pieces[at].sentences]) for at in numbers
    ]
    return Search(texts), numbers


def _rank(packing: Packing, places: Iterable[int], questions: Sequence[str]) -> Iterator[list[int]]:
    """Passages in the order that BM25 gives them."""
    search, numbers = _make_search(packing, places)
    for row in search.best(questions, 40):
        yield [numbers[at] for at in row]
