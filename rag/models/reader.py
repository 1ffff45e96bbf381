"""The reader: which sentence of a passage answers a question, or that none does.

A small transformer (multilingual-e5-small, trained on by ``scripts/train_reader.py``) reads the
question and a passage together: a cross-encoder (Nogueira and Cho 2019) that scores every sentence
at the marker after it, and "none of these" at the first token. Its lower layers read all passages;
the passages that look best to them go on through its upper layers, from the same hidden states.

``onnxruntime`` and ``tokenizers`` are imported when a reader is loaded, torch never. The files lie
in ``reader/``; another reader is a class with what ``Reader`` asks for.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ids = NDArray[np.int64]

SHIPPED = Path(__file__).parent / "reader"
FORMAT = 1  # of the files, as ``scripts/training/reader_export.py`` writes them
DEEP_PASSAGES = 4  # that the upper layers read; chosen by the measures in reader/README.md
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
    values: list[tuple[int, int] | None]  # per sentence the likeliest value, in characters of it
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
        """Return a reading for each passage, which is given as its sentences.

        A context is what is known of the passage's article: "title · publisher · day".
        """


class _Window(NamedTuple):
    """Consecutive sentences of a passage that fit into what is read at once."""

    passage: int
    first: int  # of its sentences
    ids: Ids  # (tokens,), the question and the context included
    starts: list[int]  # where each sentence begins
    ends: list[int]  # where the marker after each sentence stands


class _Head(NamedTuple):
    """What a head says of a window's sentences."""

    scores: Floats  # (sentences,)
    none: float
    tokens: Floats  # (tokens, 5)


