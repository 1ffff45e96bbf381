"""Which articles are one story: on articles in seven languages with their groups, and on texts made
to mislead."""

from __future__ import annotations

import datetime
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
from rag.index.fingerprints import compute_fingerprints
from rag.index.near_duplicates import (
    EXACT_BELOW_WORDS,
    MAX_CANDIDATES,
    MAX_POSTINGS,
    MIN_CONTAINMENT,
    MIN_CONTAINMENT_IN_SHORTEST,
    MIN_SHARED_FINGERPRINTS,
    ComparableText,
    _LeaderIndex,
    compute_containment,
    group_near_duplicates,
    have_contradicting_figures,
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
    deeds = f"{verb} and {other} the {third} with the {fourth}"
    return f"The {first} of the {second} {deeds} {chance.choice(ENDS)}."


def story(seed: int, length: int = 12) -> list[str]:
    """The sentences of a story of its own."""
    chance = random.Random(seed)
    return [sentence(chance) for _ in range(length)]


def article(
    text: str,
    *,
    language: str = "en",
    path: str = "a.txt",
    title: str = "T",
    day: datetime.date | None = None,
) -> Article:
    return Article(
        content_id(path, text),
        Document(path, text, "", "text/plain"),
        title,
        None,
        day,
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
    """Catches a threshold that takes an independent report for a copy, or a copy for news of its
    own; lost corrections."""
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
    """Catches groups that depend on the order of the files, and so an index that a later article
    changes otherwise."""
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


@pytest.mark.parametrize("kept", [3, 4, 6, 9, 11])
def test_a_shortened_version_is_a_reprint(kept: int) -> None:
    """Catches a likeness that sinks with the difference in length, as Jaccard's does."""
    whole = story(1)
    assert together([" ".join(whole), " ".join(whole[:kept])])
    assert together(
        [" ".join(whole), " ".join(sorted(random.Random(2).sample(whole, kept), key=whole.index))]
    )


def test_likeness_is_not_handed_on() -> None:
    """Catches single linkage: each text holds most of the next one, and the last has nothing of the
    first."""
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
    """Catches fingerprints so common that the reprint of one report is compared with others
    only."""
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
    added = Settings(index=folder / "added", reader="off")
    anew = Settings(index=folder / "anew", reader="off")

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


def make_text(terms: list[str]) -> ComparableText:
    """What is compared of a text that is nothing but these terms."""
    return read_comparable_text(article(" ".join(terms) + "."))


def name_terms(first: int, count: int) -> list[str]:
    """Terms of letters alone, all different: no figure stands among them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    numbers = range(first, first + count)
    return [f"x{letters[n // 676]}{letters[n // 26 % 26]}{letters[n % 26]}" for n in numbers]


def test_terms_shingles_and_figures_of_a_text() -> None:
    """Catches shingles of another length, a figure without its context, a heading that is
    compared."""
    text = read_comparable_text(article("A heading\n\nThey sold twelve boats in 2024."))
    assert text.terms == ("they", "sold", "12", "boats", "in", "2024")
    assert text.shingles == {
        ("they", "sold", "12"),
        ("sold", "12", "boats"),
        ("12", "boats", "in"),
        ("boats", "in", "2024"),
    }
    assert text.figures == {
        ("they", "sold", "#", "boats"): {("12",)},
        ("sold", "#", "boats", "in"): {("12",)},
        ("#", "boats", "in", "#"): {("12", "2024")},
    }


@pytest.mark.parametrize(("shared", "expected"), [(25, False), (26, True), (27, True)])
def test_half_of_the_shingles_make_a_near_duplicate(shared: int, expected: bool) -> None:
    """Catches a threshold beside one half, and a share of the longer text instead of the
    shorter."""
    one, other = name_terms(0, 50), name_terms(0, shared) + name_terms(100, 70 - shared)
    containment = compute_containment(make_text(one), make_text(other))
    assert containment == (shared - 2) / 48
    assert (containment >= MIN_CONTAINMENT) == expected
    assert is_near_duplicate(make_text(one), make_text(other)) == expected
    assert is_near_duplicate(make_text(other), make_text(one)) == expected


@pytest.mark.parametrize(("length", "expected"), [(39, False), (40, True), (41, True)])
def test_a_fifth_of_the_words_may_stand_for_the_whole(length: int, expected: bool) -> None:
    """Catches a first paragraph that stands for the whole article, or a ratio the wrong way up."""
    whole = name_terms(0, 200)
    assert is_near_duplicate(make_text(whole[:length]), make_text(whole)) == expected
    assert is_near_duplicate(make_text(whole), make_text(whole[:length])) == expected


@pytest.mark.parametrize(
    ("length", "expected"), [(EXACT_BELOW_WORDS - 1, False), (EXACT_BELOW_WORDS, True)]
)
def test_from_24_words_on_not_every_word_must_be_the_same(length: int, expected: bool) -> None:
    """Catches ``<=`` for ``<``: a text of just so many words is no brief any more."""
    assert EXACT_BELOW_WORDS == 24
    shorter = make_text(name_terms(0, length))
    assert is_near_duplicate(shorter, make_text(name_terms(0, length + 1))) == expected
    assert is_near_duplicate(shorter, shorter)


@pytest.mark.parametrize(
    ("figures", "others", "expected"),
    [
        ({("a", "#"): {("1",)}}, {("a", "#"): {("2",)}}, True),
        ({("a", "#"): {("1",)}}, {("a", "#"): {("1",)}}, False),
        ({("a", "#"): {("1",), ("2",)}}, {("a", "#"): {("2",), ("3",)}}, False),
        ({("a", "#"): {("1",)}}, {("b", "#"): {("2",)}}, False),
        (
            {("a", "#"): {("1",)}, ("b", "#"): {("1",)}},
            {("a", "#"): {("1",)}, ("b", "#"): {("2",)}},
            True,
        ),
        ({}, {("a", "#"): {("2",)}}, False),
    ],
)
def test_figures_contradict_where_no_value_of_a_context_is_the_same(
    figures: dict[tuple[str, ...], set[tuple[str, ...]]],
    others: dict[tuple[str, ...], set[tuple[str, ...]]],
    expected: bool,
) -> None:
    """Catches values that must all be the same, and one context that excuses another."""
    assert have_contradicting_figures(figures, others) == expected
    assert have_contradicting_figures(others, figures) == expected


def group_slowly(articles: list[Article], tokens: list[list[int]]) -> list[int]:
    """Slow and obvious: the longest first, each beside every leader that shares a fingerprint."""
    prints = [set(compute_fingerprints(np.array(ids, np.uint16)).tolist()) for ids in tokens]
    texts = [read_comparable_text(each) for each in articles]
    groups: list[list[int]] = []
    for new in sorted(range(len(articles)), key=lambda n: (-len(tokens[n]), articles[n].id)):
        by_overlap = sorted(groups, key=lambda group: -len(prints[group[0]] & prints[new]))
        for group in by_overlap[:MAX_CANDIDATES]:
            overlap = len(prints[group[0]] & prints[new])
            figures: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
            for member in group:
                for context, values in texts[member].figures.items():
                    figures[context] = figures.get(context, set()) | values
            if (
                overlap
                and overlap >= MIN_SHARED_FINGERPRINTS * len(prints[new])
                and is_near_duplicate(texts[new], texts[group[0]])
                and compute_containment(texts[new], texts[group[-1]]) >= MIN_CONTAINMENT_IN_SHORTEST
                and not have_contradicting_figures(texts[new].figures, figures)
            ):
                group.append(new)
                break
        else:
            groups.append([new])
    return [min(next(group for group in groups if n in group)) for n in range(len(articles))]


PIECE = st.tuples(st.integers(0, 2), st.integers(0, 8), st.integers(1, 12), st.integers(0, 2))


@given(st.lists(PIECE, max_size=10))
def test_groups_are_those_of_the_slow_reference(pieces: list[tuple[int, int, int, int]]) -> None:
    """Catches a lost candidate, one beyond the best four, halves of a story joined by the whole."""
    texts = []
    for seed, start, count, figure in pieces:
        said = f" The firm with its yard sold {40 + figure} boats in a year." if figure else ""
        texts.append(" ".join(story(seed, 12)[start : start + count]) + said)
    articles = [article(text, path=f"{number}.txt") for number, text in enumerate(texts)]
    ids = [tokens.get_tokenizer().encode(text) for text in texts]
    found = group_near_duplicates(articles, [np.array(each, np.uint16) for each in ids])
    assert found == group_slowly(articles, ids)


@pytest.mark.parametrize(("shared", "expected"), [(16, [0, 0, 2]), (17, [0, 0, 0])])
def test_two_parts_of_a_long_article_are_two_stories(shared: int, expected: list[int]) -> None:
    """Catches the shortest of a group forgotten, and a share beside three in ten."""
    whole = name_terms(0, 120)
    # The first part leaves ``shared`` words of the second to it: shared - 2 of 50 shingles.
    first, second = whole[:60], whole[60 - shared : 112 - shared]
    containment = compute_containment(make_text(first), make_text(second))
    assert containment == (shared - 2) / 50
    assert grouped([" ".join(part) + "." for part in (whole, first, second)]) == expected


@pytest.mark.parametrize(
    ("minimum", "expected"), [(1, [1, 0, 2, 3]), (2, [1, 0, 2]), (3, [1]), (4, [])]
)
def test_candidates_share_enough_fingerprints_the_closest_first(
    minimum: float, expected: list[int]
) -> None:
    """Catches ``>`` for ``>=``, equal ones in another order, and a fifth candidate."""
    leaders = _LeaderIndex(np.array([0, 3, 3, 3, 2]))
    for group, fingerprints in enumerate([[1, 2], [1, 2, 3], [2, 3], [3], [1]]):
        leaders.add(group, np.array(fingerprints))
    assert leaders.find_candidates(np.array([1, 2, 3]), minimum=minimum) == expected
    assert leaders.find_candidates(np.array([4]), minimum=0) == []


def test_a_fingerprint_names_32_leaders_at_most() -> None:
    """Catches a phrase that all articles have and that is compared with all of them."""
    assert MAX_POSTINGS == 32
    leaders = _LeaderIndex(np.array([2, 40, 2]))
    for group in range(40):
        leaders.add(group, np.array([1]))
    found = [leaders.find_candidates(np.array([place]), minimum=1) for place in range(3)]
    assert found == [[], [0, 1, 2, 3], []]
    assert leaders._groups.tolist() == [0, 0, *range(32), 0, 0]


CLOSING = " ".join(story(99, 8))  # under every report of a paper


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Korvel 8.1 released", "Korvel 8.2 released", False),
        ("Lidstow league: round 12", "Lidstow league: round 13", False),
        ("Hotels in January", "Hotels in February", False),
        ("The second day of the fair", "The third day of the fair", False),
        ("Korvel 8.1 released", "A new Korvel", True),
        ("Forty lose their work", "Fire leaves 40 without work", True),
    ],
)
def test_figures_in_titles_tell_the_parts_of_a_series(
    title: str, other: str, expected: bool
) -> None:
    """Catches titles that are not compared, ordinals and months that are no figures, and another
    headline taken for another figure."""
    text = " ".join(story(1))
    one = read_comparable_text(article(text, title=title))
    assert is_near_duplicate(one, read_comparable_text(article(text, title=other))) == expected


@pytest.mark.parametrize(("days", "expected"), [(10, True), (11, False)])
def test_what_is_printed_much_later_is_no_shortened_version(days: int, expected: bool) -> None:
    """Catches a monthly report taken for a reprint, another limit, and the very same words kept
    apart."""
    whole, day = story(1), datetime.date(2025, 3, 1)
    first = read_comparable_text(article(" ".join(whole), day=day))
    later = day + datetime.timedelta(days)
    edited = article(" ".join([*whole[:9], sentence(random.Random(5))]), day=later)
    assert is_near_duplicate(first, read_comparable_text(edited)) == expected
    assert is_near_duplicate(first, read_comparable_text(article(" ".join(whole), day=later)))


def test_a_shared_closing_text_makes_no_reprint() -> None:
    """Catches two reports of one paper that have most of their words in common, but only at their
    end; and an edited beginning in another paper that makes other news."""
    reports = [" ".join([*story(seed, 5), CLOSING]) for seed in (1, 2)]
    texts = [read_comparable_text(article(report)) for report in reports]
    one, other = (text._replace(publisher="The Hallam Post") for text in texts)
    assert compute_containment(one, other) > MIN_CONTAINMENT
    assert not is_near_duplicate(one, other)
    assert is_near_duplicate(one, other._replace(publisher="Northern Ledger"))
