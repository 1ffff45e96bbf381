"""The manifest: what it must say, and what is taken for damage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from rag.errors import IndexDamaged, IndexMismatch
from rag.index.manifest import (
    FORMAT,
    SEGMENTED_FORMAT,
    compute_name_suffix,
    decode_manifest,
    encode_manifest,
)


def test_a_manifest_is_json_that_a_person_can_read() -> None:
    """Catches one long line, and bytes that depend on the locale."""
    assert encode_manifest({"root": "/é"}) == b'{\n "root": "/\\u00e9"\n}'


def test_the_name_ends_with_twelve_digits_of_the_checksum() -> None:
    """Catches another digest or length: no index written before would be found sound."""
    assert compute_name_suffix(b"abc") == hashlib.sha256(b"abc").hexdigest()[:12] == "ba7816bf8f01"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", b'"format"', b"\xff"])
def test_what_is_no_manifest_is_damage(data: bytes) -> None:
    """Catches the errors of json and of Python reaching the user."""
    with pytest.raises(IndexDamaged, match="is damaged"):
        decode_manifest(Path(f"x-{compute_name_suffix(data)}"), data)


@pytest.mark.parametrize("number", [FORMAT - 1, SEGMENTED_FORMAT + 1, str(FORMAT)])
def test_any_other_format_is_a_mismatch(number: object) -> None:
    """Catches ``<`` for ``!=``: neither an older nor a newer format can be read."""
    data = json.dumps({"format": number}).encode()
    with pytest.raises(IndexMismatch, match=f"has format {number}; this .* reads format {FORMAT}"):
        decode_manifest(Path(f"x-{compute_name_suffix(data)}"), data)


def test_a_manifest_under_another_name_is_damage() -> None:
    """Catches a manifest that was edited: its digests would vouch for nothing."""
    about = {"created": "", "fingerprint": "", "model": "", "root": "", "sources": [], "kept": []}
    named = ("documents", "articles", "passages", "sentences", "publishers")
    counts = dict.fromkeys(named, 0)
    whole = {"publishers": {}, "languages": {}, "passages_by_language": {}, "files": {}}
    manifest = {"format": FORMAT, **about, "counts": counts, "dates": [None, None], **whole}
    data = encode_manifest(manifest)
    folder = Path(f"x-{compute_name_suffix(data)}")
    assert decode_manifest(folder, data) == manifest
    with pytest.raises(IndexDamaged, match="is not what was written"):
        decode_manifest(folder, data + b" ")
