"""Language identification: the right language of a sentence, and what the index says about few
words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import language_id
from rag.models.language_id import compute_log_prior, find_script_language, guess_languages
from rag.models.tokenizer import get_tokenizer

SENTENCES = {
    "fr": "Le nouveau directeur général prendra ses fonctions au mois de janvier.",
    "en": "The new chief executive will take up his position in January.",
    "de": "Der neue Geschäftsführer wird sein Amt im Januar antreten.",
    "es": "El nuevo director general asumirá su cargo en el mes de enero.",
    "it": "Il nuovo amministratore delegato entrerà in carica nel mese di gennaio.",
    "pt": "O novo presidente executivo vai assumir o cargo no mês de janeiro.",
    "nl": "De nieuwe directeur begint in januari aan zijn nieuwe functie.",
    "ru": "Новый генеральный директор приступит к работе в январе.",
    "uk": "Новий генеральний директор розпочне роботу в січні цього року.",
    "tr": "Yeni genel müdür ocak ayında görevine başlayacak.",
    "el": "Ο νέος διευθύνων σύμβουλος θα αναλάβει τα καθήκοντά του τον Ιανουάριο.",
    "ar": "سيتولى المدير العام الجديد منصبه في شهر يناير.",
    "he": 'המנכ"ל החדש ייכנס לתפקידו בינואר.',
    "hi": "नए महानिदेशक जनवरी में अपना पद संभालेंगे।",
    "ja": "新しい社長は一月に就任する予定です。",
    "ko": "새로운 사장은 1월에 취임할 예정이다.",
    "th": "ผู้อำนวยการคนใหม่จะเข้ารับตำแหน่งในเดือนมกราคม",
    "zh": "新任首席执行官将于一月上任。",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_language_of_a_plain_sentence(language: str, text: str) -> None:
    """Catches columns that are out of step with the list of languages."""
    assert get_tokenizer().detect_language(text) == language


def test_language_with_names_in_another_script() -> None:
    """Catches a script rule that one foreign word switches."""
    assert (
        get_tokenizer().detect_language("Le mot grec λόγος désigne la parole et la raison.") == "fr"
    )
    assert get_tokenizer().detect_language("東京タワーは1958年に完成した。") == "ja"


@pytest.mark.parametrize("text", ["", "  ", "1 234,5 %", "!?…"])
def test_no_letters_no_language(text: str) -> None:
    """Catches a guess where there is nothing to guess from."""
    assert get_tokenizer().detect_language(text) == "und"


@settings(deadline=None)
@given(st.text())
def test_language_is_always_one_of_the_known(text: str) -> None:
    """Catches a crash on odd text."""
    assert get_tokenizer().detect_language(text) in {
        *get_tokenizer().languages,
        "und",
    }


def test_what_a_few_words_leave_open_the_likely_languages_decide() -> None:
    """Catches a keyword question read as Catalan over French articles, and a likely language that
    overrules a whole sentence."""
    tokenizer = get_tokenizer()
    assert tokenizer.detect_language("licenciements luxembourg", likely={"fr": 1}) == "fr"
    assert (
        tokenizer.detect_language(
            "How many people lost their job in Luxembourg last year?", likely={"fr": 1}
        )
        == "en"
    )
    assert tokenizer.detect_language("…", likely={"fr": 1}) == "und"


MOSTLY_FRENCH = {"fr": 7566, "ca": 5}


@pytest.mark.parametrize(
    "question",
    [
        "Qui est Walter Rodney ?",
        "Que font les guerriers ?",
        "licenciements luxembourg",
    ],
)
def test_few_passages_in_a_language_do_not_take_the_questions(question: str) -> None:
    """Catches a prior that asks whether a language is in the index, not how much of it."""
    tokenizer = get_tokenizer()
    assert tokenizer.detect_language(question, likely=MOSTLY_FRENCH) == "fr"
    assert tokenizer.detect_language(question, likely={"fr": 100, "ca": 100}) == "ca"


@pytest.mark.parametrize(
    "question",
    [
        "Quants treballadors va acomiadar l'empresa l'any passat?",
        "Qui és el nou president de la Generalitat?",
        "acomiadaments barcelona",
    ],
)
def test_strong_evidence_tells_a_language_of_few_passages(question: str) -> None:
    """Catches a prior by share alone, under which five articles in Catalan can never be asked in
    it."""
    tokenizer = get_tokenizer()
    assert tokenizer.detect_language(question, likely=MOSTLY_FRENCH) == "ca"
    assert tokenizer.detect_language(question, likely={"fr": 7566}) == "ca"


@pytest.mark.parametrize(
    ("passages", "french"),
    [(0, 0), (1, 0), (2, 1), (100, 17), (250, 28), (500, 38), (999, 48), (1000, 48)],
)
def test_prior_grows_with_the_share_of_the_passages(passages: int, french: int) -> None:
    """Catches shares of all instead of the largest, odds of another size, the 1 left out of the
    logarithm."""
    prior = compute_log_prior(("fr", "en", "de"), {"en": 1000, "fr": passages})
    assert prior == [french, 48, 0]  # 48 steps of 1/16: 3 nats, odds of 20


def test_prior_counts_only_languages_that_can_be_told() -> None:
    """Catches a division by nothing, and passages without letters that outweigh all others."""
    assert compute_log_prior(("fr", "en"), {}) == [0, 0]
    assert compute_log_prior(("fr", "en"), {"und": 9}) == [0, 0]
    assert compute_log_prior(("fr", "en"), {"und": 9, "fr": 1}) == [48, 0]


def test_three_guesses_best_first() -> None:
    """Catches guesses in the order of the columns, one too few or many."""
    guess = get_tokenizer().guess_languages
    assert guess("Que font les guerriers ?", likely=MOSTLY_FRENCH) == ["fr", "ca", "es"]
    assert guess("Qui dirige Andor ?") == ["it", "fr", "ca"]
    assert guess("…") == ["und"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ab東京", None),
        ("ab東京都", "zh"),
        ("ab東京ビル", None),
        ("東京の人々", "ja"),
        ("\u036f", None),
        ("\u0370", "el"),
        ("abc λόγος", "el"),
        ("abcde λόγος", None),
        ("", None),
    ],
)
def test_a_script_decides_with_more_than_half_of_the_letters(
    text: str, language: str | None
) -> None:
    """Catches half of the letters taken for most, kana that do not make Japanese of Chinese
    characters."""
    assert find_script_language(text) == language


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    """Catches a sample of another length: the time of a file of a million characters."""
    french, english = "Le maire parle. ", "The mayor speaks today. "
    lengths: list[int] = []

    def encode(text: str) -> list[int]:
        lengths.append(len(text))
        return get_tokenizer().encode(text)

    model = get_tokenizer()._language_model
    assert guess_languages(french * 250 + english * 5000, encode, model)[0] == "fr"
    assert lengths == [4000]
    assert guess_languages(" " * 3999 + "é", encode, None) == [language_id.UNDETERMINED]
    assert guess_languages(" " * 4000 + "λόγος", encode, None) == ["und"]
    assert guess_languages(" " * 3999 + "λόγος", encode, None) == ["el"]
