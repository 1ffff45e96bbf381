"""The translation lexicon: word alignment of the pairs with English, pruned and packed.

Words are aligned by IBM Model 1 (Brown et al. 1993) in both directions at once: what counts as a link is what both
directions believe, the product of their probabilities (alignment by agreement, Liang et al. 2006), which takes the
noise out of rare words; and words at like places in their sentences are likelier partners (Dyer et al. 2013). Words are
stems; a compound stands for itself and for its parts. From the expected number of links come both tables of a pair:
p(English | other) and p(other | English). A frequent word form that means another thing than its stem does ("traités",
treaties, where the stem is mostly "traiter", to treat) gets a row of its own.

What the arrays of the file mean is told in ``rag/models/lexicon.py``.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from safetensors.numpy import save_file

from rag.models.lexicon import COMPOUNDING, HUB, LONGEST, SHORTEST, find_stems, split_compound
from rag.text.words import find_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data import Pair

ROUNDS = 5  # of expectation maximisation
DIAGONAL = 2.0  # how much less likely two words are for each share of the sentence that their places are apart, in nats
SENTENCE = 40  # units; longer ones align badly and cost much
FLOOR, MOST = 0.02, 12  # a translation's probability, and how many of a unit are kept
SEEN = 0.05  # expected links below which a pair of units is noise
SURE, STEM = (
    5.0,
    5.0,
)  # links of a form that gets a row of its own; links' worth of trust in its stem
APART = 0.25  # how far such a form's translations are from its stem's (total variation)
UNITS = {
    HUB: 50_000,
    **dict.fromkeys(("de", "es", "fr", "it", "nl", "pt"), 40_000),
}  # the most frequent ones are kept
OTHERS = 17_000  # units of any other language
RECIPE = (ROUNDS, DIAGONAL, SENTENCE, FLOOR, MOST, SEEN, SURE, STEM, APART, UNITS, OTHERS)


class Texts(NamedTuple):
    """Texts as unit ids one after the other, of which form each is, and the number of units of each text."""

    ids: NDArray[np.int32]
    forms: NDArray[np.int32]
    lengths: NDArray[np.int64]


class Links(NamedTuple):
    """Units of two languages, each pair once, and the expected number, or share, of times that one stands for the other."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    expected: NDArray[np.float64]


class Language:
    """The texts of a language, each read once, and then its units: ids, how often each was seen, its most frequent word form."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._forms: dict[str, int] = {}  # words as they are written, in lower case
        self._texts: dict[str, int] = {}
        self._read = array("i")  # the forms of all texts, one after the other
        self._ends = array("q", [0])

    def read(self, text: str) -> None:
        """Take in the words of a text, once."""
        if text not in self._texts:
            self._texts[text] = len(self._texts)
            self._read.extend(
                self._forms.setdefault(word.form, len(self._forms)) for word in find_words(text)
            )
            self._ends.append(len(self._read))

    def freeze(self) -> None:
        """From the words seen so far, make the units."""
        seen = np.bincount(np.frombuffer(self._read, np.int32), minlength=len(self._forms)).tolist()
        own = [find_stems(form, self.code) for form in self._forms]
        self.frequency: Counter[str] = Counter()
        for some, often in zip(own, seen, strict=True):
            self.frequency.update(dict.fromkeys(some, often))
        ids: dict[str, int] = {}
        best: dict[str, tuple[int, str]] = {}
        units = []
        for form, some, often in zip(self._forms, own, seen, strict=True):
            parts = {find_stems(part, self.code)[0]: part for part in self._parts(form)}
            units.append(
                [ids.setdefault(unit, len(ids)) for unit in dict.fromkeys([*some, *parts])]
            )
            for unit in some:
                best[unit] = max(best.get(unit, (0, "")), (often, form))
            for unit, part in parts.items():
                best.setdefault(unit, (0, part))
        self.units, self.words = list(ids), [best[unit][1] for unit in ids]
        self._counts = np.array(list(map(len, units)))
        self._units = np.array([unit for some in units for unit in some], np.int32)
        # Forms that get a row of their own count as units, too, after all others.
        self.first_form, self.stem_of = len(self.units), np.array([some[0] for some in units])
        self.units += [f"={form}" for form in self._forms]
        self.words += self._forms
        self.often = np.array([*(self.frequency[unit] for unit in ids), *seen])

    def _parts(self, word: str) -> tuple[str, ...]:
        if self.code not in COMPOUNDING or not 2 * SHORTEST <= len(word) <= LONGEST:
            return ()
        return split_compound(
            word, lambda part: self.frequency.get(find_stems(part, self.code)[0], 0)
        )

    def encode(self, texts: Sequence[str]) -> Texts:
        """The unit ids of texts that were read."""
        which, ends = (
            np.array([self._texts[text] for text in texts]),
            np.frombuffer(self._ends, np.int64),
        )
        sizes = ends[which + 1] - ends[which]
        forms = np.frombuffer(self._read, np.int32)[ranges(ends[which], sizes)]
        starts = np.cumsum(self._counts) - self._counts
        lengths = np.bincount(
            np.repeat(np.arange(len(texts)), sizes), self._counts[forms], minlength=len(texts)
        ).astype(np.int64)
        counts = self._counts[forms]
        return Texts(self._units[ranges(starts[forms], counts)], np.repeat(forms, counts), lengths)


def ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each start on, as many as its size, one range after the other."""
    return np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())


