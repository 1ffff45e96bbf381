"""The one tokenizer: byte-level BPE, whose tokens carry vectors, search terms and passage lengths.

A text is normalised (NFKC, lower case, one space before every word), cut by one regular expression
into words, numbers and marks, and each piece is joined from bytes by byte-pair encoding (Sennrich
et al. 2016), run by tiktoken. A word has the same tokens wherever it stands: after a space, an
apostrophe, a bracket or a hyphen.

``vocabulary.bin``, beside the vectors it belongs to (see ``scripts/train_model.py``), holds the
number of tokens (4 bytes, little-endian), one byte per token, its length, then the bytes of all
tokens, in order of rank.

Vectors, terms and fingerprints depend on ``PATTERN`` and ``REPLACEMENTS``: a change there means
another model.
"""

from __future__ import annotations

import functools
import hashlib
import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.models import language_id
from rag.models.language_id import TokenWeights
from rag.text import cut_towers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import tiktoken
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "static-multilingual"
MAX_IDS = 1 << 16  # ids fit 16 bits, in the files of an index as well

# tiktoken takes 50 ms to read the whole vocabulary, the part of it that a question needs 3 ms
# (measured on two cores). The first calls, and only those with short texts, get such a part; both
# numbers are chosen by hand.
_QUICK_STARTS = 16  # calls
_QUICK_LENGTH = 4000  # characters of all texts of a call, below which they count as short

# Scripts written without spaces are cut out as runs of their own, which have no space before them.
_UNSPACED = (
    r"\x{0E00}-\x{0EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3040}-\x{30FF}"
    r"\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{20000}-\x{3FFFF}"
)
PATTERN = (
    rf"[{_UNSPACED}]+| ?[\p{{L}}\p{{M}}&&[^{_UNSPACED}]]+| ?\p{{N}}+|[^\s\p{{L}}\p{{M}}\p{{N}}]"
)

# Applied in this order, after NFKC and lower case: what is invisible goes, every white space is
# one, and a word after one of the marks gets the space that makes it the same word as elsewhere.
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_WHITE_SPACE = "\n\r\t\v\f\u0085\u2028\u2029"
_MARKS_BEFORE_WORDS = "'\"“«„‘([{/-–—_:*#=>|"
REPLACEMENTS = (
    *((character, "") for character in _INVISIBLE),
    *((character, " ") for character in _WHITE_SPACE),
    ("’", "'"),
    *((mark, mark + " ") for mark in _MARKS_BEFORE_WORDS),
)


_MAX_JOINED = 1 << 20  # characters normalised at once; chosen by hand
_BETWEEN_TEXTS = "\x1d"  # nothing is composed with it, and no rule touches it


def normalise_all(texts: Sequence[str]) -> list[str]:
    """Return what ``normalise`` makes of each text, in one go where they are short."""
    joined = _BETWEEN_TEXTS.join(texts)
    is_apart = joined.count(_BETWEEN_TEXTS) == len(texts) - 1
    if len(joined) > _MAX_JOINED or not is_apart:
        return list(map(normalise, texts))
    parts = normalise(joined).split(_BETWEEN_TEXTS)
    # The first one has its space already.
    return [parts[0], *(f" {part}" for part in parts[1:])]


def normalise(text: str) -> str:
    """Return the text as ``PATTERN`` sees it.

    Step by step this is what the normaliser in ``tokenizer.json`` does.
    Lower case is taken character by character: ``str.lower`` alone would write a Σ at a word's end
    as ς.
    """
    text = unicodedata.normalize("NFKC", cut_towers(text))
    text = text.replace("Σ", "σ")
    text = text.lower()
    for old, new in REPLACEMENTS:
        text = text.replace(old, new)
    return " " + text


