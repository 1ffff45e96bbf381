"""A question in the words of each language: what stands for its words, how much, and what the channels hear."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any, ClassVar

import numpy as np
import pytest
from answers import article, passage
from hypothesis import given
from hypothesis import strategies as st
from toy import toy

from rag.index.vocabulary import Vocabulary
from rag.models import embedders as embed
from rag.models import lexicon
from rag.models import tokenizer as tokens
from rag.models.lexicon import Translation, find_stems
from rag.question import expand as module
from rag.question.expand import Query, TranslationModels, expand_query, match_words
from rag.question.spelling import CorrectedQuestion, IndexWords
from rag.text.words import find_words

QUESTION = "Pourquoi l'usine de Kermor annonce-t-elle un licenciement cette année ?"
LETTERS = st.text("abehilmnosuéèç '-?E1«", max_size=40)
SPOKEN = [
    "le chat",
    "l'année",
    "la maison",
    "licenciement",
    "Wasserwerk",
    "the dismissal",
    "Kermor",
    "2025",
    "Haus",
    "grève",
    "?",
]
QUESTIONS = LETTERS | st.lists(st.sampled_from(SPOKEN), max_size=6).map(" ".join)
TABLE = np.random.default_rng(1).normal(size=(1 << 16, 8)).astype(np.float16)


class Words:
    """A tokenizer that has one token for each word, and the language of what it is asked in."""

    def __init__(self, language: str = "fr") -> None:
        self.known: dict[str, int] = {}
        self.language = language

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return [
            [self.known.setdefault(part.lower(), len(self.known)) for part in text.split()]
            for text in texts
        ]

    def heard(self, bag: module.WeightedTokens) -> dict[str, float]:
        """A bag as words and weights."""
        names = {number: word for word, number in self.known.items()}
        return {
            names[token]: weight
            for token, weight in zip(bag.tokens.tolist(), bag.weights.tolist(), strict=True)
        }


def asked(question: str, *languages: str, tokenizer: Any = None, **options: Any) -> Query:
    """A query by the toy lexicon of an index that holds every word."""
    values: dict[str, Any] = {
        "lexicon": toy(),
        "vector": np.eye(8, dtype=np.float32)[0],
        "table": TABLE,
        "frequency": lambda *_: 3,
    }
    values |= options
    tokenizer = tokenizer or Words()
    is_toy = isinstance(tokenizer, Words)
    return expand_query(
        CorrectedQuestion(question, {}, ()),
        tokenizer.language if is_toy else tokenizer.detect_language(question),
        values["vector"],
        index=IndexWords(dict.fromkeys(languages, 1), values["frequency"], Vocabulary.of([])),
        models=TranslationModels(tokenizer, values["lexicon"], values["table"]),
    )


@given(QUESTIONS)
def test_words_are_those_of_the_question_in_order_each_once(question: str) -> None:
    """Catches a word asked twice, the last writing instead of the first, tokens of another word."""
    found = asked(question, tokenizer=tokens.get_tokenizer())
    slow: dict[str, str] = {}
    for word in find_words(question):
        slow.setdefault(word.term, question[word.start : word.end])
    assert found.text == question
    assert found.terms == tuple(slow)
    assert [question[word.start : word.end] for word in found.words] == list(slow.values())
    assert found.term_tokens == tuple(
        tuple(tokens.get_tokenizer().encode(f" {surface}")) for surface in slow.values()
    )
    assert len(found.names) == len(found.words)


@pytest.mark.parametrize(
    ("question", "language", "names"),
    [
        ("Que fait Kermor à Valbois en 2025 ?", "fr", {"Kermor", "Valbois", "2025"}),
        ("Kermor", "fr", set()),
        ("Où est l'Élysée ?", "fr", {"Élysée"}),
        ("QUE FAIT KERMOR EN 2025 ?", "fr", {"2025"}),
        ("Wo steht das Haus?", "de", set()),
        ("Wo stehen 12 Häuser?", "de", {"12"}),
        ("Is GPT-4o an A320?", "en", {"GPT", "4o", "A320"}),
    ],
)
def test_names_and_numbers_are_told(question: str, language: str, names: set[str]) -> None:
    """Catches the first word of a sentence, a German noun or a shouted question taken for names."""
    found = asked(question, tokenizer=Words(language))
    assert {
        question[w.start : w.end] for w, name in zip(found.words, found.names, strict=True) if name
    } == names


@given(
    QUESTIONS,
    st.sampled_from(["fr", "en", "de", "xx"]),
    st.sets(st.sampled_from(["fr", "en", "de", "xx"])),
)
def test_every_word_stands_for_itself_and_its_translations(
    question: str, language: str, languages: set[str]
) -> None:
    """Catches a language of the index that nobody asks in, words without a match, weights of no meaning."""
    found = asked(question, *sorted(languages), tokenizer=Words(language))
    assert set(found.expansions) == set(found.weighted_tokens) == {language, *languages}
    for other, matches in found.expansions.items():
        assert all(0 < match.weight <= 1 for match in matches)
        for place, word in enumerate(found.words):
            mine = {match.unit: match for match in matches if match.term == place}
            assert find_stems(word.form, other)[0] in mine
            said = toy().translations(word.form, language, other)
            assert {item.unit for item in said} <= set(mine)
            assert set(mine) <= {*toy().units(word.form, other), *(item.unit for item in said)}
            for one, two in itertools.pairwise(said):
                if not {one.unit, two.unit} & set(toy().units(word.form, other)):
                    assert mine[one.unit].weight >= mine[two.unit].weight
            if other != language:
                assert sum(match.weight for match in matches if match.term == place) <= 1.02


def test_what_has_no_translation_is_asked_for_as_it_is() -> None:
    """Catches a name that counts for less because nobody knows it, and one that is dropped."""
    found = asked("Où est Kermor en 2025 ?", "en", "fr")
    for language in ("en", "fr"):
        weights = {match.word: match.weight for match in found.expansions[language]}
        assert weights["kermor"] == weights["2025"] == 1


@given(QUESTIONS, st.sampled_from(["fr", "en", "de"]), st.randoms(use_true_random=False))
def test_what_the_index_does_not_hold_leaves_its_weight_to_what_it_holds(
    question: str, language: str, random: Random
) -> None:
    """Catches a frequency of another language, weights above 1, an order of translations turned round."""
    held = defaultdict(lambda: random.choice([0, 0, 1, 50]))
    whole = asked(question, "fr", "en", "de", tokenizer=Words(language))
    found = asked(
        question, "fr", "en", "de", tokenizer=Words(language), frequency=lambda *unit: held[unit]
    )
    for other, matches in found.expansions.items():
        both = list(zip(matches, whole.expansions[other], strict=True))
        assert [match[:3] for match, _ in both] == [before[:3] for _, before in both]
        assert [match.frequency for match, _ in both] == [
            held[other, match.unit] for match, _ in both
        ]
        for place in range(len(found.words)):
            gained = [
                match.weight / before.weight
                for match, before in both
                if match.term == place and match.frequency
            ]
            assert gained == pytest.approx(gained[:1] * len(gained))
            assert all(gain > 0.999 for gain in gained)
        assert all(match.weight <= 1 for match in matches)


def test_what_the_index_alone_holds_counts_for_more() -> None:
    """Catches "layoff" at half its weight where no passage says "dismissal", and a far synonym taken for the word itself."""
    rare, both = (
        {
            match.word: match.weight
            for match in asked("licenciement", "en", frequency=frequency).expansions["en"]
        }
        for frequency in (lambda _, unit: unit == "layoff", lambda *_: 3)
    )
    assert both["layoff"] < rare["layoff"] < 1
    assert {word for word, weight in rare.items() if weight > both[word] + 1e-9} == {"layoff"}


def test_a_name_counts_for_more_than_another_word_as_it_is() -> None:
    """Catches Maison, a town, asked for as a house alone."""
    plain, name = (asked(text, "en").expansions["en"] for text in ("une maison", "une Maison"))
    weights = [{match.word: match.weight for match in matches} for matches in (plain, name)]
    assert weights[0]["maison"] < weights[1]["maison"]
    assert weights[0]["house"] > weights[1]["house"]


def test_a_compound_is_asked_for_as_a_whole_first_and_by_its_parts() -> None:
    """Catches "Wasserwerk" that finds every water as if it were the whole."""
    [whole, *parts] = asked("Wasserwerk", "de", tokenizer=Words("de")).expansions["de"][:3]
    assert (whole.word, [part.unit for part in parts]) == (
        "wasserwerk",
        [find_stems(part, "de")[0] for part in ("wasser", "werk")],
    )
    assert whole.weight > max(part.weight for part in parts) > 0


def slow_bag(found: Query, language: str, tokenizer: Words) -> dict[str, float]:
    """What is heard: each word's own tokens where they count, its likely translations by their share."""
    heard: dict[str, float] = {}
    for place, word in enumerate(found.words):
        likely = {
            match.word: match.weight
            for match in found.expansions[language]
            if match.term == place
            and match.word != word.form
            and match.weight >= module.MIN_SOFT_WEIGHT
        }
        itself = 1.0 if not likely else module.NAME_AS_IS if found.names[place] else 0.0
        shares = [
            (said, (1 - itself) * weight / sum(likely.values())) for said, weight in likely.items()
        ]
        for said, share in [*shares, (word.form, itself)]:
            if share:
                heard[said] = heard.get(said, 0.0) + share
    return heard


