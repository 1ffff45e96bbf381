"""The training behind the lexicon: alignment and tables against slow references, and what a file is made of."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from toy import learned, pairs

from rag.models.lexicon import find_stems
from rag.text.words import find_words
from training import data, lexicon

Corpus = list[tuple[list[int], list[int]]]
IDS = st.lists(st.integers(0, 5), max_size=5)
CORPORA = st.lists(st.tuples(IDS, IDS), max_size=8).map(lambda some: [*some, ([5], [5])])


def slow_align(corpus: Corpus) -> dict[tuple[int, int], float]:
    """The expected links as the module's docstring tells it: both directions, one pair of places at a time."""
    forward: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    backward: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    links: dict[tuple[int, int], float] = {}
    for number in range(lexicon.ROUNDS):
        links = defaultdict(float)
        for source, target in corpus:
            if max(len(source), len(target)) > lexicon.SENTENCE:
                continue
            near = [
                [
                    math.exp(
                        -lexicon.DIAGONAL * abs((i + 0.5) / len(source) - (j + 0.5) / len(target))
                    )
                    for j in range(len(target))
                ]
                for i in range(len(source))
            ]
            for i, f in enumerate(source):
                for j, e in enumerate(target):
                    onward = (
                        forward[f, e]
                        * near[i][j]
                        / sum(forward[g, e] * near[k][j] for k, g in enumerate(source))
                    )
                    back = (
                        backward[f, e]
                        * near[i][j]
                        / sum(backward[f, g] * near[i][k] for k, g in enumerate(target))
                    )
                    links[f, e] += onward * back if number else math.sqrt(onward * back)
        of_source, of_target = Counter[int](), Counter[int]()
        for (f, e), n in links.items():
            of_source[f] += n  # type: ignore[assignment]
            of_target[e] += n  # type: ignore[assignment]
        forward = defaultdict(float, {(f, e): n / of_source[f] for (f, e), n in links.items()})
        backward = defaultdict(float, {(f, e): n / of_target[e] for (f, e), n in links.items()})
    return links


def texts(rows: list[list[int]]) -> lexicon.Texts:
    ids = np.array([unit for row in rows for unit in row], np.int32)
    return lexicon.Texts(ids, ids, np.array(list(map(len, rows)), np.int64))


def links(found: lexicon.Links) -> dict[tuple[int, int], float]:
    return dict(
        zip(
            zip(found.source.tolist(), found.target.tolist(), strict=True),
            found.expected.tolist(),
            strict=True,
        )
    )


def fast_align(corpus: Corpus) -> dict[tuple[int, int], float]:
    """The links of six units of two languages, in which every unit has one form."""
    words = cast("lexicon.Language", SimpleNamespace(first_form=6, stem_of=np.arange(6)))
    there, back = (
        {(f, e): n for (f, e), n in links(found).items() if f < 6}
        for found in lexicon.align(
            *(texts([pair[side] for pair in corpus]) for side in (0, 1)), words, words
        )
    )
    assert {(f, e): n for (e, f), n in back.items()} == there
    return there


@given(CORPORA)
def test_alignment_agrees_with_a_slow_reference(corpus: Corpus) -> None:
    """Catches units summed over the wrong side or sentence, one direction used twice, places counted in the corpus."""
    fast, slow = fast_align(corpus), slow_align(corpus)
    for pair in fast.keys() | slow.keys():
        if pair in fast:
            assert fast[pair] == pytest.approx(slow[pair], rel=1e-3, abs=1e-4)
        else:
            assert slow[pair] <= lexicon.SEEN * 1.001


@given(CORPORA)
def test_alignment_is_the_same_from_either_side(corpus: Corpus) -> None:
    """Catches a direction that counts for more: French to English would not be English to French."""
    turned = fast_align([(target, source) for source, target in corpus])
    straight = fast_align(corpus)
    for (f, e), n in straight.items():
        assert (
            turned.get((e, f), 0.0) == pytest.approx(n, rel=1e-3, abs=1e-4)
            or abs(n - lexicon.SEEN) < 1e-3
        )


def test_a_toy_corpus_is_aligned_as_a_reader_would() -> None:
    """Catches an EM that does not converge: 0 is 0, 1 is 1, although 2 ("the") stands beside them everywhere."""
    corpus: Corpus = [
        ([2, 0], [2, 0]),
        ([2, 1], [2, 1]),
        ([2, 3], [2, 3]),
        ([0, 1], [0, 1]),
        ([2, 0], [2, 0]),
    ]
    found = fast_align(corpus)
    for unit in range(4):
        best = max((pair for pair in found if pair[0] == unit), key=lambda pair: found[pair])
        assert best == (unit, unit)


