"""What everybody needs of a text.

words      tokens for search, and folding for comparison
sentences  where paragraphs and sentences end
printing   what may be shown on a terminal
stemming   the stem of a word
languages  what rag knows of each language: a TOML file each
"""

from rag.text.printing import to_one_line as to_one_line
from rag.text.printing import to_printable as to_printable
from rag.text.sentences import split_paragraphs as split_paragraphs
from rag.text.sentences import split_sentences as split_sentences
from rag.text.words import STRAIGHT as STRAIGHT
from rag.text.words import Word as Word
from rag.text.words import find_words as find_words
from rag.text.words import fold as fold
from rag.text.words import load_elisions as load_elisions
