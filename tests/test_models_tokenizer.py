"""The tokenizer: the same ids everywhere."""

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


@cache
def vocabulary() -> list[bytes]:
    return tokens.TokenVocabulary((tokens.SHIPPED / "vocabulary.bin").read_bytes()).tokens()


@cache
def whole() -> tokens.Tokenizer:
    """A tokenizer past its first texts, which it encodes with a part of the vocabulary."""
    tokenizer = tokens.Tokenizer((tokens.SHIPPED / "vocabulary.bin").read_bytes())
    tokenizer.encode("a" * 1000)
    while tokenizer._quick_starts_left:
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
    """Byte-pair encoding written out: join the two neighbours whose bytes have the lowest rank,
    until none can be joined."""
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
    """Catches a normaliser, a regular expression or a list of merges that differs between the two
    tokenizers."""
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
    """Catches lost letters: all but white space of the normalised text comes back from the ids.
    Lone surrogates included."""
    spelled = b"".join(vocabulary()[i] for i in tokens.get_tokenizer().encode(text)).decode()
    expected = tokens.normalise(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert [c for c in spelled if not c.isspace()] == [c for c in expected if not c.isspace()]


def test_a_word_has_the_same_tokens_wherever_it_stands() -> None:
    """Catches a vocabulary in which "Amazon" after an apostrophe is another word than after a
    space."""
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
    """Catches an encoder that is quadratic in the length of a word: a million characters without a
    space."""
    # Of a tower of accents, thirty are left.
    fewest = 30 if unit == "\u0301" else 1000
    assert len(tokens.get_tokenizer().encode(unit * 1_000_000)) >= fewest


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


def test_normalise_is_made_of_steps_that_both_tokenizers_do_alike() -> None:
    """Catches ``str.lower``'s final sigma, which Hugging Face does not write."""
    assert tokens.normalise("ΟΔΟΣ") == " οδοσ"
    assert tokens.normalise("L’Été") == " l' été"
    assert tokens.normalise("ﬁn ½") == " fin 1⁄2"


@given(st.lists(st.integers(0, 65_535)))
def test_distinct_ids_agree_with_numpy(ids: list[int]) -> None:
    """Catches places that are off by one, and ids left out."""
    array = np.array(ids, dtype=np.uint16)
    known, places = tokens.find_distinct(array)
    assert known.tolist() == sorted(set(ids))
    assert known[places].tolist() == ids


GOLDEN_IDS = {
    "Qui remplacera le directeur ?": [1650, 26046, 1397, 439, 45492, 30],
    "L’Été d'Amazon": [276, 6, 3518, 256, 6, 27316],
    "14 000,5 東京タワー": [6103, 10807, 11, 20, 24754, 1767, 5908, 487],
    "Σίσυφος": [32639, 37487, 29921],
    "d’été  «œuf» x_y": [256, 6, 3518, 2183, 16006, 5896, 2172, 1349, 62, 373],
}


@pytest.mark.parametrize(("text", "ids"), GOLDEN_IDS.items())
def test_ids_of_the_shipped_tokenizer(text: str, ids: list[int]) -> None:
    """Catches a change of both tokenizers at once: every index that exists would lose its
    meaning."""
    assert tokens.get_tokenizer().encode(text) == ids
    assert whole().encode(text) == ids


def test_fingerprint_of_the_shipped_tokenizer() -> None:
    """Catches a fingerprint that changes without the ids, so that all indexes must be built
    again."""
    assert tokens.get_tokenizer().fingerprint == "88e2b0a143bf"
    assert tokens.get_tokenizer().size == 65_536


def test_quick_start_ends_after_sixteen_calls_or_with_a_long_text() -> None:
    """Catches a quick start for a whole index, which would be slow, and one that never begins."""
    tokenizer = tokens.Tokenizer((tokens.SHIPPED / "vocabulary.bin").read_bytes())
    for _ in range(15):
        tokenizer.encode("a" * 3998)  # a space is put before it
    assert "_whole_encoding" not in vars(tokenizer)
    tokenizer.encode("a" * 3999)
    assert "_whole_encoding" in vars(tokenizer)
    tokenizer = tokens.Tokenizer((tokens.SHIPPED / "vocabulary.bin").read_bytes())
    for _ in range(16):
        tokenizer.encode("a")
    assert "_whole_encoding" not in vars(tokenizer)
    tokenizer.encode("a")
    assert "_whole_encoding" in vars(tokenizer)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_texts_are_normalised_together_as_one_by_one(texts: list[str]) -> None:
    """Catches an accent that moves to the text before, and a text that is cut in two."""
    special = ["\u0301e", "a\x1db", "ΟΔΟΣ", "", "n\u0303" * 20, "(", "\u1100"]
    for some in (texts, [*texts, *special[:1]], [*special[2:], *texts], special):
        assert tokens.normalise_all(some) == list(map(tokens.normalise, some))
