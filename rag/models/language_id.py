"""Language identification: by script where it writes one language, else by naive Bayes.

Naive Bayes adds up what each token says for each language. The weights of the tokens are trained
with the tokenizer (``scripts/training/languages.py``) and lie beside it:

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
    """Return the likeliest languages of a text (ISO 639-1), best first, at most three.

    As many as its letters leave open: a script that writes one language decides alone.
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
    weights = model.weights[encode(sample)]
    evidence = weights.sum(axis=0, dtype="int64")
    # The share of each language among the passages counts like a few tokens more.
    posterior = evidence + compute_log_prior(model.languages, likely)
    best_first = (-posterior).argsort(kind="stable")
    guesses = []
    for column in best_first[:MAX_GUESSES].tolist():
        guesses.append(model.languages[column])
    return guesses


def compute_log_prior(languages: Sequence[str], likely: Mapping[str, int]) -> list[int]:
    """Return the logarithm of each language's prior odds, in steps of LANGUAGE_STEP.

    The odds are those against a language without passages. The prior mixes a uniform one with the
    passages' shares: a language with as many passages as the most frequent one is ``_PRIOR_ODDS``
    times as likely as a language without any, one with a thousandth of them hardly likelier at all.
    So five articles in Catalan do not make Catalan of the short French questions that are asked
    about thousands of French articles.
    """
    counts = [likely.get(language, 0) for language in languages]
    most = max(counts, default=0)
    prior = []
    for count in counts:
        # Without any passages all languages are equally likely.
        share = count / most if most else 0.0
        odds = 1 + (_PRIOR_ODDS - 1) * share
        nats = math.log(odds)
        prior.append(round(nats / LANGUAGE_STEP))
    return prior


def find_script_language(text: str) -> str | None:
    """Return the language of the script of more than half of the letters, or None.

    Only scripts that write one language count. Chinese characters with a kana among them are
    Japanese.
    """
    if text.isascii() or max(text) < _FIRST_AFTER_LATIN:
        return None
    letter_count = sum(map(str.isalpha, text))
    for language, ranges in _SCRIPTS_OF_ONE_LANGUAGE.items():
        letters_in_script = re.findall(f"[{ranges}]", text)
        if 2 * len(letters_in_script) <= letter_count:
            continue
        if language == "zh" and _has_kana(text):
            return "ja"
        return language
    return None


def _has_kana(text: str) -> bool:
    """Return whether a text has a letter that only Japanese writes."""
    kana = _SCRIPTS_OF_ONE_LANGUAGE["ja"]
    match = re.search(f"[{kana}]", text)
    return match is not None
