"""Where a channel shuffle moves the channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from studydl.answers.kinds import Integer, Items
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of

Move: TypeAlias = Callable[[int, int, int], int]  # from place, groups and size of a group to another place


@dataclass(frozen=True, slots=True)
class Shuffle:
    """A channel shuffle, perhaps followed by another one or by a grouped convolution.

    Args:
        ask: "order", "position", "source", "twice" or "reads".
        groups: of the shuffle, 2 to 16.
        channels: in all, a multiple of groups, 6 to 2016.
        where: the channel, position or group the question is about.
        second: groups of a second shuffle or of the convolution that follows; 1 where there is none.
        values: what the channels hold; empty where they are numbered.
    """

    ask: str
    groups: int
    channels: int
    where: int = 0
    second: int = 1
    values: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Return the channels of one group."""
        return self.channels // self.groups

    @property
    def size2(self) -> int:
        """Return the channels of one group of what follows."""
        return self.channels // self.second

    @property
    def read(self) -> range:
        """Return the positions that the group of the convolution reads."""
        return range(self.where * self.size2, (self.where + 1) * self.size2)

    def asked(self, to: Move, back: Move) -> Value:
        """Return what is asked for if channels moved like this.

        Args:
            to: from a channel to its position.
            back: from a position to its channel.
        """
        if self.ask == "order":
            return tuple(self.values[back(place, self.groups, self.size)] for place in range(self.channels))
        if self.ask == "reads":
            return tuple(back(place, self.groups, self.size) for place in self.read)
        if self.ask == "source":
            return back(self.where, self.groups, self.size)
        moved = to(self.where, self.groups, self.size)
        return to(moved, self.second, self.size2) if self.ask == "twice" else moved


def position(channel: int, groups: int, size: int) -> int:
    """Return where a channel goes: its place in its group counts rows of one channel a group."""
    group, place = divmod(channel, size)
    return place * groups + group


def source(place: int, groups: int, size: int) -> int:
    """Return which channel comes to a position."""
    row, group = divmod(place, groups)
    return group * size + row


def stay(place: int, groups: int, size: int) -> int:
    """Return the same place."""
    return place


