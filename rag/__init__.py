"""Ask your articles a question, and get an answer whose every sentence shows where it stands."""

__version__ = "0.1.0"
