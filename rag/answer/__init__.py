"""Passages into an answer: the sentences that answer, whether any does, and verified citations."""
