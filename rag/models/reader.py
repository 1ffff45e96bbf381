"""The reader: which sentence of a passage answers a question, or that none does.

A small transformer (multilingual-e5-small, trained on by ``scripts/train_reader.py``) reads the
question and a passage together: a cross-encoder (Nogueira and Cho 2019) that scores every sentence
at the marker after it, and "none of these" at the first token. Its lower layers read all passages;
the passages that look best to them go on through its upper layers, from the same hidden states.

``onnxruntime`` and ``tokenizers`` are imported when a reader is loaded, torch never. The files lie
in ``reader/``; another reader is a class with what ``Reader`` asks for.
"""

from __future__ import annotations

import itertools
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from rag.errors import ModelError
from rag.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]
    Values = list[Span | None]
    Graph = Callable[[Floats], list[Floats]]

SHIPPED = Path(__file__).parent / "reader"
FORMAT = 1  # of the files, as ``scripts/training/reader_export.py`` writes them
DEEP_PASSAGES = 4  # that the upper layers read; chosen by the measures in reader/README.md
# What a passage loses by its place in the search, times log(1 + place), when those to go on are
# chosen: tried by hand on held-out press and PIAF, 0.5 to 2 are much alike, and better than 0.
RANK_WEIGHT = 1.0
_THREADS = 2  # that read passages side by side; more gain little on a laptop

_START, _END = 0, 2  # tokens around each part of a window
_MAX_QUESTION, _MAX_CONTEXT, _MAX_SENTENCE = 48, 40, 160  # tokens, as in training
_MAX_VALUE = 24  # tokens of a value, chosen by hand: the longest names and amounts have fewer
# What a head says of each token, in this order.
_NONE, _MARKER, _MEAN, _FIRST, _LAST = range(5)


class Reading(NamedTuple):
    """What was read in one passage.

    A sentence's score is the logit of "it answers" less that of "none of these does": above 0 it is
    the likelier of the two. ``is_deep``: the upper layers read it, and score better.
    """

    scores: Floats  # (sentences,)
    none: float  # the logit of "none of these"
    values: Values  # the likeliest value in each, in characters; deep only
    is_deep: bool

    @property
    def best(self) -> float:
        """Return the score of the best sentence; minus infinity where there is none."""
        return float(self.scores.max(initial=-np.inf))


class Reader(Protocol):
    """Reads a question together with passages."""

    def read(
        self, question: str, passages: Sequence[Sequence[str]], contexts: Sequence[str]
    ) -> list[Reading]:
        """Return a reading for each passage, which is given as its sentences; best first.

        A context is what is known of the passage's article: "title · publisher · day".
        """


class _Window(NamedTuple):
    """Consecutive sentences of a passage that fit into what is read at once."""

    passage: int
    first: int  # of its sentences
    sentences: list[str]
    ids: list[int]  # the question and the context included
    starts: list[int]  # where each sentence begins
    ends: list[int]  # where the marker after each sentence stands


class _Head(NamedTuple):
    """What a head says of a window's sentences."""

    scores: Floats  # (sentences,)
    none: float
    tokens: Floats  # (tokens, 5)
    is_deep: bool = False  # the upper head


def load_reader(folder: Path = SHIPPED) -> Reader:
    """Return the reader of a folder.

    Raises:
        ModelError: a file is missing, or made for another version.
    """
    try:
        file = folder / "reader.json"
        text = file.read_text(encoding="utf-8")
        about = json.loads(text)
        file_format = about["format"]
        window = about["window"]
        if file_format != FORMAT:
            raise ModelError(
                f"the reader in {folder} has format {file_format}, not {FORMAT}",
                hint="install this version of rag anew",
            )
        return OnnxReader(folder, window=window)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"cannot load the reader in {folder}: {error}",
            hint="install this version of rag anew, or ask with --no-reader",
        ) from error


class _Texts:
    """The texts of a question and its passages, each encoded once."""

    def __init__(self, tokenizer: Tokenizer, texts: Iterable[str]) -> None:
        unique = list(set(texts))
        encodings = tokenizer.encode_batch(unique, add_special_tokens=False)
        pairs = zip(unique, encodings, strict=True)
        self._by_text = dict(pairs)

    def get_ids(self, text: str, limit: int) -> list[int]:
        """Return the first token ids of a text."""
        ids: list[int] = self._by_text[text].ids
        return ids[:limit]

    def get_offsets(self, text: str) -> list[Span]:
        """Return where in the text each of its tokens stands."""
        encoding = self._by_text[text]
        return [Span(*offsets) for offsets in encoding.offsets]


