"""Words in the spelling of the articles: what is near, what is read as what, and what must stay as it was asked."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from newcomer import Newcomer

from rag.cli import main
from rag.index.terms import TermDoc
from rag.index.vocabulary import (
    Counts,
    Form,
    Vocabulary,
    build_vocabulary,
    count_words,
    list_surfaces,
)
from rag.models import lexicon
from rag.models.lexicon import find_stems
from rag.question.spelling import (
    LONG,
    CorrectedQuestion,
    IndexWords,
    correct_spelling,
    is_capitalised_name,
)
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from pathlib import Path

ARTICLE = """L'usine de Kermor

Le maire annonce que l'usine de Kermor fermera en février. Frédéric Duval, son directeur, dénonce des licenciements.
Les salariés de Kermor reçoivent une indemnité. Le conseil du Luxembourg achète les terrains, dit Thomas Marin."""
HELD = sorted({word.form for word in find_words(ARTICLE)})
NEAR = st.text("abeé", min_size=1, max_size=6)
ANY = st.text("abé ç'’Lœßλж漢\ud800\n1-", max_size=30)


def edits(one: str, other: str) -> int:
    """Letters more, less, other, or neighbours changed over, no letter touched twice: the recurrence as it is written."""
    table = {
        (i, j): max(i, j) for i in range(len(one) + 1) for j in range(len(other) + 1) if not i * j
    }
    for i, j in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        least = min(
            table[i - 1, j] + 1,
            table[i, j - 1] + 1,
            table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
        )
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            least = min(least, table[i - 2, j - 2] + 1)
        table[i, j] = least
    return table[len(one), len(other)]


def of(*articles: str, language: str = "fr") -> Vocabulary:
    """The vocabulary of some articles, as an index gets it."""
    counts = Counts()
    rows = [
        TermDoc(row, [], [], [], language, None, 0, list(list_surfaces(text, find_words(text))))
        for row, text in enumerate(articles)
    ]
    assert list(count_words(rows, counts)) == rows
    return build_vocabulary(counts)


def reading(
    question: str, *articles: str, languages: tuple[str, ...] = ("fr",)
) -> CorrectedQuestion:
    """A question as it is read with these articles."""
    units = Counter(
        unit
        for text in articles
        for word in find_words(text)
        for unit in find_stems(word.form, "fr")
    )

    def frequency(language: str, unit: str) -> int:
        return units[unit] if language == "fr" else 0

    index = IndexWords({"fr": len(articles)}, frequency, of(*articles))
    return correct_spelling(question, languages, index=index, lexicon=lexicon.get_lexicon())


@given(st.lists(NEAR, max_size=20, unique=True), NEAR, st.sampled_from([1, 2]))
def test_near_words_are_those_of_the_slow_reference(held: list[str], asked: str, most: int) -> None:
    """Catches a filter that drops a near word, or a distance that lets a far one in."""
    term = fold(asked)
    found = [
        form.written
        for form in Vocabulary.of([Form("fr", word, 1) for word in held]).near(term, most)
    ]
    wanted = [
        word
        for word in held
        if edits(term, fold(word)) <= most and (most < 2 or fold(word)[0] == term[0])
    ]
    assert sorted(found) == sorted(wanted)


@given(
    st.lists(st.tuples(NEAR, st.integers(1, 9)), max_size=20, unique_by=lambda item: item[0]), NEAR
)
def test_forms_are_those_that_fold_alike(held: list[tuple[str, int]], asked: str) -> None:
    """Catches a hash looked up in the wrong place, a colliding word taken for the right one, and the wrong order."""
    found = Vocabulary.of([Form("fr", word, passages) for word, passages in held]).forms(
        fold(asked)
    )
    assert [form.passages for form in found] == sorted(
        (n for word, n in held if fold(word) == fold(asked)), reverse=True
    )


def test_a_vocabulary_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """Catches columns in another order, and languages or letters lost on the disk."""
    held = [
        Form("fr", "Luxembourg", 3),
        Form("und", "œuvre", 70_000),
        Form("zh", "漢字漢字", 1),
        Form("el", "λόγος", 2),
    ]
    Vocabulary.of(held).save(tmp_path)
    saved = Vocabulary(
        *(
            np.load(tmp_path / f"{name}.npy", mmap_mode="r").view(np.ndarray)
            for name in ("vocabulary", "forms")
        )
    )
    assert [saved.forms(fold(form.written)) for form in held] == [[form] for form in held]
    assert saved.near("oeuvrre", 1) == [held[1]]


def test_a_word_counts_once_in_a_passage_and_is_written_as_it_mostly_is() -> None:
    """Catches counts of occurrences, capitals of a sentence's beginning that win, and languages thrown together."""
    found = of("Usine. L'usine, l'usine !", "Une usine.", "L'usine de Paris", "PARIS Paris").forms
    assert found("usine") == [Form("fr", "usine", 4)]
    assert found("paris") == [Form("fr", "Paris", 3)]


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ("licenciments luxembour", "licenciements Luxembourg"),
        ("qui dénnonce les licencieemnts", "qui dénonce les licenciements"),
        ("QUI REMPLACE DUVLA", "qui remplace Duval"),
        ("que dit lusine de kermor", "que dit usine de kermor"),
        ("que dit l`usine de l´indemnite", "que dit l'usine de l'indemnité"),
        ("frederic duval", "Frédéric duval"),
        ("Qui est Duvla ?", "Qui est Duval ?"),
        (
            "les licenciments du Luxembour",
            "les licenciements du Luxembourg",
        ),  # by its stem, the first would be a licence
        ("Fevrier", "Février"),
    ],
)
def test_words_are_read_as_the_articles_write_them(asked: str, read_as: str) -> None:
    """Catches accents, elisions and typos that are left as they are, and capitals lost or made."""
    assert reading(asked, ARTICLE).text == read_as


