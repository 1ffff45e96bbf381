"""One name in the place of another, with the preposition and the article that it needs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.question.followup.editing import append_words, replace_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.followup.grammar import Templates
    from rag.question.followup.names import Name


def find_counterpart(new: Name, candidates: Sequence[Name]) -> Name | None:
    """Return the name whose place another takes: a place for a place, else by its preposition.

    Of several, one with the same preposition comes first, then one of the same kind, then one
    without a preposition. None if there is none.
    """
    new_says_where = says_where(new)
    matches = [old for old in candidates if says_where(old) == new_says_where]
    if not matches and new.preposition:
        matches = [old for old in candidates if old.preposition == new.preposition]

    def rank(old: Name) -> tuple[bool, bool, bool]:
        other_preposition = old.preposition != new.preposition
        return (
            new.preposition != "" and other_preposition,
            old.kind != new.kind,
            old.preposition != "",
        )

    return min(matches, key=rank, default=None)


def says_where(name: Name) -> bool:
    """Return whether a name is a place, or may be one after a preposition of place: no person."""
    if name.kind == "other":
        return name.follows_place_preposition
    return name.kind == "place"


def replace_name(question: str, new: Name, old: Name | None, templates: Templates) -> str:
    """Return a question with a name in the place of another; at its end where that is None."""
    if old is None:
        return append_words(question, write_added_name(new, templates))
    phrase = _write_in_place(new, old, templates)
    if phrase:
        return replace_span(question, old.phrase_span, phrase)
    return replace_span(question, old.span, new.text)


def _write_in_place(new: Name, old: Name, templates: Templates) -> str:
    """Return a name with the words before it, where these take the place of the other's as well."""
    if old.follows_place_preposition:
        if new.follows_place_preposition:
            return write_added_name(new, templates)
        contraction = templates.place_prepositions_by_article.get(new.article)
        if contraction:
            return f"{contraction} {new.text}"
        if templates.places_drop_articles and new.kind == "place":
            return f"{old.preposition} {new.text}"
    if old.article and new.article:
        return join_words(old.preposition, new.article, new.text)
    return ""


def write_added_name(name: Name, templates: Templates) -> str:
    """Return a name with its own preposition, that of places, or none and in parentheses."""
    if name.preposition:
        return join_words(name.preposition, name.article, name.text)
    if name.kind != "place":
        return f"({name.text})"
    prepositions = templates.place_prepositions_by_article
    preposition = prepositions.get(name.article, templates.place_preposition)
    return f"{preposition} {name.text}"


def join_words(*words: str) -> str:
    """Return words with a space between them, none after an elision: "de l'Inde"."""
    sentence = " ".join(word for word in words if word)
    return sentence.replace("' ", "'")