class OnnxReader:
    """The shipped reader, run by ONNX Runtime in 8 bits."""

    def __init__(self, folder: Path, *, window: int) -> None:
        from tokenizers import Tokenizer

        self._window = window
        words_file = folder / "words.npy"
        self._words = np.load(words_file, mmap_mode="r")
        positions_file = folder / "positions.npy"
        positions = np.load(positions_file)
        self._positions = positions.astype(np.float32)
        tokenizer_file = folder / "tokenizer.json"
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        lower_file = folder / "lower.onnx"
        upper_file = folder / "upper.onnx"
        self._lower = _open_graph(lower_file)
        self._upper = _open_graph(upper_file)
        cores = os.cpu_count() or 1
        self._threads = min(_THREADS, cores)

    def read(
        self,
        question: str,
        passages: Sequence[Sequence[str]],
        contexts: Sequence[str],
        *,
        deep: int = DEEP_PASSAGES,
    ) -> list[Reading]:
        """Return a reading for each passage; the upper layers read the ``deep`` best of them."""
        sentences = itertools.chain.from_iterable(passages)
        all_texts = [question, *contexts, *sentences]
        texts = _Texts(self._tokenizer, all_texts)
        windows: list[_Window] = []
        for place, passage in enumerate(passages):
            context = contexts[place]
            opening = _encode_opening(texts, question, context)
            windows += _cut_windows(texts, place, passage, opening, self._window)
        heads = self._run(windows, deep)

        readings: list[Reading] = []
        for passage in passages:
            count = len(passage)
            reading = _make_empty_reading(count)
            readings.append(reading)
        for window, head in zip(windows, heads, strict=True):
            place = window.passage
            reading = readings[place]
            readings[place] = _add_window(reading, window, head, texts)
        return readings

    def _run(self, windows: Sequence[_Window], deep: int) -> list[_Head]:
        """Return what is said of each window: by the upper layers of the best, of others below."""
        with ThreadPoolExecutor(self._threads) as pool:
            heads: list[_Head] = []
            states: list[Floats] = []
            outputs = pool.map(self._run_lower, windows)
            for window, output in zip(windows, outputs, strict=True):
                tokens, hidden = output
                head = _score_sentences(window, tokens)
                heads.append(head)
                states.append(hidden)
            chosen = _choose_best(windows, heads, deep)
            chosen_states = [states[number] for number in chosen]
            upper_outputs = pool.map(self._run_upper, chosen_states)
            for number, tokens in zip(chosen, upper_outputs, strict=True):
                window = windows[number]
                head = _score_sentences(window, tokens)
                heads[number] = head._replace(is_deep=True)
        return heads

    def _run_lower(self, window: _Window) -> tuple[Floats, Floats]:
        """Return (tokens, 5) of the lower head, and the hidden states."""
        blocks = self._words[window.ids]
        embedded = _widen_rows(blocks)
        length = len(embedded)
        embedded += self._positions[:length]
        tokens, hidden = self._lower(embedded[None])
        return tokens[0], hidden

    def _run_upper(self, hidden: Floats) -> Floats:
        """Return (tokens, 5) of the upper head."""
        (batch,) = self._upper(hidden)
        tokens: Floats = batch[0]
        return tokens


def _open_graph(path: Path) -> Graph:
    """Return a graph as a function; it runs on the thread that calls it."""
    # Since 1.32, importing it makes a number for this machine and tells Microsoft of its use.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors alone
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(states: Floats) -> list[Floats]:
        inputs = {"x": states}
        outputs: list[Floats] = session.run(None, inputs)
        return outputs

    return run


def _widen_rows(blocks: NDArray[np.uint8]) -> Floats:
    """Return (n, width) of (n, blocks, 18): a scale of 16 bits, then 32 weights of 4, less 8."""
    scale_bytes, halves = np.split(blocks, [2], axis=-1)
    scale_bytes = np.ascontiguousarray(scale_bytes)
    scales = scale_bytes.view(np.float16)
    low = halves & 15
    high = halves >> 4
    weights = np.concatenate([low, high], axis=-1)
    rows = weights.astype(np.float32)
    rows -= 8
    rows *= scales
    return rows.reshape(len(blocks), -1)


def _encode_opening(texts: _Texts, question: str, context: str) -> list[int]:
    """Return what stands before the sentences: the question, and the context where there is one."""
    question_ids = texts.get_ids(question, _MAX_QUESTION)
    context_ids = texts.get_ids(context, _MAX_CONTEXT)
    opening = [_START, *question_ids, _END]
    if context_ids:
        opening += context_ids
        opening.append(_END)
    return opening


