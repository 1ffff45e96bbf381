"""A question before it is searched: what it asks for, which articles it is asked of, what its words may be."""
