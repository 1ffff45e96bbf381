"""Pronouns, possessives and adverbs of place put into words, where it is sure what they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.judge import find_references, is_explained
from rag.question.followup.names import fold_in_place
from rag.question.followup.tables import ARTICLES_OF
from rag.question.followup.turn import append_words, replace_spans

if TYPE_CHECKING:
    from rag.question.followup.turn import Turn

PERSONS = r"he|she|him|her|his|er|ihn|ihm|hij|hem"  # never a company
MANY = r"they|them|their|ils|elles|leurs?|ellos|ellas|loro|eles|elas"  # in more than one name, or in none
LONG = 9  # words of a question that is put in other words, at most


def resolve_pronouns(turn: Turn) -> str:
    """The question with what its pronoun means; empty where that is not sure."""
    if turn.opened or len(turn.folded_question.split()) > LONG:
        return ""
    return next(
        (
            done
            for find in (_inverted, _subject, _object, _possessive, _dropped, _there)
            if (done := find(turn))
        ),
        "",
    )


def _meant(turn: Turn, pronoun: str) -> str:
    """The name that a pronoun stands for: who the answer named, else the only one of the last question that fits."""
    held = [name.text for name in turn.named if name.kind != "place" and not name.here]
    if re.fullmatch(MANY, pronoun) or turn.answering:
        return ""
    if turn.answered and pronoun not in ("it", "its"):
        return turn.answered
    if re.fullmatch(PERSONS, pronoun):
        held = [name.text for name in turn.named if turn.person(name)]
    return held[0] if len(held) == 1 else ""


def _pronoun(turn: Turn, pattern: str) -> re.Match[str] | None:
    """The first pronoun of a kind that nothing in the question explains."""
    return next(
        (
            match
            for match in find_references(turn, pattern)
            if not is_explained(turn, match.start())
        ),
        None,
    )


def _put(turn: Turn, changes: list[tuple[int, int, str]]) -> str:
    return replace_spans(
        turn.question,
        [(start + turn.offset, end + turn.offset, new) for start, end, new in changes],
    )


def _inverted(turn: Turn) -> str:
    """French "depuis quand travaille-t-il": the name before the verb, after it where the question asks what."""
    match = re.search(
        r"(?<![\w'-])(?P<verb>(?:(?:ne |n'|se |s'|le |la |les |l'|lui |leur |en )*)\w+)-(?:t-)?(?P<word>(?:il|elle)s?)\b",
        turn.folded_question,
    )
    if turn.language != "fr" or match is None or not _pronoun(turn, r"(?<=-)(?:il|elle)s?"):
        return ""
    name = _meant(turn, match["word"])
    if re.search(r"(?:^|\s)qu(?:e |')$", turn.folded_question[: match.start()]):
        return _put(turn, [(match.end("verb"), match.end(), f" {name}")]) if name else ""
    return _put(turn, [(match.start(), match.start(), f"{name} ")]) if name else ""


def _subject(turn: Turn) -> str:
    """Since when has he worked there?"""
    match = _pronoun(turn, rf"(?<!-)(?:{turn.tongue.subject})" if turn.tongue.subject else "")
    name = _meant(turn, match["word"]) if match else ""
    if match is None or not name or turn.language == "fr":
        return ""
    return _put(turn, [(match.start(), match.end(), name)])


def _object(turn: Turn) -> str:
    """Who succeeds him? Where it ends the question, or a preposition follows."""
    match = _pronoun(turn, turn.tongue.object)
    after = rf"$|\s+(?:{turn.tongue.here}|{turn.tongue.other})\b"
    name = _meant(turn, match["word"]) if match else ""
    if match is None or not name or not re.match(after, turn.folded_question[match.end() :]):
        return ""
    return _put(turn, [(match.start(), match.end(), name)])


def _possessive(turn: Turn) -> str:
    """His salary: the salary of whom it is."""
    tongue = turn.tongue
    match = (
        _pronoun(turn, rf"(?:{tongue.possessive})\s+(?P<thing>[\w-]+)$") if tongue.owned else None
    )
    pronoun = match["word"].split()[0] if match else ""
    name = _meant(turn, pronoun) if match else ""
    if match is None or not name or turn.language == "es":
        return ""
    thing = turn.core[match.start("thing") : match.end("thing")]
    owned = tongue.owned.format(name=name, thing=thing)
    if turn.language == "fr":
        of = "d’" if fold_in_place(name)[:1] in "aeiouy" else "de "
        owned = f"{_article(pronoun, fold_in_place(thing))}{thing} {of}{name}"
    if turn.language == "de" and name[-1:] in "sxzß":
        owned = f"{name}’ {thing}"
    return _put(turn, [(match.start(), match.end(), owned)])


def _article(pronoun: str, thing: str) -> str:
    """The French article that takes a possessive's place."""
    return (
        "l’"
        if thing[:1] in "aeiouh" and not pronoun.endswith("s")
        else f"{ARTICLES_OF.get(pronoun, 'le')} "
    )


def _dropped(turn: Turn) -> str:
    """Spanish leaves its subject out: "¿desde cuándo trabaja en Amazon?"."""
    tongue = turn.tongue
    match = re.fullmatch(
        rf"(?:(?:{tongue.opening}) )?(?:(?:desde |hasta )?cuando|(?:de |a)?donde|por que|como|de donde) (?!se |hay |es |son )"
        rf"(?:(?:lo |la |ha |va a |no )*)(?P<verb>(?!\w*n\b)[a-z]+)"  # of one: "multaron" is of nobody
        rf"(?: (?:{tongue.here}|{tongue.other}) (?!.*\b(?:{tongue.article}|{tongue.possessive})\b).*)?",
        turn.folded_question,
    )
    if (
        not tongue.drops
        or match is None
        or any(not name.preposition for name in turn.own)
        or re.fullmatch(rf"{tongue.subject}|{tongue.helping}", match["verb"])
    ):
        return ""
    name = _meant(turn, "")
    return _put(turn, [(match.end("verb"), match.end("verb"), f" {name}")]) if name else ""


def _there(turn: Turn) -> str:
    """How many work there? The last place, with its preposition."""
    match = next(find_references(turn, turn.tongue.there), None)
    places = [name for name in turn.named if name.here]
    if match is None or not places or any(name.here or name.kind == "place" for name in turn.own):
        return ""
    where = turn.previous_question[places[-1].lead : places[-1].end]
    if match["word"] == "y":
        start, end = match.start() + turn.offset, match.end() + turn.offset
        return append_words(turn.question[:start] + turn.question[end:], where)
    return _put(turn, [(match.start(), match.end(), where)])
