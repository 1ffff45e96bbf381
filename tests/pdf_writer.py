"""PDFs of many layouts, written by reportlab."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = A4
MARGIN = 56.0
GUTTER = 16.0


def write_columns(
    paragraphs: Sequence[str],
    *,
    columns: int = 1,
    headline: str = "",
    size: float = 10.0,
    font: str = "Helvetica",
    justified: bool = False,
    indent: float = 0.0,
    space: float = 6.0,
    decorate: Callable[[canvas.Canvas, int], None] | None = None,
    page_size: tuple[float, float] = A4,
    **info: str,
) -> bytes:
    """Paragraphs that flow through columns, below a headline across all of them."""
    buffer = io.BytesIO()
    width, height = page_size
    document = BaseDocTemplate(buffer, pagesize=page_size, **info)
    top = height - MARGIN - (60.0 if headline else 0.0)
    column = (width - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    frames = [
        Frame(MARGIN + number * (column + GUTTER), MARGIN, column, top - MARGIN, 0, 0, 0, 0)
        for number in range(columns)
    ]

    def draw_page(drawing: canvas.Canvas, template: BaseDocTemplate) -> None:
        if headline and template.page == 1:
            drawing.setFont(font, 2.2 * size)
            drawing.drawString(MARGIN, height - MARGIN - 30, headline)
        if decorate is not None:
            decorate(drawing, template.page)

    document.addPageTemplates(PageTemplate("page", frames, onPage=draw_page))
    style = ParagraphStyle(
        "text", fontName=font, fontSize=size, leading=1.25 * size, firstLineIndent=indent
    )
    if justified:
        style.alignment = TA_JUSTIFY
    story = []
    for paragraph in paragraphs:
        story += [Paragraph(paragraph, style), Spacer(1, space)]
    document.build(story)
    return buffer.getvalue()


def write_lines(pages: Sequence[Sequence[tuple[float, float, float, str]]], **options) -> bytes:
    """Lines drawn where they are asked for: x, y from the top, size, text."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=A4, **options)
    for lines in pages:
        for x, y, size, text in lines:
            drawing.setFont("Helvetica", size)
            drawing.drawString(x, HEIGHT - y, text)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()
