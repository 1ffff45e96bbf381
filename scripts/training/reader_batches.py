"""Batches for the reader: passages put together from sentences, changed at random, beside what looks like an answer and is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

START, PADDING, END = 0, 1, 2
MAX_TOKENS = 320
MAX_SENTENCES = 40
Array = np.ndarray[Any, np.dtype[Any]]

# How often a source is drawn, whatever its size.
WEIGHTS = {
    "press": 0.27, "news": 1.5, "piaf": 0.18, "xquad": 0.09, "xquad-across": 0.11, "squad-es": 0.11, "squad-it": 0.09, "squad-across": 0.06,
    "norquad-wiki": 0.045, "faquad": 0.025, "jaquad": 0.045, "cmrc": 0.025, "arcd": 0.02, "clapnq": 0.02,
}  # fmt: skip


class Ragged:
    """Lists of unequal length in one array."""

    def __init__(self, pack: Any, name: str) -> None:
        self.flat, self.at = pack[name], pack[f"{name}_at"]

    def __getitem__(self, row: int) -> Array:
        return self.flat[self.at[row] : self.at[row + 1]]

    def __len__(self) -> int:
        return len(self.at) - 1


@dataclass
class Window:
    """What the reader sees at once: question, context, sentences; which of these answer."""

    question: Array
    context: Array
    sentences: list[Array]
    right: list[int] = field(default_factory=list)
    value: tuple[int, int, int] | None = None  # sentence, first token, last token
    group: int = 0
    ranked: bool = True  # beside the others of its question


@dataclass
class Batch:
    """Arrays of N windows of T tokens and S sentences."""

    ids: Array  # (N, T) int32
    sentence: Array  # (N, T) int16: whose token it is, -1: nobody's
    right: Array  # (N, S) bool
    count: Array  # (N,) sentences
    group: Array  # (N,), -1: unranked
    value: Array  # (N, 2) tokens, -1: none


def collate(windows: Sequence[Window], pad: int = 1) -> Batch:
    """Return windows as arrays; what does not fit is cut at the end, whole sentences first."""
    rows = [_lay_out(window) for window in windows]
    length = max(len(ids) for ids, _, _ in rows)
    length = -(-length // pad) * pad
    size = len(rows)
    batch = Batch(
        np.full((size, length), PADDING, np.int32), np.full((size, length), -1, np.int16),
        np.zeros((size, MAX_SENTENCES), bool), np.zeros(size, np.int32), np.full(size, -1, np.int32), np.full((size, 2), -1, np.int32),
    )  # fmt: skip
    for row, (window, (ids, owner, starts)) in enumerate(zip(windows, rows, strict=True)):
        batch.ids[row, : len(ids)] = ids
        batch.sentence[row, : len(ids)] = owner
        batch.count[row] = len(starts)
        for place in window.right:
            if place < len(starts):
                batch.right[row, place] = True
        if window.ranked:
            batch.group[row] = window.group
        if window.value and window.value[0] < len(starts):
            place, first, last = window.value
            begin = starts[place]
            if begin + last < len(ids) and owner[begin + last] == place:
                batch.value[row] = begin + first, begin + last
    return batch


def _lay_out(window: Window) -> tuple[Array, Array, list[int]]:
    head = [np.array([START]), window.question, np.array([END])]
    if len(window.context):
        head += [window.context, np.array([END])]
    parts = [np.concatenate(head)]
    owners = [np.full(len(parts[0]), -1)]
    starts: list[int] = []
    length = len(parts[0])
    for place, sentence in enumerate(window.sentences[:MAX_SENTENCES]):
        room = MAX_TOKENS - length - 1
        if room < 3:
            break
        kept = sentence[:room]
        starts.append(length)
        parts += [kept, np.array([END])]
        owners.append(np.full(len(kept) + 1, place))
        length += len(kept) + 1
    return np.concatenate(parts), np.concatenate(owners), starts


class Maker:
    """Draws questions of the pack and makes their windows."""

    def __init__(self, path: Path, seed: int = 0) -> None:
        with np.load(path) as pack:
            self.pack = {name: pack[name] for name in pack.files}
        self.random = np.random.default_rng(seed)
        names = (
            "pool",
            "sentences",
            "q",
            "alt",
            "pos",
            "right",
            "neg",
            "cand",
            "cright",
            "stuffed",
        )
        self.lists = {name: Ragged(self.pack, name) for name in names}
        self.sources = [str(name) for name in self.pack["sources"]]
        head = self.pack["head"]
        self.by_source = {
            name: np.flatnonzero((head[:, 0] == at) & (head[:, 1] == 0))
            for at, name in enumerate(self.sources)
        }
        used = [name for name in WEIGHTS if len(self.by_source.get(name, ()))]
        weights = np.array([WEIGHTS[name] for name in used])
        self.used, self.weights = used, weights / weights.sum()

    def text(self, number: int) -> Array:
        """The tokens of a text."""
        return self.lists["pool"][number]

    def passage(self, at: int) -> list[Array]:
        """The sentences of a passage."""
        return [self.text(number) for number in self.lists["sentences"][at]]

    def context(self, at: int) -> Array:
        """Title, publisher and day."""
        return self.text(self.pack["contexts"][at])

    def draw(self, questions: int) -> list[Window]:
        """Return the windows of so many questions."""
        windows: list[Window] = []
        for group in range(questions):
            source = self.used[self.random.choice(len(self.used), p=self.weights)]
            windows += self.windows(int(self.random.choice(self.by_source[source])), group, source)
        return windows

    def windows(self, row: int, group: int, source: str) -> list[Window]:
        """The windows of a question: one that answers, and others."""
        rng, negatives = self.random, self.lists["neg"][row]
        texts = self.lists["q"][row]
        turn = 0 if len(texts) == 1 or rng.random() < 0.55 else int(rng.integers(1, len(texts)))
        question = self.text(texts[turn])
        made: list[Window] = []
        positives = self.lists["pos"][row]
        if len(positives):
            place = int(rng.integers(len(positives)))
            made += self._about(row, question, place, int(positives[place]))
        hard = 4 if len(positives) else 5
        if len(negatives):
            near = negatives[: 2 * hard]
            chosen = (
                rng.permutation(near)[: hard - 1].tolist()
                + rng.permutation(negatives[2 * hard :])[:1].tolist()
            )
            made += [Window(question, self.context(at), self.passage(at)) for at in chosen]
        if rng.random() < 0.35:
            made.append(self._stuff(question, made))
        alternatives = self.lists["alt"][row]
        if len(positives) and len(alternatives) and rng.random() < 0.25:
            at = int(positives[int(rng.integers(len(positives)))])
            altered = self.text(int(rng.choice(alternatives)))
            made.append(Window(altered, self.context(at), self.passage(at), ranked=False))
        for window in made:
            window.group = group
            self._furnish(window, 0.1 if source in ("press", "news") else 0.4)
        return made

    def _about(self, row: int, question: Array, place: int, at: int) -> list[Window]:
        """A passage that answers, and the same without what answers."""
        rng = self.random
        marks = self.lists["right"][row].reshape(-1, 4)
        marks = marks[marks[:, 0] == place]
        right = {int(mark[1]): (int(mark[2]), int(mark[3])) for mark in marks}
        sentences, context = self.passage(at), self.context(at)
        kept = list(range(len(sentences)))
        if rng.random() < 0.45 and len(kept) > 2:  # gaps say nothing of what answers
            share = rng.random() * 0.5
            kept = [k for k in kept if k in right or rng.random() > share]
        if rng.random() < 0.25 and len(kept) > 3:
            begin = int(rng.integers(0, min(max(1, kept.index(min(right))), len(kept) - 1) + 1))
            end = int(rng.integers(kept.index(max(right)), len(kept))) + 1
            kept = kept[min(begin, kept.index(min(right))) : end]
        window = Window(
            question, context, [sentences[k] for k in kept], [kept.index(k) for k in right]
        )
        for k, (first, last) in right.items():
            if first >= 0:
                window.value = (kept.index(k), first, last)
        made = [window]
        rest = [sentence for k, sentence in enumerate(sentences) if k not in right]
        if rest and rng.random() < 0.85:
            made.append(Window(question, context, rest))
        return made

    def _stuff(self, question: Array, others: list[Window]) -> Window:
        """A text that repeats the question, or is entitled by it, and says nothing."""
        rng = self.random
        fakes = (
            self.pack["answers"]
            if rng.random() < 0.6 and len(self.pack["answers"])
            else self.pack["nonsense"]
        )
        fake = self.text(int(rng.choice(fakes)))
        sentences = []
        for _ in range(int(rng.integers(1, 4))):
            parts = self.lists["stuffed"][int(rng.integers(len(self.lists["stuffed"])))]
            pieces = [
                question if part == -1 else fake if part == -2 else self.text(part)
                for part in parts
            ]
            sentences.append(np.concatenate(pieces)[:150])
        context = (
            question if rng.random() < 0.4 else self.text(int(rng.choice(self.pack["titles"])))
        )
        around = [window for window in others if not window.right]
        if around and rng.random() < 0.5:
            window = around[int(rng.integers(len(around)))]
            place = int(rng.integers(len(window.sentences) + 1))
            if rng.random() < 0.3 and window.sentences:
                sentences[-1] = np.concatenate([question, window.sentences[0]])[:150]
            sentences = [*window.sentences[:place], *sentences, *window.sentences[place:]]
        return Window(question, context, sentences)

    def _furnish(self, window: Window, often: float) -> None:
        """Put in what stands around the text of an article: day lines, bylines, headlines, other titles."""
        rng = self.random
        if rng.random() < often and len(window.context):
            window.context = np.concatenate(
                [window.context, self.text(int(rng.choice(self.pack["publishers"])))]
            )[:40]
        elif rng.random() < 0.1:
            window.context = window.context[:0]
        if rng.random() < often:
            for _ in range(int(rng.integers(1, 4))):
                kind = rng.random()
                numbers = self.pack["furniture"] if kind < 0.75 else self.pack["titles"]
                text = self.text(int(rng.choice(numbers)))
                place = 0 if rng.random() < 0.4 else int(rng.integers(len(window.sentences) + 1))
                _insert(window, place, text)
        if rng.random() < 0.25 and len(window.context):
            _insert(window, 0, window.context)

    def held(self, source: str) -> list[int]:
        """Questions never trained on."""
        head = self.pack["head"]
        return np.flatnonzero(
            (head[:, 0] == self.sources.index(source)) & (head[:, 1] == 1)
        ).tolist()

    def candidates(self, row: int, *, without: bool = False) -> list[Window]:
        """What the search found for a held-out question; ``without`` the sentences that answer."""
        truth: dict[int, list[int]] = {}
        for place, sentence in self.lists["cright"][row].reshape(-1, 2).tolist():
            truth.setdefault(place, []).append(sentence)
        question = self.text(self.lists["q"][row][0])
        windows = []
        for place, at in enumerate(self.lists["cand"][row].tolist()):
            right = truth.get(place, [])
            sentences = self.passage(at)
            if without:
                sentences = [text for k, text in enumerate(sentences) if k not in right]
                right = []
            windows.append(Window(question, self.context(at), sentences, right))
        return windows


def _insert(window: Window, place: int, text: Array) -> None:
    window.sentences = [*window.sentences[:place], text, *window.sentences[place:]]
    window.right = [k + (k >= place) for k in window.right]
    if window.value and window.value[0] >= place:
        window.value = (window.value[0] + 1, *window.value[1:])


def stream(path: Path, questions: int, seed: int) -> Iterator[Batch]:
    """Batches without end, each in order of length."""
    maker = Maker(path, seed)
    while True:
        windows = sorted(maker.draw(questions), key=measure_length)
        yield collate(windows, 16)


def measure_length(window: Window) -> int:
    """The tokens that a window would have."""
    return (
        len(window.question) + len(window.context) + sum(len(each) + 1 for each in window.sentences)
    )
