"""Language identification: by the script where it writes one language, else by naive Bayes over token ids.

The weights of the tokens are trained with the tokenizer (``scripts/training/languages.py``) and lie
beside it:

- ``languages.json``  the languages that can be told apart: the columns of the next file
- ``languages.npy``   (V, L) int8: how much likelier than on average a token is in a language, in
  steps of 1/16 nat

A newcomer may touch the constants here; the fingerprint of an index does not depend on them.
"""

from __future__ import annotations

import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

UNDETERMINED = "und"  # ISO 639-2: there is no letter to tell a language by
LANGUAGE_STEP = 1 / 16  # nats per unit of languages.npy; the training writes in this step
MAX_GUESSES = 3  # languages that a guess names; chosen by hand
# Characters of a text that are looked at; chosen by hand. A few hundred are enough to tell a
# language.
_SAMPLE_LENGTH = 4000
# How many times likelier than a language without passages the one with the most is; chosen by hand.
# Two or three words leave more open than that, a whole sentence leaves less.
_PRIOR_ODDS = 20

NO_PASSAGES: Mapping[str, int] = MappingProxyType({})

# A text most of whose letters are in one of these scripts is in its language; the other languages
# are told by their tokens.
_SCRIPTS_OF_ONE_LANGUAGE = {
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
}
_FIRST_AFTER_LATIN = "\u0370"  # every script above comes after the blocks of Latin letters


class TokenWeights(NamedTuple):
    """The evidence that each token gives for each language."""

    languages: tuple[str, ...]
    weights: NDArray[np.int8]  # (V, L), in steps of LANGUAGE_STEP


def guess_languages(
    text: str,
    encode: Callable[[str], list[int]],
    model: TokenWeights | None,
    likely: Mapping[str, int] = NO_PASSAGES,
) -> list[str]:
    """Return the likeliest languages of a text (ISO 639-1), best first: as many as its letters leave open, at most three.

    ``encode`` gives the token ids of a text. ``likely`` counts the passages of each language that
    the text may be about: they make the prior, see ``compute_log_prior``. A text without a letter
    gives ``["und"]``, and so does one that only its tokens could tell when there is no ``model``.
    """
    sample = text[:_SAMPLE_LENGTH]
    if not any(map(str.isalpha, sample)):
        return [UNDETERMINED]
    language = find_script_language(sample)
    if language is not None:
        return [language]
    if model is None:
        return [UNDETERMINED]
    # Naive Bayes: the logarithms of the prior and of each token's likelihood are added up.
    evidence = model.weights[encode(sample)].sum(axis=0, dtype="int64")
    posterior = evidence + compute_log_prior(model.languages, likely)
    best_columns = (-posterior).argsort(kind="stable")[:MAX_GUESSES]
    return [model.languages[column] for column in best_columns.tolist()]


def compute_log_prior(languages: Sequence[str], likely: Mapping[str, int]) -> list[int]:
    """Return the logarithm of each language's prior odds against a language without passages, in steps of LANGUAGE_STEP.

    The prior mixes a uniform one with the passages' shares: a language with as many passages as the
    most frequent one is ``_PRIOR_ODDS`` times as likely as a language without any, one with a
    thousandth of them hardly likelier at all. So five articles in Catalan do not make Catalan of
    the short French questions that are asked about thousands of French articles.
    """
    most = max((likely.get(language, 0) for language in languages), default=0)
    if most == 0:
        return [0] * len(languages)
    shares = [likely.get(language, 0) / most for language in languages]
    return [round(math.log1p((_PRIOR_ODDS - 1) * share) / LANGUAGE_STEP) for share in shares]


def find_script_language(text: str) -> str | None:
    """Return the language of the script that more than half of the letters are in, if that script writes one language.

    Chinese characters with a kana among them are Japanese.
    """
    if max(text, default="") < _FIRST_AFTER_LATIN:
        return None
    letter_count = sum(map(str.isalpha, text))
    for language, ranges in _SCRIPTS_OF_ONE_LANGUAGE.items():
        letters_in_script = len(re.findall(f"[{ranges}]", text))
        if 2 * letters_in_script <= letter_count:
            continue
        has_kana = re.search(f"[{_SCRIPTS_OF_ONE_LANGUAGE['ja']}]", text) is not None
        return "ja" if language == "zh" and has_kana else language
    return None