@given(
    st.lists(
        st.sampled_from(
            ["chat", "maison", "Maison", "licenciement", "année", "Usine", "Xyz", "2025", "fête"]
        ),
        max_size=6,
    )
)
def test_every_word_is_heard_once(said: list[str]) -> None:
    """Catches shares that do not add up: a word with many translations that drowns the others, or one that is not heard."""
    tokenizer = Words()
    found = asked(" ".join(said), "en", "de", tokenizer=tokenizer)
    for language in ("en", "de", "fr"):
        heard = tokenizer.heard(found.weighted_tokens[language])
        assert sum(heard.values()) == pytest.approx(len(found.words))
        assert len(set(found.weighted_tokens[language].tokens.tolist())) == len(
            found.weighted_tokens[language].tokens
        )
    assert tokenizer.heard(found.weighted_tokens["fr"]) == {word.form: 1.0 for word in found.words}
    assert tokenizer.heard(found.weighted_tokens["en"]) == pytest.approx(
        slow_bag(found, "en", tokenizer)
    )


def test_a_translated_bag_holds_translations() -> None:
    """Catches the question's own words in every language's bag, and shares by rank instead of by weight."""
    tokenizer = Words()
    found = asked("maison licenciement xyz", "en", "de", tokenizer=tokenizer)
    english = tokenizer.heard(found.weighted_tokens["en"])
    assert english == pytest.approx(
        {"house": 1, "dismissal": 0.5, "layoff": 0.5, "xyz": 1}, abs=0.01
    )
    assert tokenizer.heard(found.weighted_tokens["de"]) == pytest.approx(
        {"haus": 1, "kündigung": 1, "xyz": 1}
    )