def _cut_windows(
    texts: _Texts, place: int, sentences: Sequence[str], opening: list[int], size: int
) -> list[_Window]:
    """Return the windows of a passage: what does not fit into one begins another."""
    windows: list[_Window] = []
    window = _begin_window(place, 0, opening)
    for number, sentence in enumerate(sentences):
        tokens = texts.get_ids(sentence, _MAX_SENTENCE)
        begin = len(window.ids)
        # A window holds one sentence at least.
        is_full = begin + len(tokens) >= size
        if is_full and window.sentences:
            windows.append(window)
            window = _begin_window(place, number, opening)
            begin = len(opening)
        end = begin + len(tokens)
        window.sentences.append(sentence)
        window.starts.append(begin)
        window.ends.append(end)
        window.ids.extend(tokens)
        window.ids.append(_END)
    if window.sentences:
        windows.append(window)
    return windows


def _begin_window(place: int, first: int, opening: list[int]) -> _Window:
    """Return a window of a passage without sentences yet."""
    return _Window(
        passage=place,
        first=first,
        sentences=[],
        ids=list(opening),
        starts=[],
        ends=[],
    )


def _score_sentences(window: _Window, tokens: Floats) -> _Head:
    """Return each sentence's score: that of its marker and the mean over its tokens."""
    none = float(tokens[0, _NONE])
    scores = []
    of_markers = tokens[:, _MARKER]
    of_tokens = tokens[:, _MEAN]
    for start, end in zip(window.starts, window.ends, strict=True):
        # The marker is one of the tokens.
        stop = end + 1
        mean = of_tokens[start:stop].mean()
        score = of_markers[end] + mean
        scores.append(score)
    margins = np.array(scores, np.float32)
    margins -= none
    return _Head(margins, none, tokens)


def compute_rank_cost(ranks: ArrayLike) -> NDArray[np.float64]:
    """Return what passages lose for their places in the search, counted from 0."""
    return np.multiply(RANK_WEIGHT, np.log1p(ranks))


def _choose_best(windows: Sequence[_Window], heads: Sequence[_Head], count: int) -> list[int]:
    """Return the numbers of the windows with the best sentences, earlier passages before others."""
    ranks = [window.passage for window in windows]
    bests = [head.scores.max() for head in heads]
    totals = compute_rank_cost(ranks) - bests
    order = np.argsort(totals, kind="stable")
    return [int(number) for number in order[:count]]


def _make_empty_reading(count: int) -> Reading:
    """Return the reading of a passage of which no window has been read."""
    scores = np.empty(count, np.float32)
    scores.fill(-np.inf)
    values: Values = [None] * count
    return Reading(scores, np.inf, values, is_deep=False)


def _add_window(reading: Reading, window: _Window, head: _Head, texts: _Texts) -> Reading:
    """Return the reading of a passage with that of one more of its windows."""
    first = window.first
    last = first + len(window.starts)
    reading.scores[first:last] = head.scores
    none = min(reading.none, head.none)
    reading = reading._replace(none=none)
    # The lower layers have too little to say of values.
    if head.is_deep:
        _add_values(reading, window, head, texts)
        reading = reading._replace(is_deep=True)
    return reading


def _add_values(reading: Reading, window: _Window, head: _Head, texts: _Texts) -> None:
    """Put in for each sentence the likeliest stretch that is the value asked for."""
    for place, start in enumerate(window.starts):
        end = window.ends[place]
        if start == end:
            continue
        tokens = head.tokens[start:end]
        first, last = _find_best_span(tokens)
        sentence = window.sentences[place]
        offsets = texts.get_offsets(sentence)
        begin = offsets[first].start
        stop = offsets[last].end
        number = window.first + place
        reading.values[number] = Span(begin, stop)


def _find_best_span(tokens: Floats) -> tuple[int, int]:
    """Return the first and the last token of the likeliest value."""
    count = len(tokens)
    firsts = tokens[:, _FIRST]
    lasts = tokens[:, _LAST]
    totals = np.add.outer(firsts, lasts)
    # A value ends at or after its first token, and is not long.
    numbers = np.arange(count)
    lengths = -np.subtract.outer(numbers, numbers)
    is_backward = lengths < 0
    is_long = lengths >= _MAX_VALUE
    totals[is_backward | is_long] = -np.inf
    best = int(totals.argmax())
    return divmod(best, count)
