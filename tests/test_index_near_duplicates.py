"""Which articles are one story: on articles in seven languages with their groups, and on texts made to mislead."""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from measure_reprints import ARTICLES, groups, pairs
from rag.index import generations as store
from rag.index.near_duplicates import (
    EXACT_BELOW_WORDS,
    FINGERPRINT_TOKENS,
    MAX_POSTINGS,
    MIN_CONTAINMENT,
    WINNOWING_WINDOW,
    compute_containment,
    compute_fingerprints,
    group_near_duplicates,
    is_near_duplicate,
    read_comparable_text,
)
from rag.models import tokenizer as tokens
from rag.pipeline import build
from rag.records import Article, Document, content_id
from rag.settings.schema import Settings

HEADS, TAILS = (
    ("har", "fer", "mill", "wor", "bel", "gran", "tol", "sum"),
    ("bour", "ry", "stone", "den", "low", "fax", "wick"),
)
NOUNS = [head + tail for head in HEADS for tail in TAILS]
VERBS = [
    "opened",
    "closed",
    "praised",
    "sold",
    "feared",
    "rebuilt",
    "counted",
    "visited",
    "blamed",
    "saved",
    "painted",
    "moved",
]
ENDS = [
    "before noon",
    "after the vote",
    "for the third year",
    "without a word",
    "near the old mill",
    "in heavy rain",
    "at last",
]


def sentence(chance: random.Random) -> str:
    """A sentence like no other, most likely."""
    first, second, third, fourth = chance.sample(NOUNS, 4)
    verb, other = chance.sample(VERBS, 2)
    return f"The {first} of the {second} {verb} and {other} the {third} with the {fourth} {chance.choice(ENDS)}."


def story(seed: int, length: int = 12) -> list[str]:
    """The sentences of a story of its own."""
    chance = random.Random(seed)
    return [sentence(chance) for _ in range(length)]


def article(text: str, *, language: str = "en", path: str = "a.txt") -> Article:
    return Article(
        content_id(path, text),
        Document(path, text, "", "text/plain"),
        "T",
        None,
        None,
        None,
        language,
        0,
        len(text),
    )


def grouped(texts: list[str], *, language: str = "en") -> list[int]:
    articles = [
        article(text, language=language, path=f"{number}.txt") for number, text in enumerate(texts)
    ]
    encode = tokens.get_tokenizer().encode
    return group_near_duplicates(articles, [np.array(encode(text), np.uint16) for text in texts])


def together(texts: list[str], *, language: str = "en") -> bool:
    return len(set(grouped(texts, language=language))) == 1


def test_reprints_in_seven_languages() -> None:
    """Catches a threshold that takes an independent report for a copy, or a copy for news of its own; lost corrections."""
    found = groups(ARTICLES)
    measured = pairs(found)
    assert len(found) > 60
    assert measured.expected > 40
    assert measured.precision == 1.0
    assert measured.recall >= 0.95


def test_pairs_are_counted() -> None:
    """Catches a measure that is always content."""
    assert pairs({"a.1.md": 0, "a.2.md": 0, "b.1.md": 0}) == (1, 3, 1)
    assert pairs({"a.1.md": 0, "a.2.md": 1, "b.1.md": 2}) == (1, 0, 0)
    assert pairs({"a.1.md": 0, "a.2.md": 1}).recall == 0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(3, 12), st.integers(0, 3)), max_size=9),
    st.randoms(),
)
def test_groups_depend_on_the_articles_alone(
    made: list[tuple[int, int, int]], chance: random.Random
) -> None:
    """Catches groups that depend on the order of the files, and so an index that a later article changes otherwise."""
    texts = [
        " ".join([*story(seed)[:length], *story(seed + 100)[:more]])
        for seed, length, more in dict.fromkeys(made)
    ]
    names = list(range(len(texts)))
    shuffled = chance.sample(names, len(names))
    encode = tokens.get_tokenizer().encode

    def partition(order: list[int]) -> set[frozenset[int]]:
        articles = [article(texts[name], path=f"{name}.txt") for name in order]
        found = group_near_duplicates(
            articles, [np.array(encode(texts[name]), np.uint16) for name in order]
        )
        assert all(found[first] == first for first in found)  # the place of a member
        return {
            frozenset(name for name, cluster in zip(order, found, strict=True) if cluster == own)
            for own in found
        }

    assert partition(names) == partition(shuffled)


