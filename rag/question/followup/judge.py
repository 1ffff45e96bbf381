"""Does a question lean on what was said before it? Told by how much it says by itself, and by what it refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question import question_types as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

LITTLE = 27.0  # bits: a question without a name that says less does not stand for itself
FEW = 20.0  # bits, with a name, after "and"
MORE = 50.0  # bits, after "and"
THANKS = frozenset(["merci", "thanks", "thank", "danke", "gracias", "grazie", "obrigado", "obrigada", "bedankt"])
OWNING = r"of|d(?:e(?: la| los| las)?|'|u|es|el|er|as|os?)|von|vom|van"  # prepositions of whose something is


def leans(turn: Turn) -> bool:
    """Whether a question needs those before it to be understood."""
    if not _asks(turn):
        return False
    named = bool(turn.own or (turn.day and not turn.opened))
    if not named and turn.says < (MORE if turn.opened else LITTLE):
        return True
    return (named and bool(turn.opened) and turn.says < FEW) or refers(turn)


def refers(turn: Turn) -> bool:
    """Whether a pronoun, a demonstrative or "there" means something outside the question."""
    tongue = turn.tongue
    pronouns = "|".join(filter(None, (tongue.subject, tongue.object, tongue.possessive, tongue.that)))
    if any(not explained(turn, match.start()) for match in found(turn, pronouns)):
        return True
    placed = any(name.here or name.kind == "place" for name in turn.own)
    return (not placed and any(found(turn, tongue.there))) or (not turn.own and any(found(turn, tongue.this)))


def found(turn: Turn, pattern: str) -> Iterator[re.Match[str]]:
    """The words of a closed class that stand for something, and for no day."""
    for match in re.finditer(rf"(?<![\w'])(?P<word>{pattern})(?!\w)", turn.bare) if pattern else ():
        proper = match.start() > 0 and turn.core[match.start()].isupper()  # Sie is no sie, and IT no it
        dated = turn.day is not None and turn.day.start <= match.start() + turn.offset < turn.day.end
        if not (proper or dated or _impersonal(turn, match)):
            yield match


def explained(turn: Turn, at: int) -> bool:
    """Whether the question itself says what the pronoun at this place means."""
    tongue = turn.tongue
    inverted, owned = turn.bare[:at].endswith("-"), re.match(rf"(?:{tongue.possessive})(?!\w)", turn.bare[at:])
    if any(
        ((owned and not turn.opened) or name.start < at + turn.offset) if owned or inverted else _explains(name)
        for name in turn.own
    ):
        return True
    asking = re.match(rf"(?:(?:{tongue.opening})\s+)?(?P<word>{tongue.asking})(?=[\s,])", turn.bare)
    begin = asking.end() if asking and asking.end() <= at else 0
    noun = rf"(?<![\w'])(?:{tongue.article})(?:\s+|(?<='))[\w-]+\s+(?!(?:{tongue.here}|{tongue.other})(?:\b|(?<=')))[\w'-]+"
    if inverted and re.search(rf"(?<![\w'])(?:{tongue.article}|au|aux|du|des|ce(?:t|tte|s)?)(?:\s|(?<='))", turn.bare[begin:at]):
        return True
    return re.search(noun, turn.bare[begin : None if owned else at]) is not None or (
        asking is not None and begin > 0 and _asker(turn, asking, at)
    )


def _explains(name: Name) -> bool:
    """Whether a name may be what a pronoun means: nothing that something happens in, with or to."""
    return not name.here and bool(re.fullmatch(rf"(?:{OWNING})?", name.preposition.lower()))


def _asker(turn: Turn, asking: re.Match[str], at: int) -> bool:
    """Whether the question word may be whom it means: which company said it would, but not which job does he have."""
    tongue, between = turn.tongue, turn.bare[asking.end() : at].split()
    told = " " in asking["word"] or re.fullmatch(tongue.who, asking["word"]) is not None
    told = told and " " in turn.bare[at:] and not re.fullmatch(rf"(?:{tongue.other}) \w+", asking["word"])
    return told and any(not re.fullmatch(tongue.helping, word) for word in between)


def _impersonal(turn: Turn, match: re.Match[str]) -> bool:
    said = re.finditer(rf"\b(?:{turn.tongue.impersonal})", turn.bare)
    return any(some.start() <= match.start() < some.end() for some in said)


def _asks(turn: Turn) -> bool:
    """Whether it is a question: no "thanks"."""
    words = set(re.findall(r"\w+", turn.bare))
    more = [word for word in words.difference(turn.opened.split()) if not re.fullmatch(turn.tongue.helping, word)]
    return (
        bool(words)
        and words.isdisjoint(THANKS)
        and (turn.asked.rstrip().endswith("?") or bool(words & kinds.interrogatives()) or bool(turn.opened and more))
    )
