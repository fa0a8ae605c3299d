"""What the log says a card's state is: the memory table must always be able to be thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from studydl.memory.model import Phase, Rating, Review, Settings
from studydl.memory.replay import replay
from studydl.store import log, states
from studydl.store.connection import Store
from studydl.store.log import Event
from studydl.store.states import State
from studydl.study.preferences import load


def derive(events: Sequence[Event], settings: Settings, key: str) -> State:
    """Return the state of one card from its effective events.

    Args:
        events: of this card, in order, undone ones already left out.
        settings: the learner's scheduling settings.
        key: the card's key, which seeds the fuzz.
    """
    state, reviews, due_day = State(), list[Review](), None
    for event in events:
        if event.mode != "study":
            continue
        match event.kind:
            case "answer":
                reviews.append(review_of(event))
                due_day = None
            case "due":
                due_day = event.due_day
            case "suspend" | "unsuspend":
                state = replace(state, suspended=event.kind == "suspend")
            case "bury":
                state = replace(state, buried_day=event.study_day)
            case "flag" | "unflag":
                state = replace(state, flag=event.kind == "flag")
            case "reset":
                reviews.clear()
                due_day = None
    memory = replay(reviews, settings, key)
    if due_day is not None and memory.phase is Phase.REVIEW:
        memory = replace(memory, due_day=due_day)
    return replace(state, memory=memory)


def review_of(event: Event) -> Review:
    """Return an answer event as the scheduler sees it: its inputs and the decision taken then."""
    assert event.rating is not None
    return Review(
        rating=Rating(event.rating),
        at_ms=event.at_ms,
        study_day=event.study_day,
        aided=event.aided,
        due_day=event.due_day,
        due_ms=event.due_ms,
        phase=Phase(event.phase) if event.phase else None,
        step=event.step,
        skill=event.problem_id is not None,
    )


def differences(store: Store) -> Iterator[tuple[str, str, str]]:
    """Replay the whole log and yield every card whose stored state differs.

    Yields:
        (key, what is stored, what the log says), of what differs only: "due_day 5, lapses 1".
    """
    settings = load(store)
    by_card: dict[str, list[Event]] = {}
    for event in log.effective(list(log.everything(store.read(), store.learner))):
        if event.card_key is not None:
            by_card.setdefault(event.card_key, []).append(event)
    stored = states.everything(store.read(), store.learner)
    for key in sorted(stored.keys() | by_card.keys()):
        derived = derive(by_card.get(key, []), settings, key)
        kept = stored.get(key, State())
        if not same(kept, derived):
            yield key, *_apart(kept, derived)


def same(a: State, b: State) -> bool:
    """Say whether two states agree, stability and difficulty to nine digits."""

    def rounded(state: State) -> State:
        memory = state.memory
        return replace(
            state,
            memory=replace(memory, stability=_nine(memory.stability), difficulty=_nine(memory.difficulty)),
        )

    return rounded(a) == rounded(b)


def _apart(a: State, b: State) -> tuple[str, str]:
    """Tell of two states what differs."""
    facts, others = _facts(a), _facts(b)
    names = [name for name, value in facts.items() if value != others[name]]
    mine, yours = (", ".join(f"{name} {of[name]}" for name in names) for of in (facts, others))
    return mine, yours


def _facts(state: State) -> dict[str, object]:
    memory, others = asdict(state.memory), asdict(state)
    del others["memory"]
    return memory | others


def _nine(x: float | None) -> float | None:
    return None if x is None else float(f"{x:.9g}")