@given(
    st.lists(st.integers(0, 300), max_size=30),
    st.lists(st.integers(0, 300), min_size=FINGERPRINT_TOKENS + WINNOWING_WINDOW - 1, max_size=40),
    st.lists(st.integers(0, 300), max_size=30),
)
def test_what_stands_in_both_texts_gives_both_a_fingerprint(
    before: list[int], shared: list[int], after: list[int]
) -> None:
    """Catches a window that is too long, fingerprints of positions instead of content, and arithmetic that differs."""
    one = compute_fingerprints(np.array([*before, *shared], np.uint16))
    other = compute_fingerprints(np.array([*shared, *after], np.uint16))
    assert np.intersect1d(one, other).size


def test_fingerprints_are_the_same_everywhere() -> None:
    """Catches a hash that Python or the machine seeds."""
    assert compute_fingerprints(np.arange(FINGERPRINT_TOKENS, dtype=np.uint16)).tolist() == [
        5622746962027537358
    ]
    assert compute_fingerprints(np.arange(FINGERPRINT_TOKENS - 1, dtype=np.uint16)).tolist() == []


@pytest.mark.parametrize("kept", [3, 4, 6, 9, 11])
def test_a_shortened_version_is_a_reprint(kept: int) -> None:
    """Catches a likeness that sinks with the difference in length, as Jaccard's does."""
    whole = story(1)
    assert together([" ".join(whole), " ".join(whole[:kept])])
    assert together(
        [" ".join(whole), " ".join(sorted(random.Random(2).sample(whole, kept), key=whole.index))]
    )


def test_likeness_is_not_handed_on() -> None:
    """Catches single linkage: each text holds most of the next one, and the last has nothing of the first."""
    sentences = story(3, 60)
    texts = [" ".join(sentences[start : start + 12]) for start in range(0, 48, 4)]
    assert all(
        is_near_duplicate(read_comparable_text(article(one)), read_comparable_text(article(other)))
        for one, other in pairwise(texts)
    )
    found = grouped(texts)
    assert len(set(found)) > 3
    for cluster in set(found):
        members = [
            read_comparable_text(article(text))
            for text, own in zip(texts, found, strict=True)
            if own == cluster
        ]
        longest = max(members, key=lambda text: len(text.terms))
        assert all(
            compute_containment(member, longest) >= MIN_CONTAINMENT - 0.2 for member in members
        )


def test_a_digest_does_not_join_the_stories_it_holds() -> None:
    """Catches two stories counted as one because a third text holds both."""
    one, other = (" ".join(story(seed, 8)) for seed in (4, 5))
    found = grouped([f"{one} {other}", one, other, one + " Read more.", other + " Read more."])
    assert found[1] == found[3]
    assert found[2] == found[4]
    assert found[1] != found[2]


@pytest.mark.parametrize(
    ("language", "text", "changes"),
    [
        ("en", "The plant will cut 120 jobs by spring.", ("120", "140")),
        ("en", "The plant will cut twelve jobs by spring.", ("twelve", "eleven")),
        ("fr", "L'usine supprimera 1 200 postes avant l'été.", ("1 200", "1 300")),
        ("de", "Das Werk streicht bis zum Frühjahr 8,5 Prozent der Stellen.", ("8,5", "9,5")),
        ("es", "La fábrica suprimirá siete turnos antes de marzo.", ("siete", "ocho")),
    ],
)
def test_another_figure_in_the_same_words_is_other_news(
    language: str, text: str, changes: tuple[str, str]
) -> None:
    """Catches a correction that is hidden behind the error, in figures and in words."""
    rest = " ".join(story(6))
    assert together([f"{text} {rest}", f"{text} {rest} It said so today."], language=language)
    assert not together([f"{text} {rest}", f"{text.replace(*changes)} {rest}"], language=language)


