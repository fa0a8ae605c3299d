from __future__ import annotations

from pathlib import Path

import pytest

from studydl.errors import UsageError
from studydl.problems import catalog
from studydl.sheets.blueprint import from_file, from_topics
from studydl.sheets.model import Blueprint, Slot


def test_topics_are_taken_in_turn_until_all_their_families_are_asked() -> None:
    plan = from_topics(["init"], 2, 2 * len(catalog.families("init")), 7)
    asked = [slot.family for slot in plan.slots]
    assert sorted(set(asked)) == [family.name for family in catalog.families("init")]
    assert max(map(asked.count, asked)) == 2
    assert {slot.level for slot in plan.slots} == {2}


def test_without_a_level_a_set_begins_easy() -> None:
    assert [slot.level for slot in from_topics([], None, 6, 7).slots] == [1, 1, 2, 2, 3, 3]


def test_the_seed_decides_the_order() -> None:
    assert from_topics([], 1, 10, 7) == from_topics([], 1, 10, 7)
    assert from_topics([], 1, 10, 7) != from_topics([], 1, 10, 8)


@pytest.mark.parametrize("count", [0, -3, 2001])
def test_a_count_that_cannot_be_made_says_what_can(count: int) -> None:
    with pytest.raises(UsageError, match="1 to 2000"):
        from_topics([], 1, count, 7)


def test_an_unknown_topic_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean metrics"):
        from_topics(["metrik"], 1, 3, 7)


def spec(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_blueprint_file_says_title_time_and_questions(tmp_path: Path) -> None:
    path = spec(
        tmp_path,
        'title = "Week 3"\nminutes = 45\n[[question]]\nfamily = "metrics.f1"\nlevel = 3\npoints = 2.5\n'
        '[[question]]\ncard = "convolution/conv-flip"\n',
    )
    slots = (Slot(2.5, "metrics.f1", 3), Slot(1, card="convolution/conv-flip"))
    assert from_file(path) == Blueprint("Week 3", slots, 45)
    assert from_file(path).points == 3.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3", "question"),
        ("[[question]]\n", "either family or card"),
        ('[[question]]\nfamily = "a.b"\ncard = "a/b"\n', "either family or card"),
        ('[[question]]\nfamily = "metrics.f7"\n', "metrics.f1"),
        ('[[question]]\nfamily = "metrics.f1"\nlevel = 4\n', "Levels are 1 to 3"),
        ('[[question]]\nfamily = "metrics.f1"\npoints = 0\n', "above 0"),
        ('[[question]]\nfamily = "metrics.f1"\npoints = nan\n', "above 0"),
        ('[[question]]\nfamliy = "metrics.f1"\n', "famliy"),
        ("question = []", "1 to 2000"),
        ("minutes = 0\n[[question]]\ncard = 'a/b'\n", "minutes"),
        ("[[question", "spec.toml"),
    ],
)
def test_a_bad_blueprint_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        from_file(spec(tmp_path, text))
    assert said in str(error.value)


def test_a_blueprint_that_is_no_text_or_not_there_is_an_error_too(tmp_path: Path) -> None:
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (binary, tmp_path / "none.toml"):
        with pytest.raises(UsageError):
            from_file(path)


def test_a_blueprint_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text('\ufeff[[question]]\nfamily = "metrics.f1"\n', encoding="utf-8")
    assert [slot.family for slot in from_file(path).slots] == ["metrics.f1"]
