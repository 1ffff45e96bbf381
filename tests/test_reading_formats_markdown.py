"""Markdown as a person reads it: what is seen of each form, and that the words are the renderer's."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.errors import SourceError
from rag.reading.extraction import extract_document
from rag.reading.formats.markdown import Markdown, find_markup
from rag.records import Document


def show(text: str) -> str:
    """Return all that a person sees of a Markdown text."""
    document = Document("a.md", text, "", "text/markdown", edits=find_markup(text))
    return document.show(0, len(text)).strip()


FORMS = {
    "emphasis": ("Le **pont** de _Vaurelle_ a ***cédé***.", "Le pont de Vaurelle a cédé."),
    "no emphasis": ("2 * 3 * 4, snake_case_name, a_b", "2 * 3 * 4, snake_case_name, a_b"),
    "code that begins with a mark": ("Wrapped by `.once()` or [`:x`](u) **!**", "Wrapped by .once() or :x !"),
    "front matter": ("---\ntitle: a\nsummary: The **old** [inn](/x) shuts.\nx: >\n  Its *keeper* has\n  left.\n---\nSo.", "The old inn shuts.\n\nIts keeper has left.\n\nSo."),
    "code": ("Run `pip install x` or `` a`b ``.", "Run pip install x or a`b."),
    "link": ('The [mayor *of* Orme](https://e.org/a_(b) "t") left.', "The mayor of Orme left."),
    "reference": ("A [word][1] or [two] or [three][].\n\n[1]: /x\n[two]: /y\n[three]: <z>", "A word or two or three."),
    "reference without definition": ("A [word][somewhere].", "A word."),
    "link with spaces": ("See [this note](My other note.md).", "See this note."),
    "brackets that are none": ("He said [sic] and [a](no link) and [12][13].", "He said [sic] and [a](no link) and [12][13]."),
    "link to a template": ("See [it]({% link a.md %}) or [it]({{ site.url }}/x).", "See it or it."),
    "image": ('Before ![alt](a.png "t"){: .x width=3 } after.', "Before after."),
    "badge": ("[![build](a.svg)](https://e.org) Text.", "Text."),
    "address": ("Write to <https://e.org/x> or <a@e.org>.", "Write to https://e.org/x or a@e.org."),
    "escape": (r"5 \* 3 \[x\] and C:\dir", r"5 * 3 [x] and C:\dir"),
    "entities": ("Caf&eacute; &amp; th&#233;&nbsp;!", "Café & thé\u00a0!"),
    "tags": ('<p class="x">A <b>b</b> <a href="u">c</a>.<br>D</p>', "A b c.\nD"),
    "broken tag": ('A <a href=x onclick="f(\'y\')" b">c</a> d.', "A c d."),
    "comment": ("A<!-- b --> c\n\n<!-- d\n\ne -->\n\nf", "A c\n\nf"),
    "script": ("A\n\n<script>\n\nx < y\n\n</script>\n\nB", "A\n\nB"),
    "heading": ("# Title #\nText\n## Other {#id .c}\n\nMore", "Title\n\nText\n\nOther\n\nMore"),
    "setext": ("Title\n=====\nText", "Title\n\nText"),
    "rule": ("A\n\n---\n\nB", "A\n\nB"),
    "list": ("Intro:\n\n- one **x**\n* two\n+ three", "Intro:\n\n• one x\n• two\n• three"),
    "tight list": ("- one\n  Goes on\n- two\n  - deep", "• one Goes on\n• two\n• deep"),
    "numbers": ("3. one\n4. two", "3. one\n4. two"),
    "tasks": ("- [ ] to do\n- [x] done", "• to do\n• done"),
    "quotation": ("> A **b** c\n> Ana d.\n>\n> E", "A b c Ana d.\n\nE"),
    "lazy quotation": ("> A b\nc", "A b c"),
    "callout": ("> [!warning]- Mind *this*\n> Body", "Mind this\n\nBody"),
    "callout without title": ("> [!NOTE]\n> Body", "Body"),
    "admonition": ('!!! note "Mind this"\n    Body\n\nAfter', "Mind this\n\nBody\n\nAfter"),
    "admonition without title": ("!!! note\n    Body\n\nAfter", "Body\n\nAfter"),
    "shout": ("!!! Achtung heute gesperrt", "heute gesperrt"),
    "tab": ('=== "Linux"\n\n    Body', "Linux\n\nBody"),
    "container": (":::tip Mind this\nBody\n:::\n\n::: {.note}\nMore\n:::", "Mind this\n\nBody\n\nMore"),
    "wikilinks": ("[[Orme]], [[Orme|the town]], [[Orme#Bridge]], ![[a.png]].", "Orme, the town, Orme > Bridge,."),
    "highlight": ("A ==b c== d, 1 == 1.", "A b c d, 1 == 1."),
    "struck": ("A ~~b~~ c ~d~.", "A b c ~d~."),
    "block id": ("A b. ^abc12", "A b."),
    "remark of Obsidian": ("A %%b\nc%% d, 5 %% 6", "A\nd, 5 %% 6"),
    "icon": ("A :material-check: b at 12:30:45", "A b at 12:30:45"),
    "footnotes": ("A[^1] b.\n\n[^1]: Not *here*.", "A b.\n\nNot here."),
    "a note in its sentence": ("The mill^[Built in *1890*, see [it](u).] grinds. a^[b", "The mill (Built in 1890, see it.) grinds. a^[b"),
    "spaced remark of Obsidian": ("%% to do %%\nA %% check this %% b, 5 %% of 6 %%.", "A b, 5 %% of 6 %%."),
    "properties of Joplin": (f"The kiln\n\nIt burns.\n\nid: {'0a' * 16}\nparent_id: \nis_todo: 0\ntype_: 1", "The kiln\n\nIt burns."),
    "block remark of Obsidian": ("A\n\n%%\nnot seen\n\nnor this\n%%\n\nB", "A\n\nB"),
    "abbreviations": ("HTML here.\n\n*[HTML]: Hyper Text\n*[a]: b", "HTML here."),
    "roles of MyST": ("The {abbr}`HTML` role, {a} `b`.", "The HTML role, {a} b."),
    "span of pandoc": ("A [small *b*]{.smallcaps} c [d]{e}.", "A small b c [d]{e}."),
    "definitions": ("Term\n: A *b*", "Term\n\nA b"),
    "shortcodes": ('{{< figure src="a" alt="b" >}}\n\nA {{% x %}}b{{% /x %}} c', "A b c"),
    "shortcode over lines": ("{{< gallery\n  a=1\n>}}\n\nA", "A"),
    "Hugo's code": ('A\n\n{{< highlight go "x=1" >}}\nf()\n{{< /highlight >}}', "A"),
    "Liquid": ("{% include a.html %}\nA {{ page.title }}b\n{% highlight ruby %}\nx\n{% endhighlight %}", "A b"),
    "Nunjucks": ("A {# b #}c", "A c"),
    "attributes of a block": ("A b\n{: .lead #x}\n\n* TOC\n{:toc}\n\nC", "A b\n\nC"),
    "MDX": ("import A from './a'\nexport const x = {\n  a: 1,\n}\n\n<Card a={b > 1 ? '>' : {c: 1}}>\n  In **it**\n</Card>\n\n{/* no */}{a.b}After", "In it\n\nAfter"),
    "code block": ("Some words\n\n```js\n// b?\n```\n\n    c = 1\n\nD", "Some words\n\nD"),
    "code in a list": ("- a\n\n  ```sh\n  b\n  ```\n- c", "• a\n\n• c"),
    "nothing but code": ("```py\nprint(1)\n```", "print(1)"),
    "text between fences": ("A\n\n```\nDer Verein trifft sich am Samstag um neun Uhr im Hof.\n```", "A\n\nDer Verein trifft sich am Samstag um neun Uhr im Hof."),
    "template in code": ("A\n\n```\n{{< b\n```\n\nC >}} D", "A\n\nC >}} D"),
    "table": ("| Year | Cost |\n|---|--:|\n| **2024** | [5](u) |\n| 2025 | |", "Year: 2024 · Cost: 5\n\nYear: 2025"),
    "bare table": ("Year | Open?\n--|--\n2024 | yes", "Year: 2024 · Open? yes"),
    "stroke in a table": ("| a | b |\n|-|-|\n| c \\| d | `e` |", "a: c | d · b: e"),
    "table of HTML": ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "a · b\n\nc · d"),
    "wrapped": ("This is a line of a long paragraph that was wrapped by\nAnn Orme at [some](u) place.", "This is a line of a long paragraph that was wrapped by Ann Orme at some place."),
    "short lines": ("Orme Bridge\nThe Herald / 3 May 2025", "Orme Bridge\nThe Herald / 3 May 2025"),
    "hard break": ("A b c d e f g h i j k l m n o p q r s t u v w x y z and  \nB\\\nC", "A b c d e f g h i j k l m n o p q r s t u v w x y z and  \nB\nC"),
    "line ends of Windows": ("# A\r\nb **c**\r\n\r\n- d\r\n- e\r\n", "A\n\nb c\n\n• d\r\n• e"),
    "line ends of old Macs": ("# A\rb **c**\r", "A\n\nb c"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_what_is_seen_of_a_form(name: str) -> None:
    """Catches a form whose marks are seen, or whose words are not."""
    text, shown = FORMS[name]
    assert show(text) == shown


def test_the_text_is_the_file() -> None:
    """Catches an extraction that changes the text that citations are held to."""
    data = "# Hé\r\n\r\n*x*\r\n".encode()
    extracted = Markdown().extract(data)
    assert extracted.text.encode() == data
    with pytest.raises(SourceError):
        Markdown().extract(b"\0\1\2\3" * 100)


WORDS = st.sampled_from(
    ["pont", "Vaurelle", "inauguré", "12", "l’eau", "Aldenau", "the", "of,", "end."]
)
SPAN = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(" ".join),
        inner.map("**{}**".format),
        inner.map("*{}*".format),
        inner.map("_{}_".format),
        inner.map("[{}](https://e.org/a)".format),
        inner.map("<b>{}</b>".format),
        WORDS.map("`{}`".format),
        WORDS.map("\\*{}".format),
    ),
    max_leaves=6,
)
LINES = st.lists(SPAN, min_size=1, max_size=3).map("\n".join)
BLOCK = st.one_of(
    LINES,
    SPAN.map("## {}".format),
    SPAN.map("> {}".format),
    st.lists(SPAN, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {i}" for i in items)),
    SPAN.map("> - {}".format),
    SPAN.map("{}\n---".format),
)
DOCUMENT = st.lists(BLOCK, min_size=1, max_size=5).map("\n\n".join)


@given(DOCUMENT)
def test_the_words_are_those_of_the_renderer(text: str) -> None:
    """Catches a word lost, markup kept, two words run together, against the rendered page."""
    page = MarkdownIt("commonmark").render(text)
    page = re.sub(r"</?(?:p|h\d|li|ul|div|blockquote|br)[^>]*>", " ", page)
    seen = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert show(text).replace("•", " ").split() == seen.split()


@given(st.text(alphabet="ab \n\r*_`[]()!<>/|-#:{}%^~=\\&;\"'.1", max_size=80))
def test_any_text_has_edits_in_order(text: str) -> None:
    """Catches an edit over another, one outside the text, and an exception of the parser."""
    position = 0
    for edit in find_markup(text):
        assert position <= edit.start < edit.end <= len(text)
        position = edit.end


@pytest.mark.parametrize(
    "text",
    ["![photo](a.png)\n", "<!-- later -->\n", "---\ntags: [a]\n---\n<!-- x -->", "[a]: http://x.org\n",
     "{{< gallery >}}\n", "\ufeff\u200b\n"],
)  # fmt: skip
def test_a_file_of_which_nothing_is_seen_is_listed(text):
    """Wrong: an article without a passage, which nobody can find and no report names."""
    with pytest.raises(SourceError, match="no text that a reader sees"):
        extract_document("a.md", text.encode())


def test_a_title_over_an_image_is_seen():
    """Wrong: a page with a title and a photograph that vanishes."""
    text = "---\ntitle: Le port de Lumes\n---\n\n![le port](port.jpg)\n"
    document = extract_document("a.md", text.encode()).document
    assert document.show(0, len(text)).strip() == "Le port de Lumes"