def cells(
    source: Texts, target: Texts
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]
]:
    """Every source unit of a pair with every target unit of it: both units, both places in the corpus, how near."""
    lengths = [source.lengths, target.lengths]
    starts = [np.cumsum(n) - n for n in lengths]
    kept = np.flatnonzero((lengths[0] <= SENTENCE) & (lengths[1] <= SENTENCE))
    n_source, n_target = lengths[0][kept], lengths[1][kept]
    sizes = n_source * n_target
    pair = np.repeat(np.arange(len(kept)), sizes)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    i, j = place // n_target[pair], place % n_target[pair]
    at_source, at_target = starts[0][kept][pair] + i, starts[1][kept][pair] + j
    near = np.exp(
        -DIAGONAL * np.abs((i + 0.5) / n_source[pair] - (j + 0.5) / n_target[pair])
    ).astype(np.float32)
    return (
        source.ids[at_source].astype(np.int64), target.ids[at_target].astype(np.int64),
        at_source.astype(np.int32), at_target.astype(np.int32), near,
    )  # fmt: skip


def align(source: Texts, target: Texts, other: Language, hub: Language) -> tuple[Links, Links]:
    """What stands for what, onward and back."""
    ids, partners, at_source, at_target, near = cells(source, target)
    pairs, which = np.unique(ids * hub.first_form + partners, return_inverse=True)
    which = which.astype(np.int32)
    left, right = pairs // hub.first_form, pairs % hub.first_form
    forward, backward = (np.ones(len(pairs), np.float32) for _ in range(2))
    for number in range(ROUNDS):
        onward, back = forward[which] * near, backward[which] * near
        onward /= np.bincount(at_target, onward)[at_target] + 1e-12
        back /= np.bincount(at_source, back)[at_source] + 1e-12
        both = onward * back if number else np.sqrt(onward * back)
        links = np.bincount(which, both, minlength=len(pairs)).astype(np.float64)
        forward = (links / np.maximum(np.bincount(left, links)[left], 1e-9)).astype(np.float32)
        backward = (links / np.maximum(np.bincount(right, links)[right], 1e-9)).astype(np.float32)
    kept, believed = links > SEEN, both > SEEN
    there, again = (
        Links(left[kept], right[kept], links[kept]),
        Links(right[kept], left[kept], links[kept]),
    )
    forms = source.forms[at_source[believed]], target.forms[at_target[believed]]
    return (
        with_forms(there, forms[0].astype(np.int64), partners[believed], both[believed], other),
        with_forms(again, forms[1].astype(np.int64), ids[believed], both[believed], hub),
    )


def with_forms(
    links: Links,
    forms: NDArray[np.int64],
    targets: NDArray[np.int64],
    believed: NDArray[np.float32],
    language: Language,
) -> Links:
    """The links of units, and those of the forms that stand for something else than their stem."""
    order = np.lexsort((links.target, links.source))
    units = Links(links.source[order], links.target[order], links.expected[order])
    width = int(max(links.target.max(initial=0), targets.max(initial=0))) + 1
    counts = np.bincount(units.source, minlength=language.first_form)
    share = units.expected / np.bincount(units.source, units.expected)[units.source]
    seen = np.bincount(forms, believed, minlength=len(language.stem_of))
    sure = np.flatnonzero(seen >= SURE)
    stem = language.stem_of[sure]
    place = ranges((np.cumsum(counts) - counts)[stem], counts[stem])
    own = seen[forms] >= SURE
    keys = np.concatenate(
        [
            np.repeat(sure, counts[stem]) * width + units.target[place],
            forms[own] * width + targets[own],
        ]
    )
    pairs, which = np.unique(keys, return_inverse=True)
    form, target = pairs // width, pairs % width
    cut = len(place)
    expected = np.bincount(which[:cut], share[place], minlength=len(pairs))
    counted = np.bincount(which[cut:], believed[own], minlength=len(pairs))
    likely = (counted + STEM * expected) / (seen[form] + STEM)
    distance = np.bincount(form, np.abs(likely - expected), minlength=len(seen)) / 2
    kept = (distance[form] > APART) & (likely >= FLOOR / 2)
    return Links(
        np.concatenate([units.source, form[kept] + language.first_form]),
        np.concatenate([units.target, target[kept]]),
        np.concatenate([units.expected, likely[kept]]),
    )


