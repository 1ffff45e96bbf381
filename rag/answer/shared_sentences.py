"""Sentences that several stories have word for word, such as "The next bulletin comes in a week".

They tell nothing of the story that they stand in, and no event.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rag.text import fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.answer.topic_articles import Story


def leave_out_shared(stories: Iterable[Story]) -> list[Story]:
    """Return stories, none standing for itself by a sentence that another one has.

    A story that has no other sentence keeps its own.
    """
    known = list(stories)
    counts: Counter[str] = Counter()
    for story in known:
        counts.update({_make_key(story, place) for place in story.telling})
    kept = []
    for story in known:
        own = [place for place in story.telling if counts[_make_key(story, place)] == 1]
        kept.append(story._replace(telling=own or story.telling))
    return kept


def _make_key(story: Story, place: int) -> str:
    """Return what is the same of a sentence however it is set."""
    text = to_one_line(story.sentences[place].text)
    return fold(text)