def test_sentences_that_are_too_long_are_left_out_and_no_others() -> None:
    """Catches a limit that is off by one, and offsets that slip behind a sentence left out."""
    limit = lexicon.SENTENCE
    long, short = [0] * limit, [1]
    assert fast_align([([*long, 0], [0]), ([0], [*long, 0]), ([2], [3])]).keys() == {(2, 3)}
    assert (1, 0) in fast_align([(short, long), ([4], [4])])


@st.composite
def formed(
    draw: st.DrawFn,
) -> tuple[dict[tuple[int, int], float], list[int], list[tuple[int, int, float]]]:
    """Links of four units, the unit of each of six forms, and what is believed of a form and a target, place by place."""
    stem_of = draw(st.lists(st.integers(0, 3), min_size=6, max_size=6))
    cells = st.tuples(st.integers(0, 5), st.integers(0, 4), st.sampled_from([0.25, 0.5, 1.0]))
    believed = draw(st.lists(cells, min_size=1, max_size=60)) * draw(st.sampled_from([1, 4]))
    counted: dict[tuple[int, int], float] = defaultdict(float)
    for form, target, n in believed:
        counted[stem_of[form], target] += n
    for form, target in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=3)):
        counted[form, target] += 2.0
    return dict(counted), stem_of, believed


@given(formed())
def test_forms_that_mean_something_else_agree_with_a_slow_reference(
    given: tuple[dict[tuple[int, int], float], list[int], list[tuple[int, int, float]]],
) -> None:
    """Catches a form compared with another's stem, a rare one that is believed, one that means the same kept apart."""
    counted, stem_of, believed = given
    expected = dict(counted)
    for form, unit in enumerate(stem_of):
        whole = sum(n for (f, _), n in counted.items() if f == unit)
        stem = {e: n / whole for (f, e), n in counted.items() if f == unit}
        own = Counter[int]()
        for f, e, n in believed:
            own[e] += n * (f == form)  # type: ignore[assignment]
        seen = sum(own.values())
        if seen < lexicon.SURE:
            continue
        likely = {e: (own[e] + lexicon.STEM * p) / (seen + lexicon.STEM) for e, p in stem.items()}
        distance = sum(abs(likely[e] - stem[e]) for e in stem) / 2
        assume(
            abs(distance - lexicon.APART) > 1e-4
            and all(abs(p - lexicon.FLOOR / 2) > 1e-4 for p in likely.values())
        )
        if distance > lexicon.APART:
            expected |= {(4 + form, e): p for e, p in likely.items() if p >= lexicon.FLOOR / 2}
    columns = [np.array(column) for column in zip(*counted, strict=True)]
    forms, targets, shares = (np.array(column) for column in zip(*believed, strict=True))
    language = cast("lexicon.Language", SimpleNamespace(first_form=4, stem_of=np.array(stem_of)))
    found = lexicon.with_forms(
        lexicon.Links(columns[0], columns[1], np.array(list(counted.values()))),
        forms,
        targets,
        shares.astype(np.float32),
        language,
    )
    assert links(found) == pytest.approx(expected, rel=1e-4)
    assert len(found.source) == len(expected)


FORMED = """les traités = the treaties
traité de paix = peace treaty
le traité est long = the treaty is long
traiter le bois = to treat the wood
il traite le bois = he treats the wood
nous traitons le bois = we treat the wood
traiter la ville = to treat the city
elle traite le bois = she treats the wood"""


def test_a_form_that_means_something_else_than_its_stem_is_told_apart(tmp_path: Path) -> None:
    """Catches "traités", treaties, translated as the verb that has the same stem, and rarer forms without a translation."""
    some = [data.Pair("fr", "en", *line.split(" = ")) for line in FORMED.splitlines()]
    more = [data.Pair("fr", "en", f"les traités {n}", f"the treaties {n}") for n in range(20)]
    more += [data.Pair("fr", "en", f"traiter {n}", f"treat {n}") for n in range(20, 60)]
    small = learned([*some, *more], tmp_path)
    said = [
        small.translations(form, "fr", "en")[0].word
        for form in ("traités", "traiter", "traiterait")
    ]
    assert said == ["treaties", "treat", "treat"]


@st.composite
def expectations(draw: st.DrawFn) -> list[tuple[int, int, float]]:
    cells = draw(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 40)), min_size=1, max_size=80))
    return [
        (f, e, draw(st.sampled_from([0.06, 0.5, 1.0, 1.5, 3.0, 20.0, 200.0])))
        for f, e in sorted(cells)
    ]