def test_a_bag_holds_words_and_no_stems() -> None:
    """Catches "wass", the stem of "Wasser", cut into tokens that mean something else."""
    tokenizer = Words("en")
    heard = tokenizer.heard(
        asked("the Wasserwerk", "de", tokenizer=tokenizer).weighted_tokens["de"]
    )
    assert "wass" not in heard
    assert "wasserwerk" in heard or {"wasser", "werk"} <= set(heard)


@pytest.mark.parametrize("name", ["Renault", "Duval", "Frédéric", "Zürich"])
def test_a_name_is_heard_as_it_is(name: str) -> None:
    """Catches Renault searched for as "motorcar" and "surname" alone: dictionaries say what a name is."""
    tokenizer = Words("fr")
    found = asked(
        f"Que dit {name} ?", "en", "de", tokenizer=tokenizer, lexicon=lexicon.get_lexicon()
    )
    for language in ("en", "de"):
        assert name.lower() in tokenizer.heard(found.weighted_tokens[language])


@given(QUESTIONS)
def test_vectors_have_length_one(question: str) -> None:
    """Catches a translated question that is longer than the others and so always nearest, and NaN."""
    found = asked(question, "en", "de", "xx")
    assert set(found.vectors) == {"en", "de", "xx"}
    for vector in (*found.vectors.values(), found.vector_for("fr"), found.vector_for("nl")):
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert found.vector_for("fr") is found.vector
    assert found.vector_for("en") is found.vectors["en"]


def test_a_vector_is_moved_by_what_the_words_mean() -> None:
    """Catches a translation added with the tokens of the question, or not scaled to the question's length."""
    tokenizer = Words()
    found = asked("maison", "en", tokenizer=tokenizer)
    house = TABLE[tokenizer.known["house"]].astype(np.float32)
    both = found.vector + house / np.linalg.norm(house)
    assert found.vectors["en"] == pytest.approx(both / np.linalg.norm(both), abs=1e-5)


def test_vectors_of_another_model_are_left_alone() -> None:
    """Catches token vectors of the shipped model added to those of a model they have nothing to do with."""
    found = asked(QUESTION, "en", "de", table=None, vector=np.eye(384, dtype=np.float32)[0])
    assert found.vectors == {}
    assert found.vector_for("en") is found.vector


