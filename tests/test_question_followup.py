"""Follow-ups: completed as a person would ask them, and what stands for itself left alone."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from answers import answered, refused
from hypothesis import given
from hypothesis import strategies as st
from talk import INDIA, Talk

from rag.question.followup import (
    complete_question,
    context,
    ellipsis,
    find_readings,
    fragments,
    names,
    pronouns,
)

# The conversations that several tests look at are held once, a hundred of them.
pytestmark = pytest.mark.timeout(600)

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE / "scripts"))

from measure_followups import CONVERSATIONS, SELF_CONTAINED, Told, ask, conversations  # noqa: E402

if TYPE_CHECKING:
    from rag.records import Answer

TODAY = datetime.date(2025, 12, 18)
FR = "Combien Google investit-il en Inde en 2025 ?"
EN = "How much did Google invest in India in 2025?"
DE = "Wie viel investiert Google in Indien?"
ES = "¿Cuánto invierte Google en India?"
PIECES = [
    "et",
    "en",
    "Inde",
    "qui",
    "il",
    "y",
    "a-t-il",
    "son",
    "dit",
    "ça",
    "combien",
    "de",
    "Amazon",
    "l'année",
    "d'avant",
    "quand",
    "?",
    "«",
    "'",
    "-",
]


def asked(question: str, language: str, **changes: object) -> Answer:
    """A question that found no answer."""
    return dataclasses.replace(refused(question=question, language=language), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def told(seeds_index: Path) -> list[list[Told]]:
    """Every second one of the conversations that come with the tests, held; of the few unseen ones every one."""
    first, few, *others = CONVERSATIONS
    seen, *typed = ask(seeds_index, [first, *others], every=2)
    return [seen, *ask(seeds_index, [few]), *typed]


def test_the_conversations_are_many_and_in_four_languages(told: list[list[Told]]) -> None:
    """Catches a set that has shrunk to what works, and a choice of it that leaves a language out."""
    leaning = [sum(not line.get("alone") for line in conversations(path)) for path in CONVERSATIONS]
    assert all(count >= least for count, least in zip(leaning, (40, 15, 50, 50), strict=True))
    assert sum(line.get("alone", False) for line in conversations(CONVERSATIONS[0])) >= 20
    seen, _, *typed = told
    for some in (seen, *typed):
        spoken = {each.conversation["lang"] for each in some if not each.alone}
        assert spoken == {"fr", "en", "de", "es"}


def test_hardly_a_question_that_stands_for_itself_is_changed() -> None:
    """Catches rules that take what is typed in haste for follow-ups: at most one in a hundred."""
    changed = []
    lines = conversations(SELF_CONTAINED)
    for line in lines:
        before, question = line["turns"]
        if complete_question(question, [asked(before, line["lang"])], TODAY) != question:
            changed.append(question)
    assert len(lines) >= 400 and len(changed) <= len(lines) / 100, changed


def test_the_words_of_a_refused_question_do_not_linger() -> None:
    """Catches a refused question whose words are put into what is asked after it."""
    first = answered(question="Qui remplacera Paul Durand ?", language="fr")
    second = asked("Combien coûte la cantine de Vaubrun ?", "fr")
    completed = complete_question("et pourquoi lui ?", [first, second], TODAY)
    assert completed != "et pourquoi lui ?" and "Vaubrun" not in completed
    first = answered(question="Quel est le chiffre d'affaires de Renault ?", language="fr")
    assert find_readings("Et Amazon ?", [first, second], TODAY) == (
        "Quel est le chiffre d'affaires d'Amazon ?",
        "Combien coûte la cantine d'Amazon ?",
    )


def test_what_may_be_meant_in_two_ways_is_read_in_both() -> None:
    """Catches a doubtful completion that is taken for sure, and a sure one that is doubted."""
    before = [asked("What was the net profit of Renault in 2024?", "en")]
    assert find_readings("and the revenue?", before, TODAY) == (
        "What was the revenue of Renault in 2024?",
        "and the revenue?",
    )
    assert find_readings("and how much does the app cost?", before, TODAY) == (
        "and how much does the app cost?",
        "and how much does the app cost (net, Renault, in 2024)?",
    )
    assert find_readings("and Fiat?", before, TODAY).other == ""
    assert find_readings("who runs the police", before, TODAY) == ("who runs the police", "")


def test_what_stands_for_itself_is_left_alone(told: list[list[Told]]) -> None:
    """Catches the worst of errors: another question than the one that was asked."""
    assert [each.asked for some in told for each in some if each.alone and not each.same] == []


@pytest.mark.parametrize(("place", "floor"), [(0, 0.95), (1, 0.35)], ids=["seen", "unseen"])
def test_follow_ups_are_completed_as_a_person_would(
    told: list[list[Told]], place: int, floor: float
) -> None:
    """Catches a rule that helps one question and spoils others."""
    leaning = [each for each in told[place] if not each.alone]
    assert sum(each.same for each in leaning) / len(leaning) >= floor


@pytest.mark.parametrize(
    ("place", "of_full", "of_bare"),
    [(0, 0.9, 1.5), (1, 0.85, 1.5), (2, 0.75, 1.5), (3, 0.8, 1.5)],
    ids=["seen", "unseen", "natural", "held out"],
)
def test_completion_pays(
    told: list[list[Told]], place: int, of_full: float, of_bare: float
) -> None:
    """Catches completions that read well and find nothing: as good as asking in full, far better than the bare words."""
    leaning = [each for each in told[place] if not each.alone]
    right, bare, full = (
        sum(values) for values in zip(*((e.right, e.bare, e.in_full) for e in leaning), strict=True)
    )
    assert right >= of_full * full and right >= of_bare * bare and right >= 0.6 * len(leaning)


@pytest.mark.parametrize(
    ("before", "language", "question", "wanted"),
    [
        (FR, "fr", "Et Microsoft ?", "Combien Microsoft investit-il en Inde en 2025 ?"),
        (FR, "fr", "Et au Luxembourg ?", "Combien Google investit-il au Luxembourg en 2025 ?"),
        (FR, "fr", "Et l'année d'avant ?", "Combien Google investit-il en Inde en 2024 ?"),
        (FR, "fr", "pourquoi ?", "Pourquoi Google investit-il en Inde en 2025 ?"),
        (
            FR,
            "fr",
            "Combien de personnes y travaillent ?",
            "Combien de personnes travaillent en Inde ?",
        ),
        ("Qui dirige Renault ?", "fr", "Combien gagne-t-il ?", "Combien Renault gagne-t-il ?"),
        ("Combien d'abonnés a Netflix ?", "fr", "Et Disney ?", "Combien d'abonnés a Disney ?"),
        (
            "¿Quién ganó las elecciones en Portugal?",
            "es",
            "¿Por qué dimitió?",
            "¿Por qué dimitió (ganó, elecciones, Portugal)?",
        ),
        (EN, "en", "And in Germany?", "How much did Google invest in Germany in 2025?"),
        (EN, "en", "and in 2024?", "How much did Google invest in India in 2024?"),
        (EN, "en", "when was that?", "When did Google invest in India in 2025?"),
        (EN, "en", "Who leads it?", "Who leads Google?"),
        (DE, "de", "Und in Luxemburg?", "Wie viel investiert Google in Luxemburg?"),
        (DE, "de", "Warum?", "Warum investiert Google in Indien?"),
        (ES, "es", "¿Y Microsoft?", "¿Cuánto invierte Microsoft en India?"),
        (ES, "es", "¿Por qué?", "¿Por qué invierte Google en India?"),
        (
            "Quanto investe Google in India?",
            "it",
            "E Microsoft?",
            "Quanto investe Microsoft in India?",
        ),
        (
            "Quanto a Google investe na Índia?",
            "pt",
            "E a Microsoft?",
            "Quanto a Microsoft investe na Índia?",
        ),
        (
            "Hoeveel investeert Google in India?",
            "nl",
            "En Microsoft?",
            "Hoeveel investeert Microsoft in India?",
        ),
    ],
)
def test_each_way_of_leaning(before: str, language: str, question: str, wanted: str) -> None:
    """Catches the wrong part exchanged: a place for a company, a day for a place, a question word for nothing."""
    assert complete_question(question, [asked(before, language)], TODAY) == wanted


@pytest.mark.parametrize(
    ("before", "language", "question", "wanted"),
    [
        (
            FR,
            "fr",
            "il y a combien d'internautes là-bas ?",
            "il y a combien d'internautes en Inde ?",
        ),
        (EN, "en", "why so little", "why so little (Google, India, in 2025)"),
        (
            EN,
            "en",
            "ok and how many jobs is that supposed to create?",
            "ok and how many jobs is that supposed to create (Google, India, in 2025)?",
        ),
        (
            DE,
            "de",
            "wozu soll das gut sein?",
            "wozu soll das gut sein (investiert, Google, Indien)?",
        ),
        (
            ES,
            "es",
            "y cuanto subio en un año?",
            "y cuanto subio en un año (invierte, Google, India)?",
        ),
    ],
)
def test_what_fits_no_rule_keeps_its_words(
    before: str, language: str, question: str, wanted: str
) -> None:
    """Catches a program that mangles what it half understands, or that leaves out what was spoken of."""
    assert complete_question(question, [asked(before, language)], TODAY) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Merci",
        "ok thanks",
        "Qui dirige Amazon ces jours-ci ?",
        "À combien la Cour des comptes évaluait-elle le coût des Jeux pour l'État ?",
        "¿Cuánto paga Eramet a sus socios chinos?",
        "What is Gavi and where is it based?",
        "Was macht Leggeri, seit er nicht mehr bei der Grenzschutzagentur ist?",
        "Which share of its workforce is Disney cutting?",
    ],
)
def test_what_the_question_explains_itself_is_left_alone(question: str) -> None:
    """Catches a pronoun taken for somebody said before where the question itself says whom it means."""
    assert complete_question(question, [asked(FR, "fr")], TODAY) == question


@pytest.mark.parametrize(
    ("before", "language", "question"),
    [
        # Short is not incomplete.
        (FR, "fr", "qui dirige la police"),
        (FR, "fr", "et pourquoi les prix montent"),
        (EN, "en", "how do i vote"),
        (EN, "en", "where can you find mushrooms"),
        (DE, "de", "wann sind ferien"),
        (DE, "de", "warum sterben bienen"),
        (ES, "es", "donde hay setas"),
        (ES, "es", "y cuanto gana un medico"),
        # What is asked about comes first.
        (FR, "fr", "et les pompiers ils sont payés combien"),
        (EN, "en", "potholes who repairs them"),
        (DE, "de", "fangquoten wer legt sie fest"),
        # Nothing is meant by the pronoun, or everybody.
        (FR, "fr", "combien de voix faut il pour un référendum"),
        (FR, "fr", "comment vendre sa maison"),
        (EN, "en", "why is it so hot this summer"),
        (EN, "en", "is it safe to swim in the river"),
        (EN, "en", "how do farmers protect their sheep"),
        # The question names whom the possessive means, or explains "ça" at its end.
        (FR, "fr", "ça coûte combien un permis de conduire"),
        (ES, "es", "que dijo el alcalde de su presupuesto"),
    ],
)
def test_what_is_typed_in_haste_is_left_alone(before: str, language: str, question: str) -> None:
    """Catches questions that are taken for follow-ups since they are short or have a pronoun."""
    assert complete_question(question, [asked(before, language)], TODAY) == question


@pytest.mark.parametrize(
    ("before", "language", "question", "wanted"),
    [
        (EN, "en", "why so little", "why so little (Google, India, in 2025)"),
        (FR, "fr", "pourquoi eux ?", "pourquoi eux (Google, Inde, en 2025) ?"),
        (FR, "fr", "d'après qui ?", "D'après qui Google investit-il en Inde en 2025 ?"),
        (
            DE,
            "de",
            "und im dritten quartal?",
            "Wie viel investiert Google in Indien im dritten quartal?",
        ),
        (ES, "es", "y cuando empieza", "y cuando empieza (invierte, Google, India)"),
        (ES, "es", "¿y qué dice él?", "¿y qué dice él (invierte, Google, India)?"),
    ],
)
def test_what_leaves_something_out_is_completed(
    before: str, language: str, question: str, wanted: str
) -> None:
    """Catches questions that are left alone though a word that they need stands in the last one."""
    assert complete_question(question, [asked(before, language)], TODAY) == wanted


def test_a_pronoun_is_whom_the_answer_named() -> None:
    """Catches a pronoun taken for someone in the question, where the question asked for another."""
    before = answered(question="Qui remplacera Paul Durand ?", language="fr")
    assert (
        complete_question("Quel est son salaire ?", [before], TODAY)
        == "Quel est le salaire de Jeanne Morel ?"
    )
    assert (
        complete_question("Où travaille-t-elle ?", [before], TODAY)
        == "Où Jeanne Morel travaille-t-elle ?"
    )


def test_a_spanish_verb_of_others_has_its_own_subject() -> None:
    """Catches a person of the last answer put beside the subject that is there, or that nobody is."""
    before = answered(question="¿Quién sustituirá a Paul Durand?", language="es")
    assert (
        complete_question("¿Desde cuándo trabaja en Renault?", [before], TODAY)
        == "¿Desde cuándo trabaja Jeanne Morel en Renault?"
    )
    for alone in (
        "¿Por qué multaron a Renault?",
        "¿Desde cuándo trabaja en Renault su próximo jefe?",
    ):
        assert complete_question(alone, [before], TODAY) == alone


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("wofür erhielt maryna viazovska ihre medaille", "de"),
        ("how did john mcfall lose his leg", "en"),
    ],
)
def test_what_stands_for_itself_is_left_alone_without_capitals_too(
    question: str, language: str
) -> None:
    """Catches a company of the last question given the medal that a name in lower case was asked about."""
    assert (
        complete_question(question, [asked({"de": DE, "en": EN}[language], language)], TODAY)
        == question
    )


def test_who_said_that_is_about_the_quotation() -> None:
    """Catches the question before taken for what was said."""
    before = answered(question="Qui remplacera Paul Durand ?", language="fr")
    for question in ("Qui a dit ça ?", "Dit qui ?", "Says who?", "Sagt wer?", "¿Quién lo dijo?"):
        assert "Jeanne Morel remplacera Paul Durand le 1er mars." in complete_question(
            question, [before], TODAY
        )


def test_after_who_said_that_the_question_before_is_leaned_on() -> None:
    """Catches a place put into the quotation that was asked about."""
    first = asked(FR, "fr")
    second = answered(
        question="Qui a dit ça : « Jeanne Morel remplacera Paul Durand. » ?", language="fr"
    )
    assert (
        complete_question("Et au Luxembourg ?", [first, second], TODAY)
        == "Combien Google investit-il au Luxembourg en 2025 ?"
    )
    assert complete_question("Et au Luxembourg ?", [second], TODAY) == "Et au Luxembourg ?"


@given(
    question=st.text(),
    before=st.sampled_from([FR, EN, DE, ES, ""]) | st.text(),
    language=st.sampled_from(["fr", "en", "de", "es", "und"]),
)
def test_nothing_that_can_be_typed_fails(question: str, before: str, language: str) -> None:
    """Catches a pattern that takes anything for granted; without a question before, every question is left alone."""
    assert isinstance(complete_question(question, [asked(before, language)], TODAY), str)
    assert complete_question(question, [], TODAY) == question


@given(words=st.lists(st.sampled_from(PIECES), max_size=9))
def test_pieces_of_follow_ups_in_any_order_do_not_fail(words: list[str]) -> None:
    """Catches a rule that trusts another to have found something."""
    question = " ".join(words)
    assert (
        complete_question(question, [answered(question=FR, language="fr")], TODAY)
        or not question.strip()
    )


def test_a_follow_up_at_the_keyboard(talk: Talk, tmp_path: Path) -> None:
    """Catches a loop that asks the bare words, hides what it asked, saves the bare words, or remembers after /new."""
    out = talk.say(
        INDIA,
        "And Microsoft?",
        "And Amazon?",
        "/save talk.md",
        "/save talk.json",
        "/new",
        "And Microsoft?",
    )
    wanted = [
        f"How much did {name} promise to invest in India?" for name in ("Microsoft", "Amazon")
    ]
    assert all(out.count(f"→ {question}") == 1 for question in wanted) and "17,5 milliards" in out
    assert (
        talk.asked == ["And Microsoft?"]
        and talk.chat.history[-1].answer.question == "And Microsoft?"
    )
    saved = json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert [answer["question"] for answer in saved["answers"]] == [INDIA, *wanted]
    assert all(
        f"## {question}" in (tmp_path / "talk.md").read_text(encoding="utf-8")
        for question in wanted
    )


def test_a_follow_up_without_capitals_or_question_mark(talk: Talk) -> None:
    """Catches names that are known by their capitals alone, and thanks taken for a question."""
    out = talk.say(INDIA, "and openai", "what about microsoft", "ok thanks")
    assert all(
        f"→ How much did {name} promise to invest in India?" in out
        for name in ("OpenAI", "Microsoft")
    )
    assert out.count("→ ") == 2


@pytest.mark.parametrize(
    ("module", "constant", "other", "before", "language", "question", "wanted"),
    [
        # Eight words are a fragment, four a thing, and five words no thing.
        (
            fragments,
            "MAX_WORDS",
            7,
            ["What was the net profit of Renault in 2024?"],
            "en",
            "and in Germany, in France, in Italy and Spain?",
            "What was the net profit of Renault in 2024 in Germany in France in Italy within Spain?",
        ),
        (
            fragments,
            "MAX_THING_WORDS",
            3,
            ["What was the net profit of Renault in 2024?"],
            "en",
            "and the total net profit?",
            "What was the total net profit of Renault in 2024?",
        ),
        (
            pronouns,
            "MAX_WORDS",
            8,
            ["How many jobs does Amazon cut in Luxembourg?"],
            "en",
            "What share of the employees there is laid off?",
            "What share of the employees in Luxembourg is laid off?",
        ),
        (
            context,
            "MAX_PARTS",
            4,
            ["Baut AWS eigene KI-Prozessoren?"],
            "de",
            "Wie heißen diese Chips?",
            "Wie heißen diese Chips (Baut, AWS, Prozessoren)?",
        ),
        (
            context,
            "MAX_PARTS",
            2,
            ["CA d’Amazon au 2e trimestre ?"],
            "fr",
            "et le bénéfice net",
            "et le bénéfice net (CA, Amazon, 2e trimestre)",
        ),
        (
            context,
            "EARLIER_NAMES",
            1,
            ["Amazon négocie avec OpenAI ?", "pour combien ?"],
            "fr",
            "qui dit ça ?",
            "qui dit ça (Amazon, OpenAI) ?",
        ),
        (
            context,
            "MIN_TOPIC_INFORMATION",
            6.5,
            ["¿Cuántos empleos podría eliminar Amazon?"],
            "es",
            "¿Quién da esa cifra?",
            "¿Quién da esa cifra (empleos, Amazon)?",
        ),
        (
            context,
            "MIN_TOPIC_INFORMATION",
            7.5,
            ["How were Amazon's second quarter results?", "what about the free cash flow?"],
            "en",
            "why so low",
            "why so low (Amazon, free cash flow)",
        ),
        (
            ellipsis,
            "MAX_FRAGMENT_WORDS",
            3,
            ["Qui a parlé de 370 départs au Luxembourg ?"],
            "fr",
            "Et des 30 000 emplois ?",
            "Et des 30 000 emplois (370 départs, Luxembourg) ?",
        ),
        (
            names,
            "MIN_NAME_INFORMATION",
            10.0,
            ["Wie viel investiert Google in Indien?"],
            "de",
            "Und Microsoft?",
            "Wie viel investiert Microsoft in Indien?",
        ),
    ],
)
def test_every_limit_decides(
    module: Any,
    constant: str,
    other: float,
    before: list[str],
    language: str,
    question: str,
    wanted: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a limit that moved by one step, and one that nothing depends on any more."""
    conversation = [asked(each, language, status="answered") for each in before]
    assert complete_question(question, conversation, TODAY) == wanted
    monkeypatch.setattr(module, constant, other)
    assert complete_question(question, conversation, TODAY) != wanted