@pytest.mark.parametrize(
    "asked",
    [
        "Que fait Duvalier ?",  # another name, two letters longer
        "Qui est Marine ?",  # a name the lexicon knows, though Marin is near
        "Qui est Kermot-Duvaal Zyx42 ?",
        "the factory and its employees",  # English, of French articles
        "où est la mairie",  # the lexicon's, near to maire
        "du Lux au an",  # short
        "un terrain",  # another form of a word that is held
    ],
)
def test_what_is_no_typo_stays(asked: str) -> None:
    """Catches a name read as another one, and words that are known read as others."""
    found = reading(asked, ARTICLE)
    assert (found.text, dict(found.misspelt)) == (asked, {}) or "Kermot" in asked


def test_a_name_is_read_as_a_name_alone() -> None:
    """Catches "Apple" that becomes "appel", and a name that no article holds kept silent."""
    assert reading("Que fait Flxoar ?", "Le floxar fleurit.") == CorrectedQuestion(
        "Que fait Flxoar ?", {}, ()
    )
    assert reading("que fait flxoar ?", "Le floxar fleurit.").misspelt == {"floxar": "flxoar"}
    assert reading("Que fait Zyrkoff ?", ARTICLE).unknown == ("Zyrkoff",)
    assert reading("Que fait Duval ?", ARTICLE).unknown == ()


@given(st.lists(st.sampled_from(HELD), max_size=8).map(" ".join))
def test_nothing_that_is_held_is_read_as_anything_else(asked: str) -> None:
    """Catches a rare word replaced by a frequent neighbour."""
    assert reading(asked, ARTICLE, ARTICLE.replace("maire", "mairie")) == CorrectedQuestion(
        asked, {}, ()
    )


def test_a_long_question_is_read_in_its_beginning() -> None:
    """Catches a text of a megabyte, piped in as a question, that is looked up word by word for minutes."""
    assert reading("xqzv duvla " * 100_000, ARTICLE).text.count("Duval") == 32


