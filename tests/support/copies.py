"""Finds test texts that are also training texts."""

from __future__ import annotations

from sklearn.feature_extraction.text import TfidfVectorizer

from bot.content.examples import plain_words


def nearly_the_same(asked: list[str], examples: list[str]) -> list[str]:
    """Return what is asked and is also an example, or one but for a typo: by the cosine of letter 3-grams, from .9 on."""
    asked, examples = list(map(plain_words, asked)), list(map(plain_words, examples))
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit(examples + asked)
    nearness = (grams.transform(asked) @ grams.transform(examples).T).max(axis=1).toarray().ravel()
    known = set(examples)
    return [
        text
        for text, near in zip(asked, nearness, strict=True)
        if text in known or (near >= 0.9 and len(text.split()) > 2)
    ]
