"""Texts of many languages, and files made of them by real writers, or packed by hand where none is at hand."""

from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING

import pytest

from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.reading.formats.base import Format

# A heading and two paragraphs in each language; the towns and people are made up.
TEXTS = {
    "fr": (
        "Le pont de Vaubrun",
        "Le pont de Vaubrun rouvrira le 2 mars 2026, après l’œuvre de dix-huit mois.",
        "« C’est un soulagement », dit Line Cassart, maire depuis 2019.",
    ),
    "de": (
        "Die Brücke von Aldenau",
        "Die Brücke über die Ahle wird am 2. März 2026 wieder geöffnet; sie kostete 4,2 Mio. Euro.",
        "Größere Straßen blieben gesperrt, sagte Bürgermeisterin Jutta Wöhrl.",
    ),
    "en": (
        "The bridge at Thornwick",
        "The bridge at Thornwick reopens on 2 March 2026 after eighteen months of work.",
        "“It’s a relief,” said the mayor, Ada Fenwright, who took office in 2019.",
    ),
    "es": (
        "El puente de Valdeluna",
        "El puente de Valdeluna reabrirá el 2 de marzo de 2026, tras dieciocho meses de obras.",
        "¿Quién lo pagó? La región, según la alcaldesa Inés Corvera.",
    ),
    "it": (
        "Il ponte di Montechiaro",
        "Il ponte di Montechiaro riaprirà il 2 marzo 2026, dopo diciotto mesi di lavori.",
        "Perché così tardi? Lo spiega la sindaca Elsa Rovelli: c’è stata un’alluvione.",
    ),
    "pt": (
        "A ponte de Valverde",
        "A ponte de Valverde reabre a 2 de março de 2026, após dezoito meses de obras.",
        "Não houve acidentes, disse a presidente da câmara, Inês Caldeirão.",
    ),
    "pl": (
        "Most w Zalesinie",
        "Most w Zalesinie zostanie otwarty 2 marca 2026 r. po osiemnastu miesiącach prac.",
        "Źródłem pieniędzy był region, mówi burmistrz Łucja Żakowska.",
    ),
    "cs": (
        "Most v Lipovici",
        "Most v Lipovici bude otevřen 2. března 2026 po osmnácti měsících prací.",
        "Příčinou zpoždění byla povodeň, řekla starostka Šárka Dvořáčková.",
    ),
    "ru": (
        "Мост в Заречинске",
        "Мост в Заречинске откроют 2 марта 2026 года после восемнадцати месяцев работ.",
        "Деньги выделила область, сообщила мэр Анна Полевая.",
    ),
    "el": (
        "Η γέφυρα της Καλλινίκης",
        "Η γέφυρα της Καλλινίκης ανοίγει στις 2 Μαρτίου 2026 μετά από δεκαοκτώ μήνες.",
        "Τα έργα πλήρωσε η περιφέρεια, λέει η δήμαρχος Άννα Κορρέ.",
    ),
    "ja": (
        "青葉野の橋",
        "青葉野の橋は十八か月の工事を経て、二〇二六年三月二日に再開する。",
        "費用は県が負担したと、市長の森野あかりは述べた。",
    ),
    "ar": (
        "جسر وادي الزيتون",
        "سيعاد فتح جسر وادي الزيتون في ٢ مارس ٢٠٢٦ بعد ثمانية عشر شهرا من العمل.",
        "دفعت المنطقة التكاليف، كما قالت رئيسة البلدية ليلى العامري.",
    ),
}


def pack(members: Mapping[str, bytes | str], *, first: str = "mimetype") -> bytes:
    """A ZIP archive; the member that says what it is comes first and is not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            method = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def make_twins(data: bytes, count: int = 40) -> list[bytes]:
    """Damaged copies: cut short, bytes changed, a stretch taken out or doubled; the same ones each time."""
    chance = random.Random(len(data))
    twins = [data[: len(data) * part // 8] for part in range(8)]
    for number in range(count):
        twin = bytearray(data)
        place = chance.randrange(len(twin))
        if number % 3 == 0:
            for _ in range(1 + number):
                twin[chance.randrange(len(twin))] = chance.randrange(256)
        elif number % 3 == 1:
            del twin[place : place + chance.randrange(1, 500)]
        else:
            twin[place:place] = twin[place : place + chance.randrange(1, 500)]
        twins.append(bytes(twin))
    return twins


def check_twins(file_format: Format, data: bytes, *, count: int = 40) -> None:
    """A damaged file gives a text or a SourceError that says why; the same each time."""
    for twin in make_twins(data, count):
        try:
            first = file_format.extract(twin)
        except SourceError as error:
            assert error.message
            with pytest.raises(SourceError):
                file_format.extract(twin)
        else:
            assert first.text.strip()
            assert file_format.extract(twin) == first
            check_offsets(first)


def check_offsets(extracted) -> None:
    """Places and parts lie in the text, in order."""
    offsets = [place.offset for place in extracted.places]
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(extracted.text) for offset in offsets)
    ends = [0]
    for part in extracted.parts:
        assert ends[-1] <= part.start < part.end <= len(extracted.text)
        ends.append(part.end)
