"""Sentences and paragraphs."""

from __future__ import annotations

import random
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import find_words, split_paragraphs, split_sentences, to_printable


def cut(text, start=0, end=None):
    return [text[span.start : span.end] for span in split_sentences(text, start, end)]


# Each text is written with ¦ where a sentence ends; the white space after it belongs to no
# sentence.
CASES = """
M. Dupont est venu.¦ Il est parti avec Mme Roy et le Dr. Blanc.
J.-B. Thomas le remplacera.¦ C. Martin part.
Les bureaux de Seattle, Arlington et Washington D.C. afin de renforcer.¦ Fin.
Ils vivent à Washington D.C.¦ Le groupe y déménage.
Des pommes, des poires, etc.¦ Les prix montent.¦ Du pain, etc. selon lui.
On peut citer, p. ex. Amazon, ou le n° 5 de la liste.¦ Puis la p. 12 et l'art. 3 du code.
Das gilt z. B. Amazon, d. h. Händlern.¦ Dr. Müller kam.
Dr. Müller und Prof. Weiß kamen am 12. Dezember.¦ Es war der 2. Weltkrieg.
Es kostet 3 Mio. Euro.¦ Das Kapitel Nr. 5 fehlt.
The U.S. Government agreed.¦ He left the U.S.¦ He never came back.
She said no.¦ He read No. 7 of vol. 2 at 3.14 p.m. on Monday.
Amazon.com Inc. Chief Executive Andy Jassy spoke.¦ He leads Amazon Inc.¦ The firm grew.
El Sr. García y la Dra. Ruiz llegaron.¦ Viven en EE. UU.¦ El presidente no.¦ ¿Vendrá?¦ ¡Claro!
Il Dott. Rossi arriva.¦ Costa 8,5 % in più.
De heer dhr. Jansen komt bijv. Morgen niet.¦ Hij blijft.
Une hausse de 8,5 %, soit 3.14 points.¦ « Phrase.¦ Autre phrase. »¦ Puis la suite.
« C’est vrai… » dit-il.¦ Il part… lentement.¦ Vraiment ?¦ Oui !
"Quote."¦ Next one.¦ “Really?” she asked.¦ (It was.)¦ It ended.
Er sagte: »Ich komme.«¦ Dann ging er.
Il reste six.¦ 12 personnes partent le 3 sept. 2025.¦ Louis XIV.¦ Le roi.
Le site amazon.fr grandit.¦ Voir example.com/a.b pour la v. 2.5.1 du jeu.
Fin de phrase.[12]¦ Autre phrase.
北京是首都。¦上海很大！¦真的？¦“对。”¦好
यह पहला है।¦ यह दूसरा है।
هل هذا صحيح؟¦ نعم.¦ هذا صحيح.
Ils sont Yahoo! et lui.¦ Apple gagne.¦ iPhone et iPad montent.
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_sentences_end_where_a_reader_ends_them(case):
    """Wrong: cutting at every dot, or at none after an abbreviation, a number, an initial.

    A quotation mark.
    """
    expected = [part.strip() for part in case.split("¦")]
    assert cut(case.replace("¦", "")) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "case",
    [
        "Une baleine vue au large¦Elle mesure 12 mètres. ¦Elle nage vers Brest.",
        "10,7%¦Au 4e trimestre, les ventes montent.",
        "Elle cherche :¦une infrastructure vaste ;¦La population.¦Un gouvernement",
        "# Titre¦Texte du jour.¦- un point ;¦- un autre point¦1. Premier¦2. Second",
        "Première phrase.¦¦Seconde sans point¦¦troisième, en minuscules",
        "Titre¦---¦Texte.",
    ],
)
def test_line_breaks_that_end_a_sentence(case, newline):
    """Wrong: a headline glued to its first sentence; list items as one sentence.

    \\r\\n taken for two breaks.
    """
    assert cut(case.replace("¦", newline)) == [part.strip() for part in case.split("¦") if part]


def test_hard_wrapped_prose_is_not_cut_at_its_line_breaks():
    """Wrong: each line a sentence.

    Also where a wrapped line starts with a capital (German) or ends with "M.".
    """
    german = (
        "Der Vorstand der Werft in Husum hat am Montag bekannt gegeben, dass die\n"
        "Fähren erst im kommenden Jahr gebaut werden. Grund dafür sei der Mangel an\n"
        "Stahl, sagte eine Sprecherin. Die Kunden wurden informiert."
    )
    assert cut(german) == [sentence.strip() for sentence in re.split(r"(?<=\.)\s", german)]
    french = (
        "Le port de Dunkerque accueillera au printemps une nouvelle ligne que M.\n"
        "Dupont dirigera depuis Lille, où se trouve le siège de la compagnie des\n"
        "ferries."
    )
    assert cut(french) == [french]


def test_a_part_of_a_text_is_cut_in_its_own_offsets():
    """Wrong: offsets counted from ``start``, or a look beyond ``end``."""
    text = "Un. Deux deux. Trois trois. Quatre."
    assert cut(text, 4, 27) == ["Deux deux.", "Trois trois."]
    assert cut(text, 4, 20) == ["Deux deux.", "Trois"]
    assert split_sentences(text, 5, 5) == []


ALPHABET = st.text(
    st.sampled_from(" \n\r\t.!?…:;,-–—#*'’\"«»()[]1230aébcdABÉCM。？ß中\u00a0\u2028"), max_size=120
)


@given(st.one_of(ALPHABET, st.text(max_size=80)))
def test_spans_are_ordered_disjoint_and_cover_all_that_is_visible(text):
    """Wrong: a lost character, an empty span, spans that overlap or begin with white space."""
    for spans in (split_sentences(text), split_paragraphs(text)):
        end = 0
        for span in spans:
            assert end <= span.start < span.end
            assert not text[end : span.start].strip()
            assert text[span.start : span.end] == text[span.start : span.end].strip()
            end = span.end
        assert not text[end:].strip()


@given(ALPHABET)
def test_paragraphs_are_what_splitting_at_blank_lines_gives(text):
    """Wrong: \\r\\n as a blank line, white space on a blank line as text."""
    unified = re.sub(r"\r\n|\r|\u2028", "\n", text)
    expected = [part.strip() for part in re.split(r"\n[^\S\n]*(?=\n)", unified) if part.strip()]
    assert [
        re.sub(r"\r\n|\r|\u2028", "\n", text[s.start : s.end]) for s in split_paragraphs(text)
    ] == expected


def test_a_million_characters_take_linear_work():
    """Wrong: anything quadratic.

    In Python (calls are counted) or inside a pattern (the test would run for hours).
    """

    def calls(action):
        count = 0

        def tally(*_):
            nonlocal count
            count += 1

        sys.setprofile(tally)
        try:
            action()
        finally:
            sys.setprofile(None)
        return count

    line = "Une phrase de 14 000 mots, etc. dit M. Dupont. "
    assert len(split_sentences(line * 21_000)) == 21_000
    for action in (split_sentences, find_words, split_paragraphs):
        assert calls(lambda action=action: action(line * 2_000)) < 2.5 * calls(
            lambda action=action: action(line * 1_000)
        )
    for bad in (
        "." * 10**6 + "x",
        " " * 10**6 + "x",
        '.")' * 300_000,
        "\n " * 300_000,
        "1." * 200_000,
        "l'" * 200_000,
        "- " * 300_000,
    ):
        assert "".join(bad[s.start : s.end] for s in split_sentences(bad)).count("x") == bad.count(
            "x"
        )
        find_words(bad)
        to_printable(bad)


def test_random_bytes_as_text_never_fail():
    """Wrong: an index error on odd input."""
    noise = random.Random(0)
    for _ in range(300):
        text = "".join(
            chr(noise.choice((noise.randrange(128), noise.randrange(0x3000)))) for _ in range(60)
        )
        split_sentences(text)
        find_words(text)
        to_printable(text)


def make_line(length: int, last: str = "x") -> str:
    """A line of prose of this many characters, with a capital first and ``last`` at its end."""
    words = "Mot " * length
    return words[: length - len(last) - 1].rstrip().ljust(length - len(last), "o") + last


@pytest.mark.parametrize(
    ("lengths", "sentences"),
    [
        ((50, 50, 50), 1),
        ((49, 49, 49), 3),
        ((130, 130, 130), 1),
        ((131, 131, 131), 3),
        ((100, 80, 100), 1),
        ((100, 79, 30), 3),
        ((60, 20), 1),
        ((59, 20), 2),
    ],
)
def test_what_is_hard_wrapped_prose(lengths: tuple[int, ...], sentences: int) -> None:
    """Catches a bound of the lines' width, of a full line or of a first line that is one off."""
    lines = [make_line(length) for length in lengths]
    lines[1:] = ["Motmotmotmotmotmotmotmot"[: len(line)] + line[24:] for line in lines[1:]]
    assert [len(line) for line in lines] == list(lengths)
    assert len(cut("\n".join(lines))) == sentences


