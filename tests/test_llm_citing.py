"""A model's text as it comes: keys into numbers, the rest into plain text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm import sentences as sentences_module
from rag.llm.citing import CitationStream
from rag.llm.sentences import MAX_SENTENCE, SentenceStream
from rag.llm.thoughts import drop_thoughts
from rag.records import Span
from rag.text import split_sentences

KEYS = ("k1", "k2", "k3", "k5")
LINK = "https://ostertal.example/a"
PARTS = (
    *"[]【】()!<>*#`hw \n.é\u202e\x1b\ufdd0",
    "[k3]", "[k3, k5]", "【k1】", "[k9]", "[1]", "[K2]", "](", "http", "https://", "www.", "k3", "12",
    "![alt](http://evil.example/x.png)", "[text](http://evil.example)", f"[text]({LINK})", LINK, "<b>",
    "Ein Satz. ", "[k3]: x", "[**1**]", "[k3†L1]", "x" * 210,
)  # fmt: skip


def show(pieces: list[str]) -> str:
    stream = CitationStream(KEYS, links=[LINK])
    return "".join([*map(stream.feed, pieces), stream.finish()])


@given(st.lists(st.sampled_from(PARTS), max_size=30), st.data())
def test_any_cut_gives_the_same_text(parts: list[str], data: st.DataObject) -> None:
    """Catches half a key that is shown, and a link that passes because it came in two pieces."""
    text = "".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    places = [0, *sorted(cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(places)]
    whole = show([text])
    assert show(pieces) == whole
    assert show(list(text)) == whole


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_nothing_comes_out_that_steers_or_leads_away(parts: list[str]) -> None:
    """Catches a citation written by hand, an escape, and an address that no article has."""
    shown = show(["".join(parts)])
    assert not {"\x1b", "\u202e", "【", "】"} & set(shown)
    assert "evil.example" not in shown
    for inside in shown.split("[")[1:]:
        assert inside.partition("]")[0].isdecimal() and "]" in inside


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Le pont ouvre [k3].", "Le pont ouvre [1]."),
        ("A [k5]. B [k3, k5]. C 【k1】.", "A [1]. B [2][1]. C [3]."),
        ("A [k9]. B [k3; k9] C[1].", "A . B [1] C."),
        ("[K2] and [k3†L1-L2]", "[1] and [2]"),
        ("quoted [...] text [sic]", "quoted (...) text (sic)"),
        ("a [link](http://evil.example/x) b", "a link b"),
        (f"a [link]({LINK}) b {LINK}.", f"a link ({LINK}) b {LINK}."),
        ("see https://evil.example/?q=secret now", "see  now"),
        ("![x](http://evil.example/p.png) text!", " text!"),
        ("## Title\n**bold** `code` <script>alert(1)</script> 3 < 4", " Title\nbold code alert(1) 3 < 4"),
        ("[**1**] [ [k3] ]", "(1) ( [1] )"),
        ("wait what [k3](https://evil.example)", "wait what [1]"),
        ("half [k3", "half "),
        ("half [k3, k", "half "),
        ("half [sic", "half (sic"),
    ],
)  # fmt: skip
def test_what_is_shown(written: str, shown: str) -> None:
    """Catches each of these read otherwise."""
    assert show([written]) == shown


def test_keys_are_numbered_as_they_appear_and_wrong_ones_counted() -> None:
    """Catches numbers in the order of the prompt, and wrong keys that nobody hears of."""
    stream = CitationStream(KEYS)
    stream.feed("A [k5][k7]. B [k1, 4]. C [k5]. D https://evil.example [x](//evil.example)")
    stream.finish()
    assert stream.numbers == {"k5": 1, "k1": 2}
    assert (stream.unknown_keys, stream.removed_links) == (2, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>He asks. </think>Le pont.", "Le pont."),
        ("\n<think>a</think>\nb <think>c</think>", "\nb <think>c</think>"),
        ("Le pont <think>.", "Le pont <think>."),
        ("<think>never done", ""),
        ("<thin", "<thin"),
        ("", ""),
    ],
)
def test_thoughts_are_left_out_however_they_are_cut(text: str, said: str) -> None:
    """Catches thoughts that are checked and shown as an answer."""
    assert "".join(drop_thoughts([text])) == said
    assert "".join(drop_thoughts(text)) == said
    halves = (text[: len(text) // 2], text[len(text) // 2 :])
    assert "".join(drop_thoughts(halves)) == said


def cut(pieces: list[str]) -> list[tuple[str, tuple[int, ...]]]:
    stream = SentenceStream()
    sentences = [each for piece in pieces for each in stream.feed(piece)]
    return [tuple(each) for each in [*sentences, *stream.finish()]]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Le pont ouvre [1]. Il coûte 3 M€. [2][1] Fin.",
         [("Le pont ouvre.", (1,)), ("Il coûte 3 M€.", (2, 1)), ("Fin.", ())]),
        ("- Erstens am 9. Dezember [1]\n- Zweitens [2] .\n[3]\n",
         [("Erstens am 9. Dezember", (1,)), ("Zweitens.", (2, 3))]),
        ("Mr. Smith said “no.” [1] Then he left ([2]).", [("Mr. Smith said “no.”", (1,)), ("Then he left.", (2,))]),
        ("", []),
        ("[1]", []),
    ],
)  # fmt: skip
def test_sentences_with_their_citations(text: str, sentences: list[object]) -> None:
    """Catches a citation behind the full stop that goes to the next sentence, and a cut at "9."."""
    assert cut([text]) == sentences
    assert cut(list(text.replace("[", "\0[").replace("]", "]\0").split("\0"))) == sentences


@pytest.mark.parametrize("unit", ["mot ", "x", "a, ", "...", "M. ", "[1]", "« a "])
def test_a_sentence_without_an_end_is_cut(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a lie behind the thousandth character that nobody reads, and the square of its length."""
    lengths = []

    def split(text: str) -> list[Span]:
        lengths.append(len(text))
        return split_sentences(text)

    monkeypatch.setattr(sentences_module, "split_sentences", split)
    text = unit * (5 * MAX_SENTENCE // len(unit))
    parts = cut(list(text))
    assert max(lengths) <= MAX_SENTENCE + 1
    assert all(len(part) <= MAX_SENTENCE for part, _ in [*parts, *cut([text])])
    if unit.isalpha():
        assert "".join(part for part, _ in parts) == text
    elif unit.strip().isalpha():
        assert " ".join(part for part, _ in parts) == text.strip()


def test_a_sentence_comes_when_the_next_has_begun() -> None:
    """Catches an answer that is only shown when all of it has come."""
    stream = SentenceStream()
    assert not list(stream.feed("Le pont ouvre en mai. [1]"))
    [sentence] = stream.feed(" Il coûte cher")
    assert sentence == ("Le pont ouvre en mai.", (1,))