@given(expectations(), st.randoms())
def test_tables_agree_with_a_slow_reference(
    rows: list[tuple[int, int, float]], random: object
) -> None:
    """Catches a floor on counts where probabilities are meant, too many kept, an order by target, ends that slip."""
    random.shuffle(rows)  # type: ignore[attr-defined]
    of_source = Counter[int]()
    for source, _, n in rows:
        of_source[source] += n  # type: ignore[assignment]
    assume(all(abs(n / of_source[f] - lexicon.FLOOR) > 1e-9 for f, _, n in rows))
    expected: dict[int, list[tuple[int, int]]] = {}
    for source in sorted(of_source):
        likely = sorted(
            ((n / of_source[source], e) for f, e, n in rows if f == source),
            key=lambda item: (-item[0], item[1]),
        )
        kept = [(e, round(255 * p)) for p, e in likely if p >= lexicon.FLOOR][: lexicon.MOST]
        if kept:
            expected[source] = kept
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    made = lexicon.table(columns[0], columns[1], columns[2].astype(np.float64))
    assert {name: array.dtype for name, array in made.items()} == {
        "rows": np.uint16,
        "ends": np.uint32,
        "targets": np.uint16,
        "weights": np.uint8,
    }
    assert made["rows"].tolist() == list(expected)
    starts = [0, *made["ends"].tolist()]
    for place, source in enumerate(expected):
        span = slice(starts[place], starts[place + 1])
        assert made["targets"][span].tolist() == [e for e, _ in expected[source]]
        assert made["weights"][span].tolist() == pytest.approx(
            [w for _, w in expected[source]], abs=0.51
        )
    assert len(made["targets"]) == len(made["weights"]) == starts[-1]


def frozen(code: str, *texts: str) -> lexicon.Language:
    language = lexicon.Language(code)
    for text in texts:
        language.read(text)
    language.freeze()
    return language


def units(language: lexicon.Language, *asked: str) -> list[list[str]]:
    """The units of each text, as text."""
    encoded = language.encode(asked)
    named = iter([language.units[unit] for unit in encoded.ids])
    return [[next(named) for _ in range(length)] for length in encoded.lengths]


def test_a_unit_is_shown_by_its_most_frequent_form() -> None:
    """Catches a stem shown as a word, the form that came first or last, and a text counted as often as it comes."""
    language = frozen(
        "en", "dismissals", "dismissals", "the dismissal", "a dismissal", "dismissal of dismissed"
    )
    said = dict(zip(language.units, language.words, strict=True))
    stem = find_stems("dismissal", "en")[0]
    assert said[stem] == "dismissal"
    assert language.frequency[stem] == 5
    forms = ("the", "a", "of", "dismissal", "dismissals", "dismissed")
    assert set(said) == {find_stems(form, "en")[0] for form in forms} | {
        f"={form}" for form in forms
    }
    assert all(said[f"={form}"] == form for form in forms)


TEXTS = st.lists(
    st.lists(
        st.sampled_from(["Wasserwerk", "Wasser", "das", "Werk", "Année", "…", "2025"]), max_size=6
    ),
    min_size=1,
    max_size=4,
)


@given(TEXTS, st.sampled_from(["de", "fr"]))
def test_texts_are_encoded_word_by_word(rows: list[list[str]], code: str) -> None:
    """Catches offsets that slip where a text has no words, comes twice, or has words of several units."""
    asked = [" ".join(row) for row in rows]
    language = frozen(code, *(f"Wasser, Werk {n}" for n in range(30)), *asked)
    parts = {"Wasserwerk": ["Wasser", "Werk"]} if code == "de" else {}
    expected = [
        [
            unit
            for word in find_words(text)
            for unit in dict.fromkeys(
                [
                    *find_stems(word.form, code),
                    *(
                        find_stems(part.lower(), code)[0]
                        for part in parts.get(text[word.start : word.end], [])
                    ),
                ]
            )
        ]
        for text in asked
    ]
    assert units(language, *asked) == expected


def test_a_compound_stands_for_itself_and_its_parts_also_where_they_are_rare() -> None:
    """Catches compounds that are never split, parts without a word form, and English split like German."""
    corpus = [
        *(f"das Wasser {n}" for n in range(9)),
        *(f"das Werk {n}" for n in range(9)),
        "das Wasserwerk",
    ]
    german, english = frozen("de", *corpus), frozen("en", *corpus)
    assert units(german, "das Wasserwerk")[0][1:] == [
        find_stems(word, "de")[0] for word in ("wasserwerk", "wasser", "werk")
    ]
    assert units(english, "das Wasserwerk")[0][1:] == [find_stems("wasserwerk", "en")[0]]
    assert {"wasser", "werk", "wasserwerk"} <= set(german.words)