@pytest.mark.parametrize(("word", "sentences"), [("Mots", 2), ("Motsx", 1)])
def test_a_line_is_full_when_the_next_word_did_not_fit(word: str, sentences: int) -> None:
    """Catches a forgotten space between the line and the word, and a comparison one off."""
    text = f"{make_line(60)}\n{make_line(55)}\n{word} de la fin"
    assert len(cut(text)) == sentences


@pytest.mark.parametrize(("closers", "sentences"), [(7, 2), (8, 1)])
def test_how_far_back_the_last_sign_of_a_line_is_looked_for(closers: int, sentences: int) -> None:
    """Catches a tail one character longer or shorter."""
    text = f"{make_line(60, ':' + '»' * closers)}\n12) mot"
    assert len(cut(text)) == sentences


@pytest.mark.parametrize(
    ("sign", "width", "sentences"),
    [
        (":", 70, 2),
        (";", 70, 2),
        (".", 70, 1),
        (",", 70, 1),
        ("x", 70, 1),
        ("…", 131, 2),
        ("…", 130, 1),
    ],
)
def test_a_line_in_lower_case_goes_on_with_the_sentence(
    sign: str, width: int, sentences: int
) -> None:
    """Catches a list of phrases glued together, and prose cut where its line was short."""
    text = f"{make_line(width)}\n{make_line(30, sign)}\net la suite"
    parts = [part for part in cut(text) if part.endswith("et la suite")]
    assert len(parts) == 1
    assert (parts[0] == "et la suite") is (sentences == 2)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Er kam am 12. Dezember.", 1),
        ("Er kam am 112. Dezember.", 2),
        ("Er kam im 19. Jahrhundert.", 1),
        ("Er kam am 12. Tisch.", 2),
        ("Er kam am 12. 12. wieder.", 1),
        ("Er kam am 112. 12 weitere.", 2),
        ("1. Dezember war es.", 1),
        ("12. Tisch war es.", 1),
    ],
)
def test_ordinals(text: str, sentences: int) -> None:
    """Catches ordinals of three digits, numbers that end a sentence.

    And an item's number cut off.
    """
    assert len(cut(text)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Il arrive en mai. 12 personnes partent.", 2),
        ("Il arrive en août. 12 personnes partent.", 2),
        ("Il arrive le 3 sept. 2025 au soir.", 1),
        ("Arriva il 3 mag. 2025 di sera.", 1),
        ("Il arrive le 3 sept. Paris attend.", 2),
        ("Voir no. 12 et la suite.", 1),
        ("Il a dit no. Paris attend.", 2),
    ],
)
def test_abbreviations_before_numbers(text: str, sentences: int) -> None:
    """Catches whole months taken for short ones, and short ones that never end a sentence."""
    assert len(cut(text)) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Le groupe J. Dupont gagne.", 1),
        ("Le point A. Il gagne.", 2),
        ("Il va a. Xyz gagne.", 2),
        ("Il va b. Xyz gagne.", 1),
        ("Das ist z. B. Amazon.", 1),
        ("Das ist z.\u00a0B. Er.", 1),
        ("Le J. B. Il gagne.", 1),
        ("Aux U.S. Amazon gagne.", 1),
        ("Aux U.S. Le groupe gagne.", 2),
        ("Aux U.S. Il gagne.", 2),
    ],
)
def test_initials(text: str, sentences: int) -> None:
    """Catches a second initial before a first word, and a word of one letter taken for one."""
    assert len(cut(text)) == sentences
