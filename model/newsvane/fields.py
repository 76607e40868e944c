"""The strings a model reads of an article."""

from __future__ import annotations

from newsvane.articles import Article


def document(article: Article) -> str:
    """Title and text as one string: what the namespaces of words and characters read."""
    return f"{article.title}\n\n{article.text}" if article.title and article.text else article.title or article.text
