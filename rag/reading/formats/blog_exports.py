"""Exports of WordPress and Blogger, which are feeds that hold more than what was published.

Beside posts and pages they have pictures, menus, templates, comments and what was thrown away.
WordPress writes paragraphs as empty lines, and shortcodes in brackets, of which nothing is seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_KIND = "http://schemas.google.com/blogger/2008/kind#"
_PUBLISHED_KINDS = (_KIND + "post", _KIND + "page")
_PARTS_OF_A_SITE = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|wp_\w+"
)
_NOT_PUBLISHED = ("trash", "auto-draft", "inherit")
# [gallery ids="1,2"], [caption width="300"], [/caption], [audio src='a.mp3'/], [more]
_ATTRIBUTE = r"""\s+[\w-]{1,40}\s?=\s?(?:"[^"\]]{0,500}"|'[^'\]]{0,500}'|[^\s\]"']{1,200})"""
_SHORTCODE = re.compile(
    rf"\[(?:[a-z][\w-]{{1,40}}(?:{_ATTRIBUTE}){{1,20}}\s*/?|/[a-z][\w-]{{1,40}}|gallery|caption)\]"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")


def is_published(item: Mapping[str, Any]) -> bool:
    """Return whether an entry is a post or a page; of other feeds each one is."""
    kinds = [tag.get("term") or "" for tag in item.get("tags") or ()]
    own_kinds = [kind for kind in kinds if kind.startswith(_KIND)]
    if own_kinds:
        return not set(own_kinds).isdisjoint(_PUBLISHED_KINDS)
    if _PARTS_OF_A_SITE.fullmatch(item.get("wp_post_type") or ""):
        return False
    return item.get("wp_status") not in _NOT_PUBLISHED


def write_paragraphs(item: Mapping[str, Any], content: str) -> str:
    """Return the content of an entry as HTML, where WordPress has it as it was typed."""
    if "wp_post_type" not in item:
        return content
    text = _SHORTCODE.sub("", content)
    return text if "<pre" in text else _BLANK_LINE.sub("\n<p>", text)
