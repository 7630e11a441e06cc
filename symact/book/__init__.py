"""The book: one page a function, with an index, a cheat sheet and the textbook claims, in Markdown, LaTeX, HTML and PDF."""
