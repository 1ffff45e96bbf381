"""What everybody needs of a text: its words (``words``), where its sentences end (``sentences``)."""