def load_reader(folder: Path = SHIPPED) -> Reader:
    """Return the reader of a folder.

    Raises:
        ModelError: a file is missing, or made for another version.
    """
    try:
        about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise ModelError(
                f"the reader in {folder} has format {about['format']}, not {FORMAT}",
                hint="install this version of rag anew",
            )
        return OnnxReader(folder, window=about["window"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"cannot load the reader in {folder}: {error}",
            hint="install this version of rag anew, or ask with --no-reader",
        ) from error


class OnnxReader:
    """The shipped reader, run by ONNX Runtime in 8 bits."""

    def __init__(self, folder: Path, *, window: int) -> None:
        from tokenizers import Tokenizer

        self._window = window
        self._words = np.load(folder / "words.npy", mmap_mode="r")
        self._positions = np.load(folder / "positions.npy").astype(np.float32)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._lower = _open_graph(folder / "lower.onnx")
        self._upper = _open_graph(folder / "upper.onnx")
        self._threads = min(_THREADS, os.cpu_count() or 1)

    def read(
        self,
        question: str,
        passages: Sequence[Sequence[str]],
        contexts: Sequence[str],
        *,
        deep: int = DEEP_PASSAGES,
    ) -> list[Reading]:
        """Return a reading for each passage; the upper layers read the ``deep`` best of them."""
        encoded = self._encode(question, passages, contexts)
        windows = list(_cut_windows(encoded, self._window))
        with ThreadPoolExecutor(self._threads) as pool:
            states = list(pool.map(self._run_lower, windows))
            heads = [
                _score_sentences(window, tokens)
                for window, (tokens, _) in zip(windows, states, strict=True)
            ]
            chosen = _choose_best(heads, deep)
            hidden = [states[number][1] for number in chosen]
            upper_tokens = pool.map(self._run_upper, hidden)
            for number, tokens in zip(chosen, upper_tokens, strict=True):
                heads[number] = _score_sentences(windows[number], tokens)
        return [
            _join_windows(place, encoded, windows, heads, set(chosen))
            for place in range(len(passages))
        ]

    def _encode(
        self, question: str, passages: Sequence[Sequence[str]], contexts: Sequence[str]
    ) -> _Encoded:
        """Return the tokens of all texts, each text encoded once."""
        texts = [question, *contexts]
        for sentences in passages:
            texts += sentences
        unique = list(dict.fromkeys(texts))
        encodings = self._tokenizer.encode_batch(unique, add_special_tokens=False)
        by_text = dict(zip(unique, encodings, strict=True))
        return _Encoded(question, passages, contexts, by_text)

    def _run_lower(self, window: _Window) -> tuple[Floats, Floats]:
        """Return (tokens, 5) of the lower head, and the hidden states."""
        embedded = _widen_rows(self._words[window.ids])
        embedded += self._positions[: len(embedded)]
        tokens, hidden = self._lower(embedded[None])
        return tokens[0], hidden

    def _run_upper(self, hidden: Floats) -> Floats:
        """Return (tokens, 5) of the upper head."""
        (tokens,) = self._upper(hidden)
        scores: Floats = tokens[0]
        return scores


class _Encoded(NamedTuple):
    """A question and passages with the encodings of their texts."""

    question: str
    passages: Sequence[Sequence[str]]
    contexts: Sequence[str]
    by_text: dict[str, Any]

    def ids(self, text: str, limit: int) -> list[int]:
        """Return the first token ids of a text."""
        ids: list[int] = self.by_text[text].ids[:limit]
        return ids


def _open_graph(path: Path) -> Callable[[Floats], list[Floats]]:
    """Return a graph as a function; it runs on the thread that calls it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(states: Floats) -> list[Floats]:
        outputs: list[Floats] = session.run(None, {"x": states})
        return outputs

    return run


def _widen_rows(blocks: NDArray[np.uint8]) -> Floats:
    """Return (n, width) of (n, blocks, 18): a scale of 16 bits, then 32 weights of 4, less 8."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1)
    centred = weights.astype(np.float32) - 8
    rows = centred * scales.astype(np.float32)
    return rows.reshape(len(blocks), -1)


def _cut_windows(encoded: _Encoded, size: int) -> Iterable[_Window]:
    """Yield the windows of all passages: what does not fit begins another window of the passage."""
    question = encoded.ids(encoded.question, _MAX_QUESTION)
    for place, sentences in enumerate(encoded.passages):
        head = [_START, *question, _END]
        context = encoded.ids(encoded.contexts[place], _MAX_CONTEXT)
        if context:
            head += [*context, _END]
        ids, first = list(head), 0
        starts: list[int] = []
        ends: list[int] = []
        for number, sentence in enumerate(sentences):
            tokens = encoded.ids(sentence, _MAX_SENTENCE)
            if starts and len(ids) + len(tokens) >= size:
                yield _Window(place, first, np.array(ids), starts, ends)
                ids, starts, ends, first = list(head), [], [], number
            starts.append(len(ids))
            ids += tokens
            ends.append(len(ids))
            ids.append(_END)
        if starts:
            yield _Window(place, first, np.array(ids), starts, ends)


def _score_sentences(window: _Window, tokens: Floats) -> _Head:
    """Return each sentence's score: that of its marker and the mean over its tokens."""
    means = [
        tokens[start : end + 1, _MEAN].mean()
        for start, end in zip(window.starts, window.ends, strict=True)
    ]
    none = float(tokens[0, _NONE])
    scores = tokens[window.ends, _MARKER] + np.array(means, np.float32) - none
    return _Head(scores, none, tokens)


def _choose_best(heads: Sequence[_Head], count: int) -> list[int]:
    """Return the numbers of the windows with the best sentences."""
    best = [float(head.scores.max()) for head in heads]
    order = np.argsort(-np.array(best), kind="stable")
    return [int(number) for number in order[:count]]


def _join_windows(
    passage: int,
    encoded: _Encoded,
    windows: Sequence[_Window],
    heads: Sequence[_Head],
    deep: set[int],
) -> Reading:
    """Return what the windows of a passage say of its sentences."""
    own = [number for number, window in enumerate(windows) if window.passage == passage]
    sentences = encoded.passages[passage]
    scores = np.full(len(sentences), -np.inf, np.float32)
    values: list[tuple[int, int] | None] = [None] * len(sentences)
    for number in own:
        window, head = windows[number], heads[number]
        last = window.first + len(window.starts)
        scores[window.first : last] = head.scores
        for place in range(len(window.starts)):
            encoding = encoded.by_text[sentences[window.first + place]]
            values[window.first + place] = _find_value(window, head, place, encoding.offsets)
    none = min((heads[number].none for number in own), default=0.0)
    return Reading(scores, none, values, is_deep=any(number in deep for number in own))


def _find_value(
    window: _Window, head: _Head, place: int, offsets: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the likeliest stretch of a sentence that is the value asked for, in characters."""
    start, end = window.starts[place], window.ends[place]
    if start == end:
        return None
    firsts = head.tokens[start:end, _FIRST]
    lasts = head.tokens[start:end, _LAST]
    pairs = firsts[:, None] + lasts[None, :]
    # A value ends at or after its first token, and is not long.
    allowed = np.triu(np.ones_like(pairs, dtype=bool)) & ~np.triu(
        np.ones_like(pairs, dtype=bool), _MAX_VALUE
    )
    best = int(np.where(allowed, pairs, -np.inf).argmax())
    first, last = divmod(best, pairs.shape[1])
    begin = offsets[first][0]
    stop = offsets[last][1]
    return (begin, stop) if begin < stop else None
