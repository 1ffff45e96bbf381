"""Formats: the bytes of a file into the text that a person reads of it, and where it came from.

Each module is one format and the only door to its library. A format is pure: the same bytes give
the same text, for ever, so that a citation is verified by extracting today's bytes again.
"""