@pytest.mark.parametrize(
    ("before", "language", "question", "wanted"),
    [
        # One person: a pronoun means them, a company beside them notwithstanding.
        (
            "Wer ersetzt Paul Durand bei Renault?",
            "de",
            "Wie alt ist er?",
            "Wie alt ist Paul Durand?",
        ),
        (
            "Does Renault pay Paul Durand?",
            "en",
            "Where does he live?",
            "Where does Paul Durand live?",
        ),
        # Two: rag does not guess, and both are there to be searched for.
        (
            "Pourquoi Paul Durand a-t-il quitté Marie Martin ?",
            "fr",
            "Quel âge a-t-il ?",
            "Quel âge a-t-il (Paul Durand, quitté, Marie Martin) ?",
        ),
        (
            "Why did Paul Durand replace Mary Martin?",
            "en",
            "Where did she work before?",
            "Where did she work before (Paul Durand, replace, Mary Martin)?",
        ),
        (
            "¿Por qué dejó Paul Durand a Marie Martin?",
            "es",
            "¿Dónde trabaja él?",
            "¿Dónde trabaja él (dejó, Paul Durand, Marie Martin)?",
        ),
    ],
)
def test_whom_a_pronoun_means_among_those_named(
    before: str, language: str, question: str, wanted: str
) -> None:
    """Catches the first of two people, the last, or a company, put in a pronoun's place unasked."""
    assert complete_question(question, [asked(before, language)], TODAY) == wanted