@pytest.mark.parametrize("question", ["", " ", "?", "… !", "\u200b", "«»"])
@pytest.mark.parametrize("vector", [np.zeros(256, np.float32), np.eye(256, dtype=np.float32)[3]])
def test_a_question_without_words_has_nothing_to_say(question: str, vector: np.ndarray) -> None:
    """Catches divisions by zero, and empty arrays of the wrong type on the way to an index."""
    found = expand_query(
        CorrectedQuestion(question, {}, ()),
        "fr",
        vector,
        index=IndexWords({"fr": 1, "en": 1}, lambda *_: 1, Vocabulary.of([])),
        models=TranslationModels(
            tokens.get_tokenizer(), lexicon.get_lexicon(), embed.open_token_vectors()
        ),
    )
    assert found.words == found.names == found.term_tokens == ()
    assert not any(found.expansions.values())
    for bag in found.weighted_tokens.values():
        assert (bag.tokens.dtype, bag.weights.dtype, len(bag.tokens), len(bag.weights)) == (
            np.int64,
            np.float32,
            0,
            0,
        )
    for other in ("fr", "en", "de"):
        assert found.vector_for(other) == pytest.approx(vector, abs=1e-6)


def shown(
    question: str, text: str, language: str, *, spoken: str = "fr"
) -> list[tuple[str, str, float]]:
    """What of a text stands for what of a question."""
    of = article(text)
    object.__setattr__(of, "language", language)
    found = asked(question, language, tokenizer=Words(spoken))
    return [tuple(match) for match in match_words(found, passage(of), lexicon=toy())]  # type: ignore[misc]


def test_matched_words_stand_as_they_are_written() -> None:
    """Catches stems, folded words or the lexicon's words shown for those of the passage and of the question."""
    found = shown(
        "Un LICENCIEMENT dans l'USINE cette Année ?",
        "Two DISMISSALS: the Factory’s 3rd Year.",
        "en",
    )
    assert [pair[:2] for pair in found] == [
        ("LICENCIEMENT", "DISMISSALS"),
        ("USINE", "Factory"),
        ("Année", "Year"),
    ]
    assert all(0 < weight <= 1 for *_, weight in found)


def test_matched_prefers_the_word_itself_then_the_likeliest() -> None:
    """Catches the first match instead of the best, and the best of another word."""
    assert shown("licenciement", "A dismissal, a layoff.", "en")[0][1] == "dismissal"
    assert shown("licenciement", "A layoff, a dismissal.", "en")[0][1] == "dismissal"
    assert [pair[:2] for pair in shown("maison chat", "Un chat, le chat, sa maison", "fr")] == [
        ("maison", "maison"),
        ("chat", "chat"),
    ]
    assert [pair[:2] for pair in shown("dismissal", "a layoff", "en", spoken="en")] == [
        ("dismissal", "layoff")
    ]


@pytest.mark.parametrize("spoken", ["fr", "de"])
def test_the_same_word_weighs_one(spoken: str) -> None:
    """Catches a word that counts for less than itself because it is a compound, or has accents."""
    assert {
        weight
        for *_, weight in shown(
            "Wasserwerk année 2025", "Wasserwerk, année, 2025", spoken, spoken=spoken
        )
    } == {1.0}


def test_matched_is_silent_where_nothing_matches() -> None:
    """Catches a passage in a language that the question was not put into, and an empty passage."""
    of = article("Nothing at all.")
    assert match_words(asked("maison"), passage(of), lexicon=toy()) == []
    assert shown("maison", "?", "en") == []
    assert shown("", "house", "en") == []


@given(QUESTIONS, QUESTIONS, st.sampled_from(["fr", "en", "de", "xx"]))
def test_matched_words_are_slices(question: str, text: str, language: str) -> None:
    """Catches offsets of the folded text, and a word of the question matched twice."""
    found = shown(question, text + ".", language)
    for one, other, weight in found:
        assert one in question
        assert other in text
        assert 0 < weight <= 1
    starts = [question.index(one) for one, *_ in found]
    assert len(starts) == len({find_words(one)[0].term for one, *_ in found})


class FakeLexicon:
    """Translations of a few words into "en", synonyms in "fr"; "hausboot" is a compound."""

    SAID: ClassVar[dict[tuple[str, str], list[Translation]]] = {
        ("maison", "en"): [
            Translation("hous", "house", 0.8),
            Translation("home", "home", 0.15),
            Translation("abode", "abode", 0.14),
        ],
        ("maison", "fr"): [Translation("log", "logis", 0.6)],
        ("hausboot", "en"): [Translation("boat", "boat", 1.0)],
    }

    def units(self, word: str, language: str) -> tuple[str, ...]:
        return ("hausboot", "haus", "boot") if word == "hausboot" else (word,)

    def translations(self, word: str, source: str, target: str) -> list[Translation]:
        return self.SAID.get((word, target), [])