class Tokenizer:
    """Text into token ids, and the language a text is in."""

    def __init__(self, vocabulary: bytes, language_model: TokenWeights | None = None) -> None:
        self._vocabulary = TokenVocabulary(vocabulary)
        # As many as there are ids.
        self.size = self._vocabulary.size
        self.fingerprint = _compute_fingerprint(vocabulary)
        # Without one the language of a text is only told where its script tells it.
        self._language_model = language_model
        self._quick_starts_left = _QUICK_STARTS
        # One question is encoded several times on its way; four texts are enough to build its
        # encoding once.
        self._encoding_for_text = functools.lru_cache(maxsize=4)(self._build_quick_encoding)

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """Return the tokenizer of a model folder; ModelError when a file is missing or damaged."""
        import numpy as np

        try:
            vocabulary_file = folder / "vocabulary.bin"
            vocabulary = vocabulary_file.read_bytes()
            languages_file = folder / "languages.json"
            languages = json.loads(languages_file.read_text(encoding="utf-8"))
            # Of the weights only the rows of a text's tokens are read from the disk.
            weights = np.load(folder / "languages.npy", mmap_mode="r")
            language_model = TokenWeights(tuple(languages), weights)
            return cls(vocabulary, language_model)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The tokenizer in {folder} cannot be read: {error}",
                hint="Install the package again, or train the model again with "
                "scripts/train_model.py.",
            ) from error

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be told apart."""
        if self._language_model is None:
            return ()
        return self._language_model.languages

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text's tokens, each below ``size``; none for white space alone."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the tokens of each text."""
        normalised_texts = normalise_all(texts)
        encoding = self._choose_encoding(normalised_texts)
        # Not ``encode``: that one fails on "<|endoftext|>" in an article.
        return list(map(encoding.encode_ordinary, normalised_texts))

    def expect_many(self) -> None:
        """Take the time to read the whole vocabulary with the next text, however short it is."""
        self._quick_starts_left = 0

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has."""
        return len(self.encode(text))

    def detect_language(
        self, text: str, *, likely: Mapping[str, int] = language_id.NO_PASSAGES
    ) -> str:
        """Return the likeliest language of a text, ISO 639-1; "und" for a text without a letter."""
        return self.guess_languages(text, likely=likely)[0]

    def guess_languages(
        self, text: str, *, likely: Mapping[str, int] = language_id.NO_PASSAGES
    ) -> list[str]:
        """Return the likeliest languages of a text, best first, at most three.

        ``likely`` counts the passages of each language in the index that is asked; what few words
        leave open, they decide.
        """
        return language_id.guess_languages(
            text,
            self.encode,
            self._language_model,
            likely,
        )

    def _choose_encoding(self, texts: Sequence[str]) -> tiktoken.Encoding:
        """Return an encoding that knows all tokens of these texts, quick to build or whole."""
        length = sum(map(len, texts))
        if length >= _QUICK_LENGTH or self._quick_starts_left == 0:
            return self._whole_encoding
        self._quick_starts_left -= 1
        # tiktoken puts U+FFFD in the place of a lone surrogate, whose bytes must then be known.
        text = "\n".join(texts)
        as_utf16 = text.encode("utf-16", "surrogatepass")
        text = as_utf16.decode("utf-16", "replace")
        return self._encoding_for_text(text)

    def _build_quick_encoding(self, text: str) -> tiktoken.Encoding:
        ranks = self._vocabulary.select_ranks(text.encode())
        return _build_encoding(ranks)

    @functools.cached_property
    def _whole_encoding(self) -> tiktoken.Encoding:
        ranks = {}
        for rank, token in enumerate(self._vocabulary.tokens()):
            ranks[token] = rank
        return _build_encoding(ranks)


@functools.cache
def get_tokenizer() -> Tokenizer:
    """Return the tokenizer of the shipped model."""
    return Tokenizer.load(SHIPPED)


def find_distinct(ids: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids that occur, ascending, and for each given id its place among them.

    The same as ``numpy.unique(ids, return_inverse=True)``, without a sort: there are only
    ``MAX_IDS`` ids.
    """
    import numpy as np

    occurs = np.zeros(MAX_IDS, np.bool_)
    occurs[ids] = True
    distinct = np.flatnonzero(occurs)
    # By id, where it stands among the distinct ones; what does not occur is never looked up.
    places = np.zeros(MAX_IDS, np.int64)
    places[distinct] = np.arange(len(distinct))
    return distinct, places[ids]