def table(
    source: NDArray[np.int64], target: NDArray[np.int64], expected: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """The most likely targets of each source, packed."""
    likely = expected / np.bincount(source, expected)[source]
    order = np.lexsort((target, -likely, source))
    source, target, likely = source[order], target[order], likely[order]
    rank = np.arange(len(source)) - np.searchsorted(source, source)
    kept = (likely >= FLOOR) & (rank < MOST)
    rows, counts = np.unique(source[kept], return_counts=True)
    return {
        "rows": rows.astype(np.uint16),
        "ends": np.cumsum(counts).astype(np.uint32),
        "targets": target[kept].astype(np.uint16),
        "weights": np.round(255 * likely[kept]).astype(np.uint8),
    }


def pack_words(
    language: Language, used: NDArray[np.int64]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
    """The arrays of a language's ``used`` units, most frequent ones if there are too many, and the row of each unit or -1."""
    used = used[np.argsort(-language.often[used], kind="stable")][
        : UNITS.get(language.code, OTHERS)
    ]
    hashes = np.array(
        [zlib.crc32(language.units[unit].encode("utf-8", "replace")) for unit in used], np.uint32
    )
    order = np.argsort(hashes, kind="stable")
    used = used[order]
    rows = np.full(len(language.units), -1, np.int64)
    rows[used] = np.arange(len(used))
    words = [language.words[unit].encode("utf-8", "replace") for unit in used]
    return {
        "hashes": hashes[order],
        "frequency": np.minimum(np.round(8 * np.log2(1 + language.often[used])), 255).astype(
            np.uint8
        ),
        "ends": np.cumsum(list(map(len, words))).astype(np.uint32),
        "words": np.frombuffer(b"".join(words), np.uint8),
    }, rows


def learn(pairs: Iterable[Pair], path: Path, *, say: Callable[[str], None]) -> None:
    """Write the lexicon of these pairs; those without English are left out."""
    sides = [
        (p.language1, p.language2, p.text1, p.text2)
        for p in pairs
        if HUB in (p.language1, p.language2)
    ]
    languages: dict[str, Language] = {}
    for *codes, text1, text2 in sides:
        for code, text in zip(codes, (text1, text2), strict=True):
            languages.setdefault(code, Language(code)).read(text)
    for language in languages.values():
        language.freeze()
    say(
        f"{sum(language.first_form for language in languages.values()):,} units of {len(languages)} languages"
    )
    tables: dict[tuple[str, str], Links] = {}
    for code in sorted(languages.keys() - {HUB}):
        mine = [(a, b) if one == code else (b, a) for one, two, a, b in sides if code in (one, two)]
        texts = (
            languages[code].encode([text for text, _ in mine]),
            languages[HUB].encode([english for _, english in mine]),
        )
        tables[code, HUB], tables[HUB, code] = align(*texts, languages[code], languages[HUB])
        say(f"{code}: {len(tables[code, HUB].expected):,} linked pairs of units")
    beside = path.with_suffix(".part")
    save_file(pack(languages, tables), beside)
    beside.chmod(0o644)  # safetensors writes 0o600
    beside.replace(path)  # a run that was stopped leaves no half of it


def pack(
    languages: dict[str, Language], tables: dict[tuple[str, str], Links]
) -> dict[str, NDArray[Any]]:
    """All arrays of the file by name."""
    packed: dict[str, NDArray[Any]] = {}
    rows: dict[str, NDArray[np.int64]] = {}
    for code, language in languages.items():
        used = np.unique(
            np.concatenate(
                [table.source for (source, _), table in tables.items() if source == code]
            )
        )
        arrays, rows[code] = pack_words(language, used)
        packed |= {f"{code}.{name}": some for name, some in arrays.items()}
    for (code, other), links in tables.items():
        source, target = rows[code][links.source], rows[other][links.target]
        kept = (source >= 0) & (target >= 0)
        arrays = table(source[kept], target[kept], links.expected[kept])
        packed |= {f"{code}>{other}.{name}": some for name, some in arrays.items()}
    return packed
