"""What a search finds, compared with reading every card in plain Python."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.engine import Dialect, make_url

from studydl.memory.model import NEW, Memory, Phase
from studydl.paths import Home, migrations
from studydl.store import health, log, notes, search
from studydl.store.connection import Store, open_store
from studydl.store.driver import connect
from studydl.store.engine import engine_for, transaction
from studydl.store.event import Event
from studydl.store.search import Condition, Order
from studydl.store.tables import cards as card_table

if TYPE_CHECKING:
    from pathlib import Path

    from studydl.store.cards import CardRow
    from tests.store.conftest import Filler

SQLITE, POSTGRESQL = (make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql"))
TODAY = 100
VOCABULARY = ("conv", "convolution", "Softmax", "naïve", "naive", "7x7", "x", "卷积核", "running", "mean", "e-4")
TEXTS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
CONTENTS = st.tuples(TEXTS, TEXTS, TEXTS, TEXTS)  # title, question, answer, explanation
QUERIES = (*VOCABULARY, "con", "running mean", "mean running", "so", "NAIVE", "积", "7x7 x", '"', "e", "torch")


def content(question: str, answer: str = "", explanation: str = "") -> str:
    body = {"question": question, "answer": answer}
    return json.dumps(
        {"kind": "basic", "body": body, "explanation": explanation, "evidence": "torch"}, ensure_ascii=False
    )


def card(fill: Filler, name: str, **changes: Any) -> CardRow:
    return replace(fill.card(name), **changes)


def found(store: Store, *conditions: Condition, order: Order = Order.DECK, descending: bool = False) -> list[str]:
    keys = search.keys(store.read(), store.learner, conditions, order, descending)
    rows = search.first(store.read(), store.learner, conditions, order, descending, 1000)
    assert [row.key for row in rows] == keys
    assert search.rows(store.read(), store.learner, keys) == {row.key: row for row in rows}
    return [key.removeprefix("studydl/") for key in keys]


def _tokens(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain.lower())


def _holds(text: str, query: list[str], whole: bool) -> bool:
    tokens = _tokens(text)
    for start in range(len(tokens) - len(query) + 1):
        *front, last = tokens[start : start + len(query)]
        if front == query[:-1] and (last == query[-1] if whole else last.startswith(query[-1])):
            return True
    return False


def by_reading(row: CardRow, query: str, whole: bool) -> bool:
    """Whether a card has these words, the slow way."""
    read = json.loads(row.content)
    if any(ord(character) >= 0x2E80 for character in query):
        return query in row.title or query in row.content
    body = "\n".join([*read["body"].values(), read["explanation"]])
    return bool(_tokens(query)) and any(
        _holds(text, _tokens(query), whole or len(query) == 1) for text in (row.title, body)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(CONTENTS, min_size=1, max_size=5), st.lists(CONTENTS, min_size=1, max_size=5))
def test_words_are_found_as_by_reading_every_card_also_after_an_edit(
    store: Store, fill: Filler, before: list[tuple[str, ...]], after: list[tuple[str, ...]]
) -> None:
    for texts in (before, after):
        rows = [card(fill, str(n), title=title, content=content(*rest)) for n, (title, *rest) in enumerate(texts)]
        fill.sync(store, [fill.deck()], rows)
        there = search.without(search.retired())
        for query in QUERIES:
            for whole in (False, True):
                if not any(map(str.isalnum, query)):
                    continue
                expected = {row.key.removeprefix("studydl/") for row in rows if by_reading(row, query, whole)}
                assert set(found(store, there, search.words(query, whole))) == expected, (query, whole)


def test_the_index_keeps_step_with_every_way_a_card_is_written(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [card(fill, name, content=content(f"word{name}")) for name in "abc"])
    raw = connect(store.path)
    raw.execute("UPDATE cards SET content = ? WHERE key = 'studydl/a'", [content("changed")])
    raw.execute("DELETE FROM cards WHERE key = 'studydl/b'")
    raw.execute("UPDATE cards SET key = 'studydl/d' WHERE key = 'studydl/c'")
    raw.execute("INSERT OR REPLACE INTO cards SELECT * FROM cards WHERE key = 'studydl/d'")
    raw.execute("VACUUM")
    assert raw.execute("SELECT count(*) FROM search_docs").fetchone() == (2,)
    raw.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")
    raw.close()
    assert [found(store, search.words(word)) for word in ("changed", "worda", "wordb", "wordc")] == [
        ["a"],
        [],
        [],
        ["d"],
    ]


def test_what_is_no_json_is_no_obstacle(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [card(fill, "a", title="Softmax", content="{not json")])
    assert found(store, search.words("softmax")) == ["a"]


def test_a_migration_indexes_the_cards_there_are(tmp_path: Path, fill: Filler) -> None:
    home = Home(tmp_path)
    engine = engine_for(home.database, create=True, foreign_keys=False)
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    with engine.connect() as opened, transaction(opened, home.database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = card(fill, "old", title="Softmax", content=content("running mean", "naïve"))
        values = {name: getattr(row, name) for name in ("key", "note", "origin", "deck", "position", "kind", "title")}
        values |= {"learner_id": "me", "content": row.content, "digest": "", "after": "[]", "contrast": ""}
        for statement in (
            "INSERT INTO learners VALUES ('me', '', 1)",
            "INSERT INTO decks VALUES ('me', 'studydl', 'conv', 'Conv', '[]', 0, '', '', NULL)",
        ):
            connection.exec_driver_sql(statement)
        connection.execute(insert(card_table).values(values))
    engine.dispose()
    assert health.revision(home.database) == "0001"
    with open_store(home) as store:
        assert found(store, search.words("softm")) == found(store, search.words("naive")) == ["old"]
        assert found(store, search.added(0)) == []  # nobody knows when it was added
    with closing(connect(home.database)) as raw:
        raw.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")


def test_states_divide_the_cards(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card(name) for name in "abcdefg"], now_ms=5)
    review = Memory(Phase.REVIEW, None, 30.0, 5.0, 90, 1, TODAY, None, 4, 3)
    fill.put(store, "studydl/b", review)
    fill.put(store, "studydl/c", replace(review, due_day=TODAY + 1))
    fill.put(store, "studydl/d", replace(review, phase=Phase.RELEARNING, due_day=TODAY + 1))
    fill.put(store, "studydl/e", review, suspended=True)
    fill.put(store, "studydl/f", review, buried_day=TODAY, flag=True)
    fill.put(store, "studydl/g", NEW, buried_day=TODAY - 1)
    expected = {
        "due": (search.due(TODAY), "bd"),
        "new": (search.in_phase(Phase.NEW), "ag"),
        "learning": (search.in_phase(Phase.LEARNING, Phase.RELEARNING), "d"),
        "suspended": (search.suspended(), "e"),
        "buried": (search.buried(TODAY), "f"),
        "flagged": (search.flagged(), "f"),
        "leech": (search.leech(3), "bcdef"),
        "lapses": (search.number("lapses", ">=", 4), ""),
        "stability": (search.number("stability", "<", 31), "bcdef"),
        "added": (search.added(5), "abcdefg"),
        "added later": (search.added(6), ""),
    }
    for name, (condition, keys) in expected.items():
        assert found(store, condition) == list(keys), name
        assert found(store, search.without(condition)) == [key for key in "abcdefg" if key not in keys], name


def test_decks_kinds_and_topics(store: Store, fill: Filler) -> None:
    decks = [fill.deck("conv"), replace(fill.deck("loss"), title="Losses 100 %", topics=("metrics",))]
    skill = replace(fill.card("s", kind="skill", level=1), family="metrics.f1")
    fill.sync(store, decks, [fill.card("a"), fill.card("b", "loss", kind="cloze"), skill])
    assert found(store, search.in_deck("CON")) == ["a", "s/1"]
    assert found(store, search.in_deck("100 %")) == ["b"]
    assert found(store, search.in_deck("1%0")) == []
    assert found(store, search.of_kind("cloze")) == ["b"]
    assert found(store, search.on_topic("metrics")) == ["s/1", "b"]
    assert found(store, search.on_topic("conv")) == ["a"]
    assert found(store, search.without(search.on_topic("conv"))) == ["s/1", "b"]
    fill.sync(store, decks[:1], [fill.card("a")])
    assert found(store, search.retired()) == ["s/1", "b"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["answer", "answer", "amend", "undo"]), st.integers(0, 50), st.integers(1, 4)),
        max_size=20,
    )
)
def test_ratings_are_those_that_stand(store: Store, fill: Filler, steps: list[tuple[str, int, int]]) -> None:
    fill.sync(store, [fill.deck()], [fill.card(name) for name in "abc"])
    events: list[Event] = []
    for number, (kind, pick, rating) in enumerate(steps):
        answers = [event for event in events if event.kind == ("answer" if kind == "amend" else event.kind)]
        target = answers[pick % len(answers)] if answers and kind != "answer" else None
        if target is None:
            kind = "answer"
        if target is not None and target.kind == "undo":
            continue
        key = target.card_key if target else f"studydl/{'abc'[pick % 3]}"
        new = Event(str(number), kind, 1, TODAY - 20 + number, "practice" if pick == 50 else "study", card_key=key)
        events.append(replace(new, rating=None if kind == "undo" else rating, target_id=target.id if target else None))
    try:
        with store.write() as connection:
            for event in events:
                log.append(connection, "me", event)
            answers = [e for e in log.effective(events) if e.kind == "answer" and e.mode == "study"]
            for since, wanted in ((0, None), (TODAY - 15, None), (0, 1), (TODAY - 15, 3)):
                met = {e.card_key for e in answers if e.study_day >= since and wanted in (None, e.rating)}
                assert {f"studydl/{key}" for key in found(store, search.rated(since, wanted))} == met
            raise InterruptedError  # leave nothing behind: the log cannot be emptied
    except InterruptedError:
        pass


def test_cards_are_sorted_by_any_column_those_without_a_value_last(store: Store, fill: Filler) -> None:
    names = [("a", "zebra"), ("b", "Apple"), ("c", "mango")]
    fill.sync(store, [fill.deck()], [card(fill, key, title=title) for key, title in names])
    review = Memory(Phase.REVIEW, None, 30.0, 5.0, 90, 1, TODAY, None, 4, 3)
    fill.put(store, "studydl/a", review)
    fill.put(store, "studydl/c", replace(review, stability=3.0, due_day=TODAY - 4))
    assert found(store, order=Order.TITLE) == ["b", "c", "a"]
    assert found(store, order=Order.TITLE, descending=True) == ["a", "c", "b"]
    assert found(store, order=Order.STABILITY) == found(store, order=Order.DUE) == ["c", "a", "b"]
    assert found(store, order=Order.STABILITY, descending=True) == ["a", "c", "b"]


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=lambda dialect: dialect.name)
def test_every_condition_compiles_for_both_databases(dialect: Dialect) -> None:
    conditions = [
        search.words("a b"),
        search.words("卷积"),
        search.in_deck("a"),
        search.of_kind("cloze"),
        search.on_topic("conv"),
        search.in_phase(Phase.NEW),
        search.due(TODAY),
        search.leech(8),
        search.retired(),
        search.added(1),
        search.rated(1, 3),
        search.number("stability", ">", 3),
    ]
    both = [*conditions, *map(search.without, conditions)]
    for order in Order:
        statement = search._sorted(search._ROWS.where(*both), order, True)
        sql = str(statement.compile(dialect=dialect))
        assert ("MATCH" in sql) == (dialect is SQLITE) and ("ILIKE" in sql) == (dialect is POSTGRESQL)
    assert "FROM cards" in str(select(card_table).where(*both).compile(dialect=dialect))


def test_the_note_on_a_card_is_the_last_that_stands(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card("a")])
    with store.write() as connection:
        for number, text in enumerate(["first", "second", ""], start=1):
            log.append(connection, "me", Event(str(number), "note", 1, 1, "study", card_key="studydl/a", text=text))
            assert notes.of_card(connection, "me", "studydl/a") == text
        log.append(connection, "me", Event("4", "undo", 1, 1, "study", card_key="studydl/a", target_id="3"))
        assert notes.of_card(connection, "me", "studydl/a") == "second"
        assert notes.of_card(connection, "me", "studydl/b") == ""
