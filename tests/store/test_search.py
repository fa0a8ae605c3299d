"""What a search finds, compared with reading every card in plain Python."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.engine import Dialect, make_url

from studydl.memory.model import NEW, Memory, Phase
from studydl.paths import Home, migrations
from studydl.store import conditions, health, log, notes, search, states
from studydl.store.conditions import PRESENT, Condition
from studydl.store.connection import Store, open_store
from studydl.store.driver import connect
from studydl.store.engine import engine_for, transaction
from studydl.store.event import Event
from studydl.store.search import Order
from studydl.store.tables import cards as card_table
from studydl.store.words import Phrase, words

if TYPE_CHECKING:
    from collections.abc import Callable
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


def found(store: Store, *met: Condition, order: Order = Order.DECK, descending: bool = False) -> list[str]:
    keys = search.keys(store.read(), store.learner, met, order, descending)
    rows = search.first(store.read(), store.learner, met, order, descending, 1000)
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
        there = conditions.without(conditions.retired())
        for query in QUERIES:
            for whole in (False, True):
                if not any(map(str.isalnum, query)):
                    continue
                expected = {row.key.removeprefix("studydl/") for row in rows if by_reading(row, query, whole)}
                assert set(found(store, there, words(Phrase(query, whole)))) == expected, (query, whole)


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
    assert [found(store, words(Phrase(word))) for word in ("changed", "worda", "wordb", "wordc")] == [
        ["a"],
        [],
        [],
        ["d"],
    ]


def test_what_is_no_json_is_no_obstacle(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [card(fill, "a", title="Softmax", content="{not json")])
    assert found(store, words(Phrase("softmax"))) == ["a"]


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
        assert found(store, words(Phrase("softm"))) == found(store, words(Phrase("naive"))) == ["old"]
        assert found(store, conditions.added(0)) == []  # nobody knows when it was added
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
        "due": (conditions.due(TODAY), "bd"),
        "new": (conditions.in_phase(Phase.NEW), "ag"),
        "learning": (conditions.in_phase(Phase.LEARNING, Phase.RELEARNING), "d"),
        "suspended": (conditions.suspended(), "e"),
        "buried": (conditions.buried(TODAY), "f"),
        "flagged": (conditions.flagged(), "f"),
        "leech": (conditions.leech(3), "bcdef"),
        "lapses": (conditions.number("lapses", ">=", 4), ""),
        "stability": (conditions.number("stability", "<", 31), "bcdef"),
        "added": (conditions.added(5), "abcdefg"),
        "added later": (conditions.added(6), ""),
    }
    for name, (condition, keys) in expected.items():
        assert found(store, condition) == list(keys), name
        assert found(store, conditions.without(condition)) == [key for key in "abcdefg" if key not in keys], name


def test_decks_kinds_and_topics(store: Store, fill: Filler) -> None:
    decks = [fill.deck("conv"), replace(fill.deck("loss"), title="Losses 100 %", topics=("metrics",))]
    skill = replace(fill.card("s", kind="skill", level=1), family="metrics.f1")
    fill.sync(store, decks, [fill.card("a"), fill.card("b", "loss", kind="cloze"), skill])
    assert found(store, conditions.in_deck("CON")) == ["a", "s/1"]
    assert found(store, conditions.in_deck("100 %")) == ["b"]
    assert found(store, conditions.in_deck("1%0")) == []
    assert found(store, conditions.of_kind("cloze")) == ["b"]
    assert found(store, conditions.on_topic("metrics")) == ["s/1", "b"]
    assert found(store, conditions.on_topic("conv")) == ["a"]
    assert found(store, conditions.without(conditions.on_topic("conv"))) == ["s/1", "b"]
    fill.sync(store, decks[:1], [fill.card("a")])
    assert found(store, conditions.retired()) == ["s/1", "b"]


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
                assert {f"studydl/{key}" for key in found(store, conditions.rated(since, wanted))} == met
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
    asked = [
        words(Phrase("a b"), Phrase("c")),
        words(Phrase("卷积")),
        conditions.in_deck("a"),
        conditions.of_kind("cloze"),
        conditions.on_topic("conv"),
        conditions.in_phase(Phase.NEW),
        conditions.due(TODAY),
        conditions.leech(8),
        conditions.retired(),
        conditions.added(1),
        conditions.rated(1, 3),
        conditions.noted("later"),
        conditions.number("stability", ">", 3),
    ]
    for condition in [PRESENT, *asked, *map(conditions.without, asked)]:
        for order in Order:
            for narrow in (None, condition):
                sql = str(search._sorted(search._asked([condition], narrow), order, True).compile(dialect=dialect))
                assert "FROM cards" in sql and ("MATCH" in sql) <= (dialect is SQLITE)
        if condition.many is not None:
            assert str(condition.many.compile(dialect=dialect)).startswith("SELECT")
    sql = str(search._asked(asked, None).compile(dialect=dialect))
    assert ("MATCH" in sql) == (dialect is SQLITE) and ("ILIKE" in sql) == (dialect is POSTGRESQL)


# What each search of `WAYS` means for one card, the slow way.
CARD_TESTS: dict[str, tuple[Condition, Callable[[CardRow, states.State], bool]]] = {
    "present": (PRESENT, lambda row, _: row.retired_ms is None),
    "word": (words(Phrase("even")), lambda row, _: int(row.title) % 2 == 0),
    "two words": (words(Phrase("even"), Phrase("three")), lambda row, _: int(row.title) % 6 == 0),
    "kind": (conditions.of_kind("cloze"), lambda row, _: row.kind == "cloze"),
    "deck": (conditions.in_deck("loss"), lambda row, _: row.deck == "loss"),
    "new": (conditions.in_phase(Phase.NEW), lambda _, state: state.memory.phase is Phase.NEW),
    "review": (conditions.in_phase(Phase.REVIEW), lambda _, state: state.memory.phase is Phase.REVIEW),
    "flag": (conditions.flagged(), lambda _, state: state.flag),
    "leech": (conditions.leech(3), lambda _, state: state.memory.lapses >= 3),
    "strong": (conditions.number("stability", ">", 20), lambda _, state: (state.memory.stability or 0) > 20),
    "retired": (conditions.retired(), lambda row, _: row.retired_ms is not None),
}


def _place(row: CardRow, state: states.State, order: Order) -> tuple[Any, ...] | None:
    """Where a card stands in an order; None where it has no value."""
    memory, by_deck = state.memory, (row.origin, row.deck, row.position, row.key)
    match order:
        case Order.DECK:
            return by_deck
        case Order.TITLE:
            return row.title.lower(), row.key
        case Order.KIND:
            return row.kind, *by_deck
        case Order.DUE:
            return None if memory.due_day is None else (memory.due_day, memory.due_ms or 0, row.key)
        case Order.STABILITY:
            return None if memory.stability is None else (memory.stability, row.key)
        case Order.LAPSES:
            return (memory.lapses, row.key)


@pytest.mark.parametrize("ways", [{}, {"NARROW": -1}, {"NARROW": -1, "PEEK": 7, "_BATCH": 3}, {"NARROW": 8, "PEEK": 7}])
def test_however_the_first_cards_are_found_they_are_those_that_sorting_all_gives(
    store: Store, fill: Filler, monkeypatch: pytest.MonkeyPatch, ways: dict[str, int]
) -> None:
    draw = Random(3)
    numbers = draw.sample(range(100, 1000), 40)
    rows = [
        card(
            fill,
            f"c{number}",
            deck=draw.choice(["conv", "loss"]),
            kind=draw.choice(["basic", "cloze", "claim"]),
            title=str(number),
            content=content(" ".join(name for name, of in (("even", 2), ("three", 3)) if number % of == 0)),
        )
        for number in numbers
    ]
    decks = [fill.deck("conv"), fill.deck("loss", position=1)]
    fill.sync(store, decks, rows)
    fill.sync(store, decks, rows[:34], now_ms=9)
    rows = [replace(row, retired_ms=9 if place >= 34 else None) for place, row in enumerate(rows)]
    known: dict[str, states.State] = dict.fromkeys((row.key for row in rows), states.UNSEEN)
    for row in draw.sample(rows, 25):
        phase, day = draw.choice([Phase.REVIEW, Phase.RELEARNING]), TODAY + draw.randint(-3, 3)
        memory = Memory(
            phase, None, float(draw.randint(1, 40)), 5.0, 90, 1, day, draw.choice([None, 5]), 4, draw.randint(0, 4)
        )
        known[row.key] = states.State(memory, flag=draw.random() < 0.3)
        fill.put(store, row.key, memory, flag=known[row.key].flag)
    for name, value in ways.items():
        monkeypatch.setattr(search, name, value)
    for number in range(300):
        names = draw.sample(list(CARD_TESTS), draw.randint(0, 3))
        turned = [draw.random() < 0.25 for _ in names]
        asked = [
            conditions.without(CARD_TESTS[name][0]) if turn else CARD_TESTS[name][0]
            for name, turn in zip(names, turned, strict=True)
        ]
        order, descending, limit = draw.choice(list(Order)), draw.random() < 0.5, draw.choice([2, 5, 100])
        met = [
            row
            for row in rows
            if all(CARD_TESTS[name][1](row, known[row.key]) != turn for name, turn in zip(names, turned, strict=True))
        ]
        places = {row.key: _place(row, known[row.key], order) for row in met}
        if order is Order.LAPSES:  # a card never seen has none
            places = {key: None if known[key] is states.UNSEEN else place for key, place in places.items()}
        with_value = sorted((key for key in places if places[key]), key=lambda k: places[k] or (), reverse=descending)
        without = sorted((key for key in places if not places[key]), reverse=descending)
        wanted = [*with_value, *without]
        first = search.first(store.read(), "me", asked, order, descending, limit)
        assert [each.key for each in first] == wanted[:limit], (number, names, turned, order, descending)
        assert search.keys(store.read(), "me", asked, order, descending) == wanted


def test_notes_are_found_as_they_stand(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card(name) for name in "abcd"])
    noted = [
        ("a", "Ask Kim, 100 % later"),
        ("b", "later"),
        ("b", "sooner"),
        ("c", "later"),
        ("c", ""),
        ("d", "kim"),
        ("d", "x"),
    ]
    with store.write() as connection:
        for number, (key, text) in enumerate(noted):
            event = Event(str(number), "note", 1, 1, "study", card_key=f"studydl/{key}", text=text)
            log.append(connection, "me", event)
        log.append(connection, "me", Event("u", "undo", 1, 1, "study", card_key="studydl/d", target_id="6"))
    for text, keys in (("later", "a"), ("KIM", "ad"), ("100 %", "a"), ("1%0", ""), ("", "abd"), ("x", "")):
        condition = conditions.noted(text)
        assert found(store, condition) == list(keys), text
        assert found(store, conditions.without(condition)) == [key for key in "abcd" if key not in keys], text


def test_the_note_on_a_card_is_the_last_that_stands(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card("a")])
    with store.write() as connection:
        for number, text in enumerate(["first", "second", ""], start=1):
            log.append(connection, "me", Event(str(number), "note", 1, 1, "study", card_key="studydl/a", text=text))
            assert notes.of_card(connection, "me", "studydl/a") == text
        log.append(connection, "me", Event("4", "undo", 1, 1, "study", card_key="studydl/a", target_id="3"))
        assert notes.of_card(connection, "me", "studydl/a") == "second"
        assert notes.of_card(connection, "me", "studydl/b") == ""
