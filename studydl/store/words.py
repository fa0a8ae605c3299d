"""Words to be found in cards.

SQLite has a full text index of them (FTS5; `alembic/versions/0002_search.py` makes it and the triggers that keep it in
step), PostgreSQL looks in the cards themselves. Nobody but this module knows which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from studydl.store.conditions import NARROW, Condition, escaped
from studydl.store.tables import cards

_c = cards.c


class _Words(FunctionElement[bool]):
    """A search for words in cards: its clauses are the FTS5 query, whose cards, and what PostgreSQL asks instead."""

    inherit_cache = True
    type = NullType()  # type: ignore[assignment]  # a Boolean would be compared with 1, which no index can answer


class _AnyWords(_Words):
    """Whether a card is among those with the words."""

    inherit_cache = True
    name = "card_in_index"


class _EachWords(_Words):
    """Whether a card has the words, asked card by card."""

    inherit_cache = True
    name = "card_words"


class _ManyWords(_Words):
    """How many cards have the words, as far as `NARROW` and one more."""

    inherit_cache = True
    name = "words_found"


def _clauses(element: _Words, compiler: SQLCompiler, kwargs: Any) -> list[str]:
    return [compiler.process(clause, **kwargs) for clause in list(element.clauses)[:2]]


@compiles(_AnyWords, "sqlite")
def _in_index(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    query, learner = _clauses(element, compiler, kwargs)
    return (
        "(cards.learner_id, cards.key) IN (SELECT search_docs.learner_id, search_docs.key FROM search_words"
        " CROSS JOIN search_docs ON search_docs.doc = search_words.rowid"
        f" WHERE search_words MATCH {query} AND search_docs.learner_id = {learner})"
    )


@compiles(_EachWords, "sqlite")
def _each_in_index(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    # SQLite lists the rows of the index once; asking the index itself for each card would take it far longer.
    query, _ = _clauses(element, compiler, kwargs)
    return (
        "(SELECT search_docs.doc FROM search_docs"
        " WHERE search_docs.learner_id = cards.learner_id AND search_docs.key = cards.key)"
        f" IN (SELECT rowid FROM search_words WHERE search_words MATCH {query})"
    )


@compiles(_ManyWords, "sqlite")
def _many_in_index(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    query, _ = _clauses(element, compiler, kwargs)
    return f"(SELECT count(*) FROM (SELECT 1 FROM search_words WHERE search_words MATCH {query} LIMIT {NARROW + 1}))"


@compiles(_AnyWords)
@compiles(_EachWords)
def _in_cards(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    *_, patterns = element.clauses
    return f"({compiler.process(patterns, **kwargs)})"


@compiles(_ManyWords)
def _many_cards(element: _Words, compiler: SQLCompiler, **kwargs: Any) -> str:
    return str(NARROW + 1)  # PostgreSQL knows better than we how to find them


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word to look for, or words in a row.

    Args:
        text: anything with a letter or digit in it; upper and lower case and accents do not matter.
        whole: only whole words; else the last one may be the beginning of a word, if it has two letters.
    """

    text: str
    whole: bool = False


def words(*phrases: Phrase) -> Condition:
    """Cards with all of these in their title, prompt, answer or explanation."""
    indexed = [phrase for phrase in phrases if not _unspaced(phrase.text)]
    unspaced = [_has(phrase.text) for phrase in phrases if _unspaced(phrase.text)]
    if not indexed:
        return Condition(and_(*unspaced))
    query = " ".join(map(_query, indexed))
    patterns = and_(*(_has(phrase.text) for phrase in indexed))
    clauses: tuple[ColumnElement[Any], ...] = bindparam(None, query), bindparam("learner", type_=String()), patterns
    return Condition(
        and_(_EachWords(*clauses), *unspaced),
        listed=and_(_AnyWords(*clauses), *unspaced),
        many=select(_ManyWords(*clauses[:2])),
    )


def _unspaced(text: str) -> bool:
    """Say whether a text is Chinese or the like: no spaces, so no words to index."""
    return any(ord(character) >= 0x2E80 for character in text)


def _has(text: str) -> ColumnElement[bool]:
    pattern = f"%{escaped(text)}%"
    return or_(_c.title.ilike(pattern, escape="/"), _c.content.ilike(pattern, escape="/"))


def _query(phrase: Phrase) -> str:
    quoted = phrase.text.replace('"', " ")
    return f'"{quoted}"{"" if phrase.whole or len(phrase.text) == 1 else "*"}'
