"""The vocabulary: learned by byte-pair encoding, written for tiktoken and for Hugging Face tokenizers alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from rag.models.tokenizer import PATTERN, REPLACEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def _byte_letters() -> dict[str, int]:
    """The printable letter that stands for each byte in ``tokenizer.json`` (the GPT-2 convention), to the byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {
        chr(256 + i): byte for i, byte in enumerate(others)
    }


LETTER_TO_BYTE = _byte_letters()
BYTE_TO_LETTER = {byte: letter for letter, byte in LETTER_TO_BYTE.items()}


def _pipeline(model: models.Model) -> Tokenizer:
    """A Hugging Face tokenizer that normalises and cuts exactly as ``rag.models.tokenizer`` does."""
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            *(normalizers.Replace(old, new) for old, new in REPLACEMENTS),
            normalizers.Prepend(" "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def learn(texts: Iterable[str], *, size: int) -> list[bytes]:
    """The tokens of a byte-pair encoding in order of rank: the 256 bytes, then one token per merge."""
    tokenizer = _pipeline(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        initial_alphabet=sorted(LETTER_TO_BYTE),
        show_progress=False,
        min_frequency=2,
        max_token_length=40,
    )
    tokenizer.train_from_iterator(texts, trainer)
    by_id = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [bytes(LETTER_TO_BYTE[letter] for letter in token) for token, _ in by_id]


def write_hugging_face(tokens: list[bytes], path: Path) -> None:
    """``tokenizer.json``, which gives the same ids as tiktoken with these ranks.

    tiktoken joins any two neighbours whose bytes together are a token, lowest rank first; a Hugging Face tokenizer joins
    only listed pairs, first listed first. So every way to cut a token into two tokens is listed, in order of rank.
    """
    ranks = {token: rank for rank, token in enumerate(tokens)}
    merges = [
        (token[:cut], token[cut:])
        for token in tokens
        for cut in range(1, len(token))
        if token[:cut] in ranks and token[cut:] in ranks
    ]
    letters = {token: "".join(BYTE_TO_LETTER[byte] for byte in token) for token in tokens}
    model = models.BPE(
        vocab={letters[token]: rank for token, rank in ranks.items()},
        merges=[(letters[left], letters[right]) for left, right in merges],
    )
    text: dict[str, Any] = json.loads(_pipeline(model).to_str())
    path.write_text(json.dumps(text, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
