"""The claims that the check of claims is measured on: balanced, and paraphrased, not copied.

A set whose true claims are copies, or whose false ones are all of one kind, would make a check
that compares words look as good as one that reads.
"""

import json
import re
from collections import Counter
from pathlib import Path

CLAIMS = Path(__file__).parent / "data" / "claims"
LANGUAGES = ("fr", "en", "de", "es")
CHANGES = {
    *("number", "percentage", "amount", "unit", "day", "name", "place", "negation", "antonym"),
    *("attribution", "speaker", "quotation", "quantifier", "comparison", "cause", "addition"),
}
FIELDS = ["id", "language", "passage_language", "passage", "claim", "true", "change"]
WORD = re.compile(r"[^\W\d_]+")


def read_claims(name: str = "*") -> list[dict]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CLAIMS.glob(f"{name}.jsonl"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def measure_longest_run(claim: str, passage: str) -> int:
    """Return how many words in a row a claim has in common with its passage."""
    words = WORD.findall(claim.lower())
    spaced = " " + " ".join(WORD.findall(passage.lower())) + " "
    longest = 0
    for start in range(len(words)):
        while f" {' '.join(words[start : start + longest + 1])} " in spaced:
            if start + longest + 1 > len(words):
                break
            longest += 1
    return longest


def test_the_longest_run_is_counted_in_words_without_numbers():
    assert measure_longest_run("the red fox ran 3 miles home", "A red fox ran 9 miles.") == 4
    assert measure_longest_run("same words", "same words") == 2


def test_there_are_enough_claims_each_with_its_own_name():
    claims = read_claims()
    assert len(claims) >= 640
    assert len({claim["passage"] for claim in claims}) >= 160
    assert len({claim["id"] for claim in claims}) == len(claims)
    assert len({(claim["passage"], claim["claim"]) for claim in claims}) == len(claims)
    assert all(list(claim) == FIELDS for claim in claims)


def test_a_passage_is_as_long_as_a_paragraph_of_the_press():
    lengths = [len(claim["passage"].split()) for claim in read_claims()]
    assert min(lengths) >= 40
    assert max(lengths) <= 120


def test_half_of_the_claims_are_true_in_every_language_and_at_every_passage():
    """A check that says true, or false, of everything would be right of more than half."""
    true_claims: Counter[str] = Counter()
    for claim in read_claims():
        true_claims[claim["passage"]] += 1 if claim["true"] else -1
        assert (claim["change"] is None) == claim["true"], claim["id"]
    assert set(true_claims.values()) == {0}


def test_every_kind_of_change_is_there():
    kinds = Counter(claim["change"] for claim in read_claims() if not claim["true"])
    assert set(kinds) == CHANGES
    assert min(kinds.values()) >= 8
    assert kinds["attribution"] == max(kinds.values())


def test_the_languages_are_what_the_files_are_named_for():
    for language in LANGUAGES:
        pairs = {(claim["language"], claim["passage_language"]) for claim in read_claims(language)}
        assert pairs == {(language, language)}
    crossed = read_claims("cross")
    assert {claim["language"] for claim in crossed} == set(LANGUAGES)
    assert {claim["passage_language"] for claim in crossed} == set(LANGUAGES)
    assert all(claim["language"] != claim["passage_language"] for claim in crossed)


def test_claims_are_told_in_other_words_than_their_passages():
    """False ones as well: else a copied sentence would be a sign of a lie."""
    copied = {True: 6, False: 8}
    for claim in read_claims():
        run = measure_longest_run(claim["claim"], claim["passage"])
        assert run <= copied[claim["true"]], claim["id"]
