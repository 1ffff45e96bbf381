"""Which code page the bytes of an RTF document are in: its own, or that of a font."""

from __future__ import annotations

import codecs

from rag.reading.formats.rtf_words import CHARSETS, CODE_PAGES

_ANSI = CODE_PAGES["ansi"]


class RtfFonts:
    """The code pages of a document and of its fonts, which are numbered."""

    def __init__(self) -> None:
        self.default_font = ""
        self._codec = _ANSI
        self._codecs: dict[str, str] = {}

    def name_code_page(self, word: str) -> None:
        """Note the code page of the document by the word for it, one of ``CODE_PAGES``."""
        self._codec = CODE_PAGES[word]

    def set_code_page(self, number: str) -> None:
        """Note the code page of the document, where Python knows it."""
        self._codec = _find_codec(number) or self._codec

    def set_font_code_page(self, font: str, number: str) -> None:
        """Note the code page of a font, where Python knows it."""
        codec = _find_codec(number)
        if codec is not None:
            self._codecs[font] = codec

    def set_charset(self, font: str, number: str) -> None:
        """Note the character set of a font."""
        codec = CHARSETS.get(int(number or 0))
        if codec is not None:
            self._codecs[font] = codec

    def decode(self, data: bytes, font: str) -> str:
        """Return bytes as text; without a font they are in the default one."""
        codec = self._codecs.get(font, self._codec) if font else self._find_default()
        return data.decode(codec, "replace")

    def _find_default(self) -> str:
        """Return the code page of a text for which no font was chosen."""
        codec = self._codecs.get(self.default_font, _ANSI)
        # "ANSI", of a font that nobody chose, says less than the document's code page.
        return self._codec if codec == _ANSI else codec


def _find_codec(number: str) -> str | None:
    """Return the codec of a code page by its number; None where Python knows none."""
    codec = f"cp{number}"
    try:
        codecs.lookup(codec)
    except LookupError:
        return None
    return codec
