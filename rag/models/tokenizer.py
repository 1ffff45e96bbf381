"""The one tokenizer: byte-level BPE for vectors, terms and passage lengths, which also tells the language.

A text is normalised (NFKC, lower case, one space before every word), cut by one regular expression into words, numbers
and marks, and each piece is joined from bytes by byte-pair encoding (Sennrich et al. 2016), run by tiktoken. A word has
the same tokens wherever it stands: after a space, an apostrophe, a bracket or a hyphen.

Files of a tokenizer, beside the vectors they belong to (see ``scripts/train_model.py``):

- ``vocabulary.bin``  the number of tokens (4 bytes, little-endian), one byte per token, its length, then the bytes of
  all tokens, in order of rank
- ``languages.json``  the languages ``Tokenizer.language`` can tell: the columns of the next file
- ``languages.npy``   (V, L) int8: how much more likely than on average a token is in a language, in steps of 1/16 nat
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    import tiktoken
    from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "static-multilingual"
UNDETERMINED = "und"  # ISO 639-2: no letter to tell a language by
LANGUAGE_STEP = 1 / 16  # nats per unit of languages.npy
_FEW, _SHORT = (
    16,
    4000,
)  # the first so many texts, of so many characters at most, are encoded without the whole vocabulary
_LIKELY = 48  # units: 3 nats, a factor of 20
_GUESSES = 3
_LANGUAGE_SAMPLE = 4000  # characters of a text that are looked at to tell its language

# Scripts written without spaces are cut out as runs of their own, which have no space before them.
_UNSPACED = (
    r"\x{0E00}-\x{0EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3040}-\x{30FF}"
    r"\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{20000}-\x{3FFFF}"
)
PATTERN = (
    rf"[{_UNSPACED}]+| ?[\p{{L}}\p{{M}}&&[^{_UNSPACED}]]+| ?\p{{N}}+|[^\s\p{{L}}\p{{M}}\p{{N}}]"
)

# Applied in this order, after NFKC and lower case: what is invisible goes, and a word after one of these marks gets its space.
REPLACEMENTS = (
    *((invisible, "") for invisible in "\u00ad\u200b\u2060\ufeff"),
    *((space, " ") for space in "\n\r\t\v\f\u0085\u2028\u2029"),
    ("’", "'"),
    *((mark, mark + " ") for mark in "'\"“«„‘([{/-–—_:*#=>|"),
)

# A text most of whose letters are in one of these scripts is in its language; the others are told by their tokens.
_ONE_LANGUAGE_SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
}

_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def normalise(text: str) -> str:
    """The text as ``PATTERN`` sees it; step by step what the normaliser in ``tokenizer.json`` does.

    Lower case is taken character by character: ``str.lower`` alone would write a Σ at a word's end as ς.
    """
    text = unicodedata.normalize("NFKC", text).replace("Σ", "σ").lower()
    for old, new in REPLACEMENTS:
        text = text.replace(old, new)
    return " " + text


class Tokenizer:
    """Text into token ids, and the language a text is in."""

    def __init__(
        self,
        vocabulary: bytes,
        languages: Sequence[str] = (),
        likelihood: NDArray[np.int8] | None = None,
    ) -> None:
        self._vocabulary = TokenVocabulary(vocabulary)
        self.size = self._vocabulary.size
        self.languages = tuple(languages)
        self.fingerprint = hashlib.sha256(
            f"{PATTERN}{REPLACEMENTS}".encode() + vocabulary
        ).hexdigest()[:12]
        self._likelihood = likelihood
        self._few = _FEW
        self._encoding_of = functools.lru_cache(maxsize=4)(
            lambda text: _encoding(self._vocabulary.ranks_in(text.encode()))
        )

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """The tokenizer of a model folder; ModelError when a file is missing or damaged."""
        import numpy as np

        try:
            vocabulary = (folder / "vocabulary.bin").read_bytes()
            languages = json.loads((folder / "languages.json").read_text(encoding="utf-8"))
            return cls(vocabulary, languages, np.load(folder / "languages.npy", mmap_mode="r"))
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The tokenizer in {folder} cannot be read: {error}",
                hint="Install the package again, or train the model again with scripts/train_model.py.",
            ) from error

    @functools.cached_property
    def _encoding(self) -> tiktoken.Encoding:
        return _encoding(dict(zip(self._vocabulary.tokens(), itertools.count(), strict=False)))

    def encode(self, text: str) -> list[int]:
        """The ids of a text's tokens, each below ``size``; none for white space alone."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of the tokens of each text."""
        normal = [normalise(text) for text in texts]
        encoding = self._encoding_for(normal)
        return [encoding.encode_ordinary(text) for text in normal]

    def _encoding_for(self, texts: Sequence[str]) -> tiktoken.Encoding:
        """An encoding that knows all tokens of these texts; the whole one takes its time to build."""
        if not self._few or sum(map(len, texts)) >= _SHORT:
            return self._encoding
        self._few -= 1
        whole_characters = (
            "\n".join(texts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )  # as tiktoken does
        return self._encoding_of(whole_characters)  # a question is asked for several times

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has."""
        return len(self.encode(text))

    def detect_language(self, text: str, *, likely: Collection[str] = ()) -> str:
        """The most likely language of a text, ISO 639-1; "und" for a text without a letter."""
        return self.guess_languages(text, likely=likely)[0]

    def guess_languages(self, text: str, *, likely: Collection[str] = ()) -> list[str]:
        """The most likely languages of a text, best first, as many as its letters leave open, at most three.

        Scripts that write one language decide alone; else naive Bayes over tokens, where ``likely`` languages are twenty
        times as likely before as the others: what two or three words leave open.
        """
        sample = text[:_LANGUAGE_SAMPLE]
        letters = sum(map(str.isalpha, sample))
        if not letters:
            return [UNDETERMINED]
        told = _by_script(sample, letters)
        if told or self._likelihood is None:
            return [told or UNDETERMINED]
        scores = self._likelihood[self.encode(sample)].sum(axis=0, dtype="int64")
        scores += [_LIKELY if language in likely else 0 for language in self.languages]
        return [
            self.languages[column]
            for column in (-scores).argsort(kind="stable")[:_GUESSES].tolist()
        ]


@functools.cache
def get_tokenizer() -> Tokenizer:
    """The tokenizer of the shipped model."""
    return Tokenizer.load(SHIPPED)


def stem_word(word: str, language: str) -> str:
    """The word without its ending (Snowball, Porter 2001); the word itself in a language without a stemmer."""
    stemmer = _stemmer(language)
    return stemmer(word) if stemmer else word


@functools.cache
def _stemmer(language: str) -> Callable[[str], str] | None:
    if language not in _STEMMERS:
        return None
    import Stemmer

    stem_word: Callable[[str], str] = Stemmer.Stemmer(_STEMMERS[language]).stemWord
    return stem_word


def _by_script(text: str, letters: int) -> str | None:
    """The language of the script that more than half of the letters are in, if that script writes one language."""
    if max(text) < "\u0370":  # Latin
        return None
    for code, ranges in _ONE_LANGUAGE_SCRIPTS.items():
        found = re.findall(f"[{ranges}]", text)
        if 2 * len(found) > letters:
            return (
                "ja"
                if code == "zh" and re.search(f"[{_ONE_LANGUAGE_SCRIPTS['ja']}]", text)
                else code
            )
    return None


def find_distinct(ids: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The ids that occur, ascending, and for each id given its place among them: ``numpy.unique`` without a sort."""
    import numpy as np

    seen = np.zeros(1 << 16, np.bool_)  # ids fit 16 bits
    seen[ids] = True
    known = np.flatnonzero(seen)
    places = np.zeros(1 << 16, np.int64)
    places[known] = np.arange(len(known))
    return known, places[ids]


class TokenVocabulary:
    """The tokens of a ``vocabulary.bin``; ValueError when it is cut short."""

    def __init__(self, packed: bytes) -> None:
        import numpy as np

        self.size = int.from_bytes(packed[:4], "little")
        self._bytes = packed[4 + self.size :]
        lengths = np.frombuffer(packed, np.uint8)[4 : 4 + self.size].astype(np.int64)
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        if len(lengths) != self.size or lengths.sum() != len(self._bytes):
            raise ValueError("vocabulary.bin is damaged")

    def tokens(self) -> list[bytes]:
        """All tokens in order of rank."""
        return [
            self._bytes[start:end]
            for start, end in zip(self._starts.tolist(), self._ends.tolist(), strict=True)
        ]

    def ranks_in(self, text: bytes) -> dict[bytes, int]:
        """The tokens that stand in ``text``, and all single bytes, with their ranks: enough to encode it.

        tiktoken needs 50 ms to take in a whole vocabulary; a question's part of it, found by the first two and the last
        two bytes of each token, takes 3.
        """
        import numpy as np

        letters, own = (
            np.frombuffer(some, np.uint8).astype(np.uint16) for some in (self._bytes, text)
        )
        stands = np.zeros(1 << 16, np.bool_)
        stands[own[:-1] << 8 | own[1:]] = True
        pairs = stands[
            letters[:-1] << 8 | letters[1:]
        ]  # by place: does this byte with the next stand in the text?
        single = self._ends - self._starts == 1
        likely = (
            pairs[np.minimum(self._starts, len(pairs) - 1)] & pairs[np.maximum(self._ends - 2, 0)]
        )
        found = (
            (int(i), self._bytes[self._starts[i] : self._ends[i]])
            for i in np.flatnonzero(single | likely)
        )
        return {token: rank for rank, token in found if len(token) == 1 or token in text}


def pack_vocabulary(tokens: Sequence[bytes]) -> bytes:
    """The ``vocabulary.bin`` of some tokens, in order of rank, each of 1 to 255 bytes."""
    return len(tokens).to_bytes(4, "little") + bytes(map(len, tokens)) + b"".join(tokens)


def _encoding(ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding("rag", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})