def test_a_correction_stays_apart_where_the_longest_version_has_no_figure() -> None:
    """Catches figures that are compared with one article of the group alone."""
    whole, said = story(11), "The firm with its yard sold {} boats in a year."
    texts = [
        " ".join(whole),
        " ".join([said.format(40), *whole[:8]]),
        " ".join([said.format(60), *whole[:7]]),
    ]
    first, second, third = grouped(texts)
    assert first == second != third


def test_the_same_figure_in_another_writing_is_the_same() -> None:
    """Catches "1,200" that contradicts "1 200", and "twelve" that contradicts "12"."""
    rest = " ".join(story(7))
    said = "The firm with {} sites sold {} boats in a year."
    assert together(
        [f"{said.format('twelve', '1,200')} {rest}", f"{said.format('12', '1 200')} {rest}"]
    )


def test_datelines_and_headlines_are_not_compared() -> None:
    """Catches a reprint kept apart by the date printed above it."""
    rest = " ".join(story(8))
    head = "Published on {} March 2025\n\n"
    assert together([head.format(4) + rest, head.format(11) + rest])


def test_briefs_are_reprints_only_word_for_word() -> None:
    """Catches two closed roads taken for one: of a line, most words are always the same."""
    brief = "The road from Kermor to Brisac will be closed on {} because of works on the bridge."
    assert len(brief.split()) < EXACT_BELOW_WORDS
    assert together([brief.format("Monday"), brief.format("Monday")])
    assert not together([brief.format("Monday"), brief.format("Tuesday")])


def test_a_family_of_reports_with_a_reprint_of_one() -> None:
    """Catches fingerprints so common that the reprint of one report is compared with others only."""
    template = " ".join(story(9, 5))
    reports = [
        f"{template} The index closed at {1000 + 7 * week} points on Friday. {template}"
        for week in range(2 * MAX_POSTINGS)
    ]
    found = grouped([*reports, reports[-1] + " Thanks.", reports[3] + " Thanks."])
    assert found[-2] == 2 * MAX_POSTINGS - 1
    assert found[-1] == 3
    assert len(set(found)) == 2 * MAX_POSTINGS


@pytest.mark.parametrize(
    "text",
    ["", " ", "…", "\ud800\udfff\ud800", "🎉" * 50, "a" * 100_000, "7 " * 20_000, "今日は。" * 40],
)
def test_any_text_has_a_group(text: str) -> None:
    """Catches an empty text that is everybody's reprint, and one that cannot be compared."""
    found = grouped([text, " ".join(story(10)), text])
    assert found[1] == 1
    assert found[0] == 0


@settings(max_examples=6)
@given(st.permutations(sorted(path.name for path in ARTICLES.glob("[gem]*.md"))), st.integers(1, 8))
def test_adding_articles_gives_the_groups_of_an_index_made_anew(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], later: int
) -> None:
    """Catches groups that are kept from the index before, or made of the new articles alone."""
    folder = tmp_path_factory.mktemp("articles")
    added = Settings(index=folder / "added")
    anew = Settings(index=folder / "anew")

    def put(some: list[str]) -> None:
        for name in some:
            (folder / name).write_bytes((ARTICLES / name).read_bytes())

    put(names[later:])
    build(added, [folder])
    put(names[:later])
    build(added, [folder])
    build(anew, [folder])
    assert partition(added.index) == partition(anew.index)


def partition(index: Path) -> list[tuple[str, int]]:
    """Each file with its group."""
    with store.open_generation(index) as generation:
        articles = list(generation.articles())
        rows = [next(iter(generation.article_rows(row.id))) for row in articles]
        return [
            (row.path, owner.cluster)
            for row, owner in zip(articles, generation.owners_of(rows), strict=True)
        ]
