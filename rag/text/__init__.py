"""What everybody needs of a text.

words      tokens for search, and folding for comparison
sentences  where paragraphs and sentences end
printing   what may be shown on a terminal
stemming   the stem of a word
transcription  a name about as it sounds, whatever it is written in
languages  what rag knows of each language: a TOML file each
language_names  what languages are called
"""

from rag.text.language_names import find_language_code
from rag.text.languages import (
    describe_languages,
    has_capitalised_nouns,
    join_words,
    list_languages_with,
    load_section,
)
from rag.text.printing import replace_unshown, to_one_line, to_printable, to_printable_line
from rag.text.sentences import split_paragraphs, split_sentences
from rag.text.stemming import stem_word
from rag.text.transcription import transcribe
from rag.text.words import (
    INVISIBLE,
    MARKS,
    STRAIGHT,
    UNSPACED,
    Word,
    cut_towers,
    find_surfaces,
    find_words,
    fold,
    load_elisions,
    split_surface,
)

__all__ = [
    "INVISIBLE",
    "MARKS",
    "STRAIGHT",
    "UNSPACED",
    "Word",
    "cut_towers",
    "describe_languages",
    "find_language_code",
    "find_surfaces",
    "find_words",
    "fold",
    "has_capitalised_nouns",
    "join_words",
    "list_languages_with",
    "load_elisions",
    "load_section",
    "replace_unshown",
    "split_paragraphs",
    "split_sentences",
    "split_surface",
    "stem_word",
    "to_one_line",
    "to_printable",
    "to_printable_line",
    "transcribe",
]