def test_a_file_knows_every_linked_unit_and_points_at_it(tmp_path: Path) -> None:
    """Catches rows that point beyond the units, hashes out of order, ends that do not cover the words."""
    learned(pairs(), tmp_path)
    arrays = load_file(tmp_path / "lexicon.safetensors")
    assert (tmp_path / "lexicon.safetensors").stat().st_mode & 0o777 == 0o644
    sizes = {
        name.split(".")[0]: len(array) for name, array in arrays.items() if name.endswith(".hashes")
    }
    assert set(sizes) == {"de", "en", "fr"}
    for code, size in sizes.items():
        assert (np.diff(arrays[f"{code}.hashes"].astype(np.int64)) >= 0).all()
        assert len(arrays[f"{code}.ends"]) == len(arrays[f"{code}.frequency"]) == size
        assert arrays[f"{code}.ends"][-1] == len(arrays[f"{code}.words"])
        bytes(arrays[f"{code}.words"]).decode("utf-8")
    for pair in ("fr>en", "en>fr", "de>en", "en>de"):
        source, target = pair.split(">")
        assert (np.diff(arrays[f"{pair}.rows"].astype(int)) > 0).all()
        assert arrays[f"{pair}.rows"].max() < sizes[source]
        assert arrays[f"{pair}.targets"].max() < sizes[target]
        assert (
            arrays[f"{pair}.ends"][-1]
            == len(arrays[f"{pair}.targets"])
            == len(arrays[f"{pair}.weights"])
        )


def test_pairs_without_english_teach_nothing(tmp_path: Path) -> None:
    """Catches a table whose rows are French although its name says English."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, more in (
        (one, []),
        (
            other,
            [
                data.Pair("fr", "de", "le chat dort", "der Hund schläft"),
                data.Pair("es", "fr", "gato", "chat"),
            ],
        ),
    ):
        folder.mkdir()
        learned([*pairs(), *more], folder)
    assert (one / "lexicon.safetensors").read_bytes() == (
        other / "lexicon.safetensors"
    ).read_bytes()


def test_pairs_without_words_teach_nothing(tmp_path: Path) -> None:
    """Catches a division by nothing, and offsets that slip behind a text of marks alone."""
    some = [
        data.Pair("fr", "en", "…", "the cat"),
        data.Pair("fr", "en", "chat", "?"),
        data.Pair("en", "fr", "!", "…"),
    ]
    small = learned([*some, *pairs()], tmp_path)
    assert [found.word for found in small.translations("chat", "fr", "en")] == ["cat"]


def test_which_side_english_stands_on_does_not_matter(tmp_path: Path) -> None:
    """Catches a table of a pair turned round."""
    contents = []
    for turn in (False, True):
        some = [
            data.Pair(p.language2, p.language1, p.text2, p.text1) if turn else p for p in pairs()
        ]
        learned(some, tmp_path)
        contents.append((tmp_path / "lexicon.safetensors").read_bytes())
    assert contents[0] == contents[1]


SMALL = """
import hashlib, sys
from pathlib import Path
import toy
toy.lexicon.UNITS, toy.lexicon.OTHERS = {"en": 9}, 6
toy.learned(toy.pairs(), Path(sys.argv[1]))
print(hashlib.sha256((Path(sys.argv[1]) / "lexicon.safetensors").read_bytes()).hexdigest())
"""


def test_training_twice_gives_the_same_file(tmp_path: Path) -> None:
    """Catches units of equal frequency that are kept or dropped in the order of Python's hashes: every run another file."""
    place = Path(__file__).parent
    digests = set()
    for seed in ("1", "2", "3"):
        environ = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(place.parent), str(place)]),
        }
        command = [sys.executable, "-c", SMALL, str(tmp_path)]
        digests.add(
            subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
        )
    assert len(digests) == 1


def test_the_most_frequent_units_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a lexicon cut at random, and links that still point at what was cut."""
    monkeypatch.setattr(lexicon, "UNITS", {})
    monkeypatch.setattr(lexicon, "OTHERS", 4)
    small = learned(pairs(), tmp_path)
    assert small.translations("la", "fr", "en")
    assert small.translations("grève", "fr", "en") == ()