class ChannelShuffle(Family[Shuffle]):
    """Write the groups as rows and read column by column: one channel of each group, then the next of each."""

    name, version, title = "conv.channel-shuffle", 1, "Channel shuffle"
    source = "Zhang, Zhou, Lin and Sun (2018), ShuffleNet, section 3.1; torch.nn.ChannelShuffle documentation"
    answer = {
        "order": Items(),
        "position": Integer(),
        "source": Integer(),
        "twice": Integer(),
        "reads": Items(ordered=False),
    }
    prompt = {
        "order": "{channels} channels hold, in this order, {values}. In which order are they after "
        "`nn.ChannelShuffle({groups})`?",
        "position": "{channels} channels go through `nn.ChannelShuffle({groups})`. At which position is channel "
        "{where} afterwards?",
        "source": "{channels} channels go through `nn.ChannelShuffle({groups})`. Which channel is at position {where} "
        "afterwards?",
        "twice": "{channels} channels go through `nn.ChannelShuffle({groups})` and then `nn.ChannelShuffle({second})`. "
        "At which position is channel {where} in the end?",
        "reads": "{channels} channels go through `nn.ChannelShuffle({groups})` and then `nn.Conv2d({channels}, "
        "{channels}, 1, groups={second})`. Which of the channels does group {where} of the convolution read?",
    }
    _zero = "channels and positions are counted from 0"
    conventions = {
        "order": ("the argument is the number of groups",),
        "position": ("the argument is the number of groups", _zero),
        "source": ("the argument is the number of groups", _zero),
        "twice": ("the argument is the number of groups", _zero),
        "reads": ("channels are numbered before the shuffle", "channels and groups are counted from 0"),
    }
    _place = "There are {groups} groups of $frac({channels}, {groups}) = {size}$ channels."
    steps = {
        "order": (
            "The {groups} groups of $frac({channels}, {groups}) = {size}$ channels: {rows}.",
            "Take the first of each group, then the second of each, and so on: {answer}",
        ),
        "position": (
            _place,
            "${where} = {group} * {size} + {place}$: channel {where} is at place {place} of group {group}.",
            "A round takes one channel of each group: it is channel {group} of round {place}, ${place} * {groups} + "
            "{group}$ = {answer}",
        ),
        "source": (
            _place,
            "A round takes one channel of each group, and ${where} = {row} * {groups} + {column}$: in round {row} it "
            "is the turn of group {column}.",
            "Its channel at place {row}: ${column} * {size} + {row}$ = {answer}",
        ),
        "twice": (
            "First shuffle, groups of {size}: ${where} = {group} * {size} + {place}$, so channel {where} goes to "
            "${place} * {groups} + {group} = {moved}$.",
            "Second shuffle, groups of {size2}: ${moved} = {group2} * {size2} + {place2}$.",
            "From there it goes to ${place2} * {second} + {group2}$ = {answer}",
        ),
        "reads": (
            "Group {where} of the convolution reads $frac({channels}, {second}) = {size2}$ positions: {read}.",
            "A round of the shuffle takes one of {size} channels of each of {groups} groups, so position $j$ holds "
            'channel ${size} * (j "mod" {groups}) + floor(frac(j, {groups}))$: {found}.',
            "Channels read: {answer}",
        ),
    }
    limits = {1: Effort(12, 1), 2: Effort(6, 3), 3: Effort(20, 3)}
    mistakes = (
        Mistake(
            "the inverse shuffle",
            lambda p: p.asked(source, position),
            "You went the wrong way, which undoes a shuffle. Here {groups} groups give one channel each in turn.",
        ),
        Mistake(
            "not shuffled",
            lambda p: p.asked(stay, stay) if p.ask in ("order", "reads") else None,
            "You left the channels where they were. A shuffle takes one channel of each group in turn.",
        ),
        Mistake(
            "last group first",
            lambda p: _last_group_first(p) if p.ask == "order" else None,
            "You took the groups from last to first. Each round begins with the first group.",
        ),
        Mistake(
            "groups and size exchanged",
            lambda p: _exchanged(p) if p.ask in ("position", "source") else None,
            "You multiplied by the wrong number: {unit_words}.",
        ),
        Mistake(
            "counted from 1",
            lambda p: _from_one(p) if p.ask in ("position", "source", "twice") else None,
            "You counted from 1. Channels and positions are counted from 0 here.",
            convention="channels and positions are counted from 0",
        ),
        Mistake(
            "first shuffle only",
            lambda p: position(p.where, p.groups, p.size) if p.ask == "twice" else None,
            "That is the position after the first shuffle. The second one moves the channel on.",
        ),
        Mistake(
            "first shuffle repeated",
            lambda p: replace(p, second=p.groups).asked(position, source) if p.ask == "twice" else None,
            "You shuffled twice in {groups} groups. The second shuffle has {second}.",
        ),
        Mistake(
            "groups counted from 1",
            lambda p: replace(p, where=p.where - 1).asked(position, source) if p.ask == "reads" else None,
            "You counted the groups from 1. Group {where}, counted from 0, reads positions {read}.",
            convention="groups are counted from 0",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Shuffle | None:
        """Level 1: write the order down; level 2: where one channel goes; level 3: two shuffles, or what is read."""
        if level == 1:
            groups, size = draw.choice(((2, 3), (3, 2), (2, 4), (4, 2), (3, 3)))
            return Shuffle("order", groups, groups * size, values=draw.sample(range(1, 10), groups * size))
        if level == 2:
            groups, size = draw.integer(2, 16), draw.integer(4, 60)
            where = draw.integer(size, (groups - 1) * size) if groups > 2 else draw.integer(2, 2 * size - 2)
            return Shuffle(draw.choice(("position", "source")), groups, groups * size, where)
        groups = draw.integer(3, 14)
        if draw.chance(0.8):
            second = draw.integer(2, 16)
            channels = groups * second * draw.integer(2, 9)
            p = Shuffle("twice", groups, channels, draw.integer(channels // groups, channels - 2), second)
            return p if groups != second and self.formula(p) != p.where else None
        second, size2 = groups * draw.integer(1, 9), draw.integer(3, 6)
        return Shuffle("reads", groups, second * size2, draw.integer(1, second - 1), second)

    def variant(self, p: Shuffle) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Shuffle) -> Value:
        """Return (place, group) read as (row, column) of a table with a row for each place, or the way back."""
        return p.asked(position, source)

    def effort(self, p: Shuffle) -> Effort:
        """Return a place for each channel, or the quotient, product and sum of each move."""
        operations = {"order": p.channels, "position": 4, "source": 4, "twice": 8, "reads": 3 * p.size2 + 2}[p.ask]
        return Effort(operations, 1 if p.ask == "order" else len(str(p.channels)))

    def facts(self, p: Shuffle) -> Facts:
        """Return groups and rows, and quotients and rests on the way."""
        group, place = divmod(p.where, p.size)
        row, column = divmod(p.where, p.groups)
        moved = position(p.where, p.groups, p.size)
        group2, place2 = divmod(moved, p.size2)
        held = [", ".join(map(str, p.values[i : i + p.size])) for i in range(0, p.channels, p.size)]
        return {
            **params_of(p),
            "size": p.size,
            "size2": p.size2,
            "group": group,
            "place": place,
            "row": row,
            "column": column,
            "moved": moved,
            "group2": group2,
            "place2": place2,
            "rows": "; ".join(held),
            "read": tuple(p.read),
            "found": ", ".join(f"{source(j, p.groups, p.size)} at {j}" for j in p.read),
            "unit_words": (
                f"a group has {p.size} channels, one of each round"
                if p.ask == "source"
                else f"a round has {p.groups} channels, one of each group"
            ),
        }

    @staticmethod
    def witness(ask: str, groups: int, channels: int, where: int, second: int, values: tuple[int, ...]) -> object:
        """Return where a real shuffle puts the channels."""
        import torch

        x = torch.tensor(values or range(channels)).view(1, channels, 1, 1)
        y = torch.channel_shuffle(x, groups)
        if ask == "twice":
            y = torch.channel_shuffle(y, second)
        order = y.flatten().tolist()
        if ask == "reads":
            size = channels // second
            order = order[where * size : (where + 1) * size]
        return order if ask in ("order", "reads") else order[where] if ask == "source" else order.index(where)


def _last_group_first(p: Shuffle) -> tuple[int, ...]:
    """Return the order if each round began with the last group."""
    groups = [p.values[i : i + p.size] for i in range(0, p.channels, p.size)]
    return tuple(group[place] for place in range(p.size) for group in reversed(groups))


def _exchanged(p: Shuffle) -> int:
    """Return the answer with the number of groups and the size of a group exchanged in the last product."""
    if p.ask == "position":
        group, place = divmod(p.where, p.size)
        return place * p.size + group
    row, group = divmod(p.where, p.groups)
    return group * p.groups + row


def _from_one(p: Shuffle) -> int | None:
    """Return the answer if channels and positions were counted from 1."""
    value = replace(p, where=p.where - 1).asked(position, source)
    return value + 1 if isinstance(value, int) else None