@given(ANY)
@example("ŉ" * 70)
def test_any_question_can_be_read(asked: str) -> None:
    """Catches offsets that slip where folding changes lengths, surrogates, and scripts without words."""
    found = reading(asked, ARTICLE, languages=("und",))
    assert len(find_words(found.text)) >= 0
    assert reading(found.text, ARTICLE, languages=("und",)).text == found.text


@given(st.sampled_from([word for word in HELD if len(word) >= LONG and word.isalpha()]), st.data())
def test_one_typo_in_a_long_word_is_undone(word: str, data: st.DataObject) -> None:
    """Catches a kind of typo that is not seen, wherever in the word it stands."""
    at, letter = data.draw(st.integers(1, len(word) - 1)), data.draw(st.sampled_from("qwxz"))
    typos = [
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
    ]
    asked = data.draw(st.sampled_from(typos))
    found = reading(asked, ARTICLE)
    assert fold(found.text) in (fold(word), fold(asked))
    if letter in asked:  # else it may be another word of the language
        assert fold(found.text) == fold(word)


def asked(index: Path, question: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command answers, as JSON."""
    main(["ask", question, "--index", str(index), "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize(
    ("question", "warning"),
    [
        ("Qui remplacera Frédéric Duvla ?", "read “Duvla” as “Duval”"),
        ("qui remplacera duvla", "read “duvla” as “Duval”"),
        ("qui remplacera frederic duval", None),
        ("QUI REMPLACERA DUVAL", None),
    ],
)
def test_the_answer_is_the_same_and_says_what_was_read(
    seeds_index: Path, question: str, warning: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches a reading that search does not get, one that is kept silent, and a question not repeated as it was asked."""
    answer = asked(seeds_index, question, capsys)
    assert "Jean-Baptiste Thomas remplacera Frédéric Duval" in answer["answer"]
    assert answer["question"] == question
    assert answer["warnings"] == ([warning] if warning else [])


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("licenciments luxembour", "Luxembourg"),
        ("supressions de postes au luxembour", "Luxembourg"),
        ("qui succede a duval", "Duval"),
        ("QUI SUCCEDE A DUVAL", "Duval"),
        ("lusine de luxembourg", "Luxembourg"),
    ],
)
def test_keywords_find_the_passage(
    seeds_index: Path, question: str, subject: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches short questions whose language or words are lost."""
    assert subject in asked(seeds_index, question, capsys)["passages"][0]["text"]


@pytest.mark.parametrize(
    "question", ["Qui remplacera Frédéric Duvalier ?", "Que gagne Zyrkoff à Luxembourg ?"]
)
def test_a_name_that_no_article_holds_is_refused(
    seeds_index: Path, question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Catches an answer about somebody else."""
    answer = asked(seeds_index, question, capsys)
    assert answer["status"] == "not_in_sources"
    assert any(warning.startswith("no article mentions") for warning in answer["warnings"])


def test_explain_shows_which_word_was_misspelt(tmp_path: Path) -> None:
    """Catches a match shown as if the article's word had been asked."""
    newcomer = Newcomer(tmp_path)
    newcomer.write("articles/usine.txt", ARTICLE)
    newcomer.environ["RAG_INDEX"] = "index"
    newcomer.index("articles")
    assert (
        "licenciemnts ↔ licenciements .90"
        in newcomer.run("ask", "les licenciemnts de Kermor", "--explain").out
    )


@pytest.mark.parametrize(
    ("word", "position", "language", "is_name"),
    [
        ("Kermor", 4, "fr", True),
        ("Kermor", 0, "fr", False),
        ("Kermor", 1, "fr", True),
        ("kermor", 4, "fr", False),
        ("Haus", 4, "de", False),
        ("Haus", 4, "xx", True),
    ],
)
def test_a_capital_makes_a_name_inside_a_question_alone(
    word: str, position: int, language: str, is_name: bool
) -> None:
    """Catches the first word of a question taken for a name, and every German noun."""
    assert is_capitalised_name(word, position, language) == is_name


def read_with(asked: str, *forms: Form, languages: tuple[str, ...] = ("fr",)) -> CorrectedQuestion:
    """A question as it is read with an index of these words alone."""
    index = IndexWords({"fr": 9}, lambda *_: 0, Vocabulary.of(forms))
    return correct_spelling(asked, languages, index=index, lexicon=lexicon.get_lexicon())


def test_a_question_word_is_no_typo() -> None:
    """Catches "¿Cuántas" taken for a name, and read as "Cuentas" where the index has that word."""
    question = "¿Cuántas casas hay?"
    forms = [Form("es", "Cuentas", 9), Form("es", "casas", 9)]
    index = IndexWords({"es": 9}, lambda *_: 0, Vocabulary.of(forms))
    read = correct_spelling(question, ("es",), index=index, lexicon=lexicon.get_lexicon())
    assert read.text == question


BOUNDS = [
    # Shorter words than four letters are left alone.
    ("un zxw", "zxv", "un zxw"),
    ("un zxwk", "zxvk", "un zxvk"),
    # Two edits only where both words have seven letters.
    ("kermxzx", "kermozan", "kermxzx"),  # three
    ("kermzn", "kermozan", "kermzn"),  # two, of a word of six letters
    ("kermozxx", "kermozan", "kermozan"),
    ("zermolxx", "zermol", "zermolxx"),  # the other has six
    ("zermolaxx", "zermola", "zermola"),
    ("ezrmolaxx", "zermola", "ezrmolaxx"),  # three
]


@pytest.mark.parametrize(("asked", "held", "read_as"), BOUNDS)
def test_how_long_a_misspelt_word_is(asked: str, held: str, read_as: str) -> None:
    """Catches a limit off by one, or held against one of the two words alone."""
    assert read_with(asked, Form("fr", held, 1)).text == read_as


@pytest.mark.parametrize(("passages", "read_as"), [(39, "zorba"), (40, "borla")])
def test_another_first_letter_must_be_forty_times_as_frequent(passages: int, read_as: str) -> None:
    """Catches a first letter that does not count, or counts for too much (OTHER_INITIAL)."""
    forms = (Form("fr", "zorba", 1), Form("fr", "borla", passages))
    assert read_with("zorla", *forms).text == read_as


def test_words_of_the_questions_language_come_first() -> None:
    """Catches a rare word of the right language that loses to a frequent one of another."""
    forms = (Form("fr", "zorba", 1), Form("de", "zorka", 900))
    assert read_with("zorla", *forms).text == "zorba"
    assert read_with("zorla", forms[1]).text == "zorka"
    assert read_with("zorla", *forms, languages=("es", "de")).text == "zorka"


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ("dans comben de villes", "dans combien de villes"),  # Italian has com'ben
        ("ou est lusine", "où est usine"),
        ("d'ou vient Duval", "d'où vient Duval"),
        ("le port ou l'usine", "le port ou l'usine"),
        ("東京タワーはどこ", "東京タワーはどこ"),  # its words overlap
        ("lokermor", "lokermor"),
    ],
)
def test_what_else_is_restored(asked: str, read_as: str) -> None:
    """Catches elisions of another language, "ou" that stays or always changes, overlapping words."""
    assert reading(asked, ARTICLE).text == read_as


def test_corrections_are_in_the_order_of_the_question() -> None:
    """Catches notes from the last word to the first, and a word replaced at a shifted place."""
    corrected = reading("Duvla et Kermr ont un mairre, dit Zyrkoff à Wxqkq", ARTICLE)
    assert corrected.text == "Duval et Kermor ont un maire, dit Zyrkoff à Wxqkq"
    assert list(corrected.misspelt.items()) == [
        ("Duval", "Duvla"),
        ("Kermor", "Kermr"),
        ("maire", "mairre"),
    ]
    assert corrected.unknown == ("Zyrkoff", "Wxqkq")
    assert corrected.notes[0] == "read “Duvla” as “Duval”"
    assert corrected.notes[-1] == "no article mentions “Wxqkq”"
