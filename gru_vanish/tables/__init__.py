"""The tables of a study in words: for a terminal, for LaTeX and Markdown, and with every column for other programs."""