class TokenVocabulary:
    """The tokens of a ``vocabulary.bin``; ValueError when it is cut short."""

    def __init__(self, packed: bytes) -> None:
        import numpy as np

        size = packed[:4]
        self.size = int.from_bytes(size, "little")
        first_token = 4 + self.size
        self._bytes = packed[first_token:]
        lengths = np.frombuffer(packed[4:first_token], np.uint8)
        # Sums of bytes do not fit into a byte.
        lengths = lengths.astype(np.int64)
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        # A file cut short has too few lengths, or too few bytes for them.
        if len(lengths) != self.size:
            raise ValueError("vocabulary.bin is damaged")
        if lengths.sum() != len(self._bytes):
            raise ValueError("vocabulary.bin is damaged")

    def tokens(self) -> list[bytes]:
        """Return all tokens in order of rank."""
        starts = self._starts.tolist()
        ends = self._ends.tolist()
        tokens = []
        for start, end in zip(starts, ends, strict=True):
            token = self._bytes[start:end]
            tokens.append(token)
        return tokens

    def select_ranks(self, text: bytes) -> dict[bytes, int]:
        """Return the tokens that occur in ``text``, and all single bytes, with their ranks.

        They are enough to encode it.

        A token can only occur where its first two bytes are neighbours somewhere in the text, and
        its last two as well. That is checked for all tokens at once; only the few that are left are
        looked for.
        """
        import numpy as np

        # Which of the pairs of bytes that there can be occur in the text?
        occurs_in_text = np.zeros(1 << 16, np.bool_)
        occurs_in_text[_pair_neighbours(text)] = True
        # The same for the pair that begins at each place among the bytes of all tokens.
        vocabulary_pairs = _pair_neighbours(self._bytes)
        pair_occurs = occurs_in_text[vocabulary_pairs]
        # The last byte of all begins no pair, and a first token of one byte has no pair before it.
        last_place = len(pair_occurs) - 1
        first_pairs = np.minimum(self._starts, last_place)
        last_pairs = np.maximum(self._ends - 2, 0)
        may_begin = pair_occurs[first_pairs]
        may_end = pair_occurs[last_pairs]
        # Any text is made of single bytes: they are always needed.
        lengths = self._ends - self._starts
        is_byte = lengths == 1
        selected = np.flatnonzero(is_byte | (may_begin & may_end))

        ranks: dict[bytes, int] = {}
        # Few are left: only now each one is looked for in the text.
        for rank in selected.tolist():
            start = self._starts[rank]
            end = self._ends[rank]
            token = self._bytes[start:end]
            if len(token) == 1 or token in text:
                ranks[token] = rank
        return ranks


def pack_vocabulary(tokens: Sequence[bytes]) -> bytes:
    """Return the ``vocabulary.bin`` of tokens in order of rank, each of 1 to 255 bytes."""
    size = len(tokens)
    lengths = map(len, tokens)
    return b"".join(
        [
            size.to_bytes(4, "little"),
            bytes(lengths),
            *tokens,
        ]
    )


def _pair_neighbours(text: bytes) -> NDArray[np.integer]:
    """Return each byte and the one after it as one number of 16 bits."""
    import numpy as np

    byte_values = np.frombuffer(text, np.uint8)
    numbers = byte_values.astype(np.uint16)
    first = numbers[:-1]
    second = numbers[1:]
    return first << 8 | second


def _compute_fingerprint(vocabulary: bytes) -> str:
    """Return twelve hexadecimal digits of all that decides the ids of a text."""
    rules = f"{PATTERN}{REPLACEMENTS}"
    digest = hashlib.sha256(rules.encode())
    digest.update(vocabulary)
    return digest.hexdigest()[:12]


def _build_encoding(ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(
        "rag",
        pat_str=PATTERN,
        mergeable_ranks=ranks,
        special_tokens={},
    )