def weigh(question: str, language: str, *, missing: tuple[str, ...] = ()) -> dict[str, float]:
    """The weight of each unit that stands for a word of a question in a language."""

    def frequency(_: str, unit: str) -> int:
        return 0 if unit in missing else 3

    query = asked(question, "en", lexicon=FakeLexicon(), frequency=frequency)
    return {expansion.unit: expansion.weight for expansion in query.expansions[language]}


WEIGHTS = [
    # By NAME_AS_IS .5 and WORD_AS_IS .3; what the index has is more than all: 1.063.
    ("maison", "en", {"maison": 0.3, "hous": 0.56, "home": 0.105, "abode": 0.098}),
    ("la Maison", "en", {"la": 1, "maison": 0.5, "hous": 0.4, "home": 0.075, "abode": 0.07}),
    ("maison", "fr", {"maison": 1, "log": 0.25 * 0.6}),  # SYNONYMS
    ("kermor", "en", {"kermor": 1}),
    # By COMPOUND_PARTS .4, each part half of it.
    ("hausboot", "fr", {"hausboot": 0.6, "haus": 0.2, "boot": 0.2}),
    ("hausboot", "en", {"hausboot": 0.18, "haus": 0.06, "boot": 0.06, "boat": 0.7}),
]


@pytest.mark.parametrize(("question", "language", "weights"), WEIGHTS)
def test_the_weights_of_what_stands_for_a_word(
    question: str, language: str, weights: dict[str, float]
) -> None:
    """Catches a weight changed by accident, and one that a name, a compound or a synonym gets."""
    assert weigh(question, language) == pytest.approx(weights)


@pytest.mark.parametrize(
    ("missing", "scale"),
    [
        (("maison",), 0.763),  # what is left has .763 of the weight
        (("maison", "home", "abode"), 0.56),
        (("hous",), 0.503),
        (("hous", "abode"), 0.5),  # .405 is left, which counts as MIN_INDEXED
    ],
)
def test_the_weight_of_what_the_index_lacks(missing: tuple[str, ...], scale: float) -> None:
    """Catches a rare translation that gets all the weight, and a scale of the missing ones."""
    whole = weigh("maison", "en")
    scaled = weigh("maison", "en", missing=missing)
    for unit, weight in whole.items():
        assert scaled[unit] == pytest.approx(weight if unit in missing else weight / scale)


@pytest.mark.parametrize(
    ("question", "tokens"),
    [
        # .105 is enough and .098 is not; the shares sum to 1.
        ("maison", {"house": 0.56 / 0.665, "home": 0.105 / 0.665}),
        # A name keeps half; .075 is not enough.
        ("a Maison", {"a": 1.0, "maison": 0.5, "house": 0.5}),
        ("a hausboot", {"a": 1.0, "boat": 1.0}),
    ],
)
def test_the_tokens_of_a_translated_question(question: str, tokens: dict[str, float]) -> None:
    """Catches another limit than MIN_SOFT_WEIGHT, and shares that do not sum to 1."""
    tokenizer = Words()
    query = asked(question, "en", lexicon=FakeLexicon(), tokenizer=tokenizer)
    assert tokenizer.heard(query.weighted_tokens["en"]) == pytest.approx(tokens)


@pytest.mark.parametrize(
    ("question", "inside"),
    [
        ("maison (le chat)", [False, True, True]),
        ("maison (le chat) ?", [False, True, True]),
        ("maison (le) chat", [False, False, False]),
        ("(le) maison (chat)", [False, False, True]),
        ("maison chat)", [True, True]),
        ("maison", [False]),
    ],
)
def test_which_words_are_in_parentheses_at_the_end(question: str, inside: list[bool]) -> None:
    """Catches parentheses within the question, and an end mark behind them."""
    assert asked(question).in_parentheses == inside


def test_a_misspelt_word_matches_for_less() -> None:
    """Catches a match shown as if the article's word had been asked (MISSPELT_MATCH)."""
    corrected = CorrectedQuestion("la maison", {"maison": "maisno"}, ())
    query = replace(asked("la maison"), spelling=corrected)
    [match] = match_words(query, passage(article("Une maison.")), lexicon=toy())
    assert match == ("maisno", "maison", pytest.approx(0.9))
