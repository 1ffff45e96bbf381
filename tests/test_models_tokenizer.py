"""The tokenizer: the same ids everywhere, and the right language."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models import tokenizer as tokens

TEXTS = st.text(st.characters(exclude_categories=("Cn", "Cs", "Co")), max_size=60)
SCRIPTS = [
    "l'Été",
    "d’été",
    "«Σίσυφος»",
    "ΣΑΣ",
    "İstanbul",
    "straße",
    "14\u202f000,5",
    "東京タワー",
    "ภาษาไทย",
    "हिन्दी",
]
ODDITIES = [
    "½",
    "ﬁn",
    "aaaa",
    "😀",
    "a\u0301",
    "\u00ad",
    "\t",
    "\u2028",
    "<|endoftext|>",
    "_x_",
    "👩\u200d💻",
]
WORDS = st.sampled_from([*SCRIPTS, *ODDITIES])
SEVERAL = {
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


@cache
def vocabulary() -> list[bytes]:
    return tokens.TokenVocabulary((tokens.SHIPPED / "vocabulary.bin").read_bytes()).tokens()


@cache
def whole() -> tokens.Tokenizer:
    """A tokenizer past its first texts, which it encodes with a part of the vocabulary."""
    tokenizer = tokens.Tokenizer((tokens.SHIPPED / "vocabulary.bin").read_bytes())
    tokenizer.encode("a" * 1000)
    while tokenizer._few:
        tokenizer.encode("a")
    return tokenizer


@cache
def hugging_face() -> Any:
    return pytest.importorskip("tokenizers").Tokenizer.from_file(
        str(tokens.SHIPPED / "tokenizer.json")
    )


@cache
def pattern() -> Any:
    regex = pytest.importorskip("regex")
    return regex.compile(
        regex.sub(r"\\x\{(\w+)\}", lambda m: rf"\U{m[1]:0>8}", tokens.PATTERN), regex.VERSION1
    )


def slow_encode(text: str) -> list[int]:
    """Byte-pair encoding written out: join the two neighbours whose bytes have the lowest rank, until none can be joined."""
    ranks, out = {token: rank for rank, token in enumerate(vocabulary())}, []
    for piece in pattern().findall(tokens.normalise(text)):
        parts = [bytes([byte]) for byte in piece.encode()]
        while joins := [
            (ranks[a + b], i)
            for i, (a, b) in enumerate(itertools.pairwise(parts))
            if a + b in ranks
        ]:
            _, i = min(joins)
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        out += [ranks[part] for part in parts]
    return out


@settings(deadline=None)
@given(TEXTS | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join))
def test_hugging_face_gives_the_same_ids(text: str) -> None:
    """Catches a normaliser, a regular expression or a list of merges that differs between the two tokenizers."""
    assert (
        tokens.get_tokenizer().encode(text)
        == hugging_face().encode(text, add_special_tokens=False).ids
    )


@settings(deadline=None)
@given(TEXTS | st.lists(WORDS).map(" ".join))
def test_ids_are_those_of_byte_pair_encoding_written_out(text: str) -> None:
    """Catches ranks in a wrong order, or an id that names another token."""
    assert tokens.get_tokenizer().encode(text) == slow_encode(text)


@settings(deadline=None)
@given(st.text() | st.lists(WORDS).map(" ".join) | st.text("ab", max_size=40))
def test_part_of_the_vocabulary_is_enough(text: str) -> None:
    """Catches a token that a short text needs and the quick start leaves out."""
    quick = tokens.Tokenizer((tokens.SHIPPED / "vocabulary.bin").read_bytes())
    assert quick.encode(text) == whole().encode(text)


@settings(deadline=None)
@given(st.text())
def test_tokens_spell_the_normalised_text(text: str) -> None:
    """Catches lost letters: all but white space of the normalised text comes back from the ids. Lone surrogates included."""
    spelled = b"".join(vocabulary()[i] for i in tokens.get_tokenizer().encode(text)).decode()
    expected = tokens.normalise(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert [c for c in spelled if not c.isspace()] == [c for c in expected if not c.isspace()]


def test_a_word_has_the_same_tokens_wherever_it_stands() -> None:
    """Catches a vocabulary in which "Amazon" after an apostrophe is another word than after a space."""
    encode = tokens.get_tokenizer().encode
    word = encode("Amazon")
    for text in (
        "d'Amazon",
        "d’Amazon",
        "(Amazon",
        "«Amazon",
        "anti-Amazon",
        "AMAZON",
        "Ama\u00adzon",
        "\nAmazon",
        "le\tAmazon",
    ):
        assert encode(text)[-len(word) :] == word, text


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0\u3000"])
def test_white_space_has_no_tokens(text: str) -> None:
    """Catches a prefix space that is counted as a token."""
    assert tokens.get_tokenizer().encode(text) == []


def test_ids_fit_sixteen_bits_and_special_tokens_are_text() -> None:
    """Catches a vocabulary that index files cannot hold, and an article that ends the text."""
    tokenizer = tokens.get_tokenizer()
    assert tokenizer.size <= 65_536
    assert len(tokenizer.encode("<|endoftext|>")) > 1
    assert tokenizer.encode_batch(["a b", ""]) == [tokenizer.encode("a b"), []]
    assert tokenizer.count_tokens("a b") == len(tokenizer.encode("a b"))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["a", "-", "9", "語", "\u0301", "é"])
def test_long_runs_take_linear_time(unit: str) -> None:
    """Catches an encoder that is quadratic in the length of a word: a million characters without a space."""
    assert len(tokens.get_tokenizer().encode(unit * 1_000_000)) > 1000


@pytest.mark.parametrize(("language", "text"), SEVERAL.items())
def test_language_of_a_plain_sentence(language: str, text: str) -> None:
    """Catches columns that are out of step with the list of languages."""
    assert tokens.get_tokenizer().detect_language(text) == language


def test_language_with_names_in_another_script() -> None:
    """Catches a script rule that one foreign word switches."""
    assert (
        tokens.get_tokenizer().detect_language("Le mot grec λόγος désigne la parole et la raison.")
        == "fr"
    )
    assert tokens.get_tokenizer().detect_language("東京タワーは1958年に完成した。") == "ja"


@pytest.mark.parametrize("text", ["", "  ", "1 234,5 %", "!?…"])
def test_no_letters_no_language(text: str) -> None:
    """Catches a guess where there is nothing to guess from."""
    assert tokens.get_tokenizer().detect_language(text) == "und"


@settings(deadline=None)
@given(st.text())
def test_language_is_always_one_of_the_known(text: str) -> None:
    """Catches a crash on odd text."""
    assert tokens.get_tokenizer().detect_language(text) in {
        *tokens.get_tokenizer().languages,
        "und",
    }


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=255)))
def test_pack_round_trip(some: list[bytes]) -> None:
    """Catches a token cut at the wrong byte."""
    assert tokens.TokenVocabulary(tokens.pack_vocabulary(some)).tokens() == some


def test_damaged_files_are_told(tmp_path: Path) -> None:
    """Catches a traceback instead of a message with a way out."""
    with pytest.raises(ModelError) as missing:
        tokens.Tokenizer.load(tmp_path)
    assert missing.value.hint
    for damaged in (
        tokens.pack_vocabulary([b"a", b"bc"])[:-1],
        tokens.pack_vocabulary([b"a", b"bc"]) + b"d",
        b"\x09\x00\x00\x00\x01",
        b"",
    ):
        (tmp_path / "vocabulary.bin").write_bytes(damaged)
        (tmp_path / "languages.json").write_text("[]")
        with pytest.raises(ModelError):
            tokens.Tokenizer.load(tmp_path)


def test_stem_joins_the_forms_of_a_word() -> None:
    """Catches a stemmer of the wrong language, and a crash on a language without one."""
    assert tokens.stem_word("acquisitions", "fr") == tokens.stem_word("acquisition", "fr")
    assert tokens.stem_word("companies", "en") == tokens.stem_word("company", "en")
    assert tokens.stem_word("東京", "ja") == "東京"
    assert tokens.stem_word("word", "und") == "word"


def test_normalise_is_made_of_steps_that_both_tokenizers_do_alike() -> None:
    """Catches ``str.lower``'s final sigma, which Hugging Face does not write."""
    assert tokens.normalise("ΟΔΟΣ") == " οδοσ"
    assert tokens.normalise("L’Été") == " l' été"
    assert tokens.normalise("ﬁn ½") == " fin 1⁄2"


def test_what_a_few_words_leave_open_the_likely_languages_decide() -> None:
    """Catches a keyword question read as Catalan over French articles, and a likely language that overrules a whole sentence."""
    tokenizer = tokens.get_tokenizer()
    assert tokenizer.detect_language("licenciements luxembourg", likely=("fr",)) == "fr"
    assert (
        tokenizer.detect_language(
            "How many people lost their job in Luxembourg last year?", likely=("fr",)
        )
        == "en"
    )
    assert tokenizer.detect_language("…", likely=("fr",)) == "und"


@given(st.lists(st.integers(0, 65_535)))
def test_distinct_ids_agree_with_numpy(ids: list[int]) -> None:
    """Catches places that are off by one, and ids left out."""
    array = np.array(ids, dtype=np.uint16)
    known, places = tokens.find_distinct(array)
    assert known.tolist() == sorted(set(ids))
    assert known[places].tolist() == ids
