"""What a user may choose: the one table (``schema``), rag.toml (``toml_file``)."""
