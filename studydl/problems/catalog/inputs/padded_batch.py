"""What padding makes of a batch whose samples differ in size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real, Shape
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Samples:
    """Images for one batch, or sequences for several.

    Args:
        ask: "shape" or "zeros" of images; "share" or "saved" of sequences.
        sizes: height and width of each image, 4 to 64; empty for sequences.
        channels: of the images.
        lengths: tokens of each sequence, 3 to 60; empty for images.
        batch: sequences a batch.
        multiple: padded lengths are multiples of this.
    """

    ask: str
    sizes: tuple[Size, ...] = ()
    channels: int = 1
    lengths: tuple[int, ...] = ()
    batch: int = 1
    multiple: int = 1

    @property
    def height(self) -> int:
        """Return the largest height."""
        return max(h for h, _ in self.sizes)

    @property
    def width(self) -> int:
        """Return the largest width."""
        return max(w for _, w in self.sizes)

    @property
    def largest(self) -> Size:
        """Return height and width of the image with the most pixels."""
        return max(self.sizes, key=lambda size: size[0] * size[1])

    @property
    def pixels(self) -> int:
        """Return the pixels of all images before padding."""
        return sum(h * w for h, w in self.sizes)

    @property
    def tokens(self) -> int:
        """Return the tokens of all sequences before padding."""
        return sum(self.lengths)

    def padded_to(self, height: int, width: int) -> Value | None:
        """Return shape or zeros for a padded size; None for sequences, or where the images do not fit."""
        if self.ask == "shape":
            return (len(self.sizes), self.channels, height, width)
        missing = len(self.sizes) * height * width - self.pixels
        return self.channels * missing if self.ask == "zeros" and missing > 0 else None

    def batches(self, *, by_length: bool) -> list[tuple[int, ...]]:
        """Return the lengths in each batch."""
        lengths = sorted(self.lengths) if by_length else list(self.lengths)
        return [tuple(lengths[i : i + self.batch]) for i in range(0, len(lengths), self.batch)]

    def filled(self, *, by_length: bool, multiple: int | None = None) -> list[tuple[int, int]]:
        """Return how many sequences each batch has, and to which length it is padded."""
        unit = multiple or self.multiple
        return [(len(b), -(-max(b) // unit) * unit) for b in self.batches(by_length=by_length)]

    def padding(self, *, by_length: bool, multiple: int | None = None) -> int:
        """Return the padding tokens of all batches."""
        return sum(n * length for n, length in self.filled(by_length=by_length, multiple=multiple)) - self.tokens

    def share(self, padding: int) -> Fraction:
        """Return padding as a share of all tokens."""
        return Fraction(padding, padding + self.tokens)

    def answer(self, multiple: int | None = None) -> Value | None:
        """Return share or saving, perhaps for another multiple; None for images."""
        if not self.lengths:
            return None
        after = self.padding(by_length=True, multiple=multiple)
        return self.share(after) if self.ask == "share" else self.padding(by_length=False, multiple=multiple) - after

    @property
    def one_length(self) -> Fraction | None:
        """Return the share if all batches were padded to the longest sequence of all; None if not asked for."""
        longest = max((length for _, length in self.filled(by_length=True)), default=0)
        return self.share(len(self.lengths) * longest - self.tokens) if self.ask == "share" else None


class PaddedBatch(Family[Samples]):
    """Samples of one batch must have one shape: each side is padded to the largest among them."""

    name, version, title = "inputs.padded-batch", 1, "Padding samples to one size"
    source = "torch.nn.utils.rnn.pad_sequence documentation; torch.utils.data documentation, section collate_fn"
    answer = {"shape": Shape(), "zeros": Integer(), "share": Real(places=3), "saved": Integer()}
    prompt = {
        "shape": "Images of {image_list} are padded with zeros to the smallest common size, then stacked. What is the "
        "shape of the batch?",
        "zeros": "Images of {image_list} are padded with zeros to the smallest common size, then stacked. How many "
        "zeros does the padding add in all?",
        "share": "Sequences of {lengths} tokens are sorted by length, shortest first, cut into batches of {batch}, and "
        "each batch is padded to {target}. What share of all tokens in the batches is padding, to 3 decimals?",
        "saved": "Sequences of {lengths} tokens come in this order in batches of {batch}; each batch is padded to "
        "{target}. How many padding tokens are saved by sorting the sequences by length beforehand, shortest first?",
    }
    conventions = {
        "shape": ("image sizes are channels x height x width",),
        "zeros": ("image sizes are channels x height x width",),
        "share": ("padding tokens divided by all tokens, padding included", "the last batch may be smaller"),
        "saved": ("the last batch may be smaller",),
    }
    steps = {
        "shape": (
            "The largest height is {height}, the largest width {width}; they may come from different images.",
            "{n} images with {channel_words}: {answer}",
        ),
        "zeros": (
            "The largest height is {height}, the largest width {width}.",
            "The batch has ${n} * {height} * {width} = {padded}$ pixels; the images have ${areas} = {pixels}$.",
            "Padding: ${padded} - {pixels} = {missing}$ pixels.",
            "Each has {channel_words}: ${channels} * {missing}$ = {answer}",
        ),
        "share": (
            "Sorted and cut: {sorted_batches}.",
            "Tokens with padding: ${sorted_sum} = {sorted_total}$. Tokens without: {tokens}.",
            "Padding: ${sorted_total} - {tokens} = {sorted_padding}$.",
            "$frac({sorted_padding}, {sorted_total})$ = {answer}",
        ),
        "saved": (
            "In the order given: {batches}, with padding ${given_sum} = {given_total}$ tokens.",
            "Sorted: {sorted_batches}, with padding ${sorted_sum} = {sorted_total}$ tokens.",
            "The real tokens are the same, so the difference is padding: ${given_total} - {sorted_total}$ = {answer}",
        ),
    }
    limits = {1: Effort(9, 2), 2: Effort(14, 5), 3: Effort(32, 3)}
    mistakes = (
        Mistake(
            "size of the largest image",
            lambda s: s.padded_to(*s.largest) if s.sizes else None,
            "You took the size of the image with the most pixels. Height and width are maxima of their own: {height} "
            "and {width}.",
            teaches="size-collate-fn",
        ),
        Mistake(
            "square",
            lambda s: s.padded_to(*[max(map(max, s.sizes))] * 2) if s.sizes else None,
            "You padded to a square. Images of a batch need the same size, not equal sides: {height} x {width}.",
            teaches="size-equal",
        ),
        Mistake(
            "batch dimension forgotten",
            lambda s: (s.channels, s.height, s.width) if s.ask == "shape" else None,
            "That is the shape of one padded image. Stacking puts a dimension for the {n} images in front.",
        ),
        Mistake(
            "height and width exchanged",
            lambda s: s.padded_to(s.width, s.height) if s.ask == "shape" else None,
            "You exchanged height and width. torch has (N, C, H, W): {height}, then {width}.",
        ),
        Mistake(
            "concatenated",
            lambda s: (s.channels * len(s.sizes), s.height, s.width) if s.ask == "shape" else None,
            "You put the images together along their channels. Stacking makes a new dimension for the {n} images.",
            teaches="join-batch",
        ),
        Mistake(
            "one channel",
            lambda s: len(s.sizes) * s.height * s.width - s.pixels if s.ask == "zeros" else None,
            "You counted pixels. Each has {channel_words}, and each of them is padded.",
        ),
        Mistake(
            "all values of the batch",
            lambda s: len(s.sizes) * s.channels * s.height * s.width if s.ask == "zeros" else None,
            "Those are all values of the batch. The images themselves hold {pixels} of its {padded} pixels.",
        ),
        Mistake(
            "not sorted",
            lambda s: s.share(s.padding(by_length=False)) if s.ask == "share" else None,
            "You cut the batches in the order given. They are cut after sorting: {sorted_batches}.",
        ),
        Mistake(
            "padding by real tokens",
            lambda s: Fraction(s.padding(by_length=True), s.tokens) if s.ask == "share" else None,
            "You divided by the {tokens} real tokens. The share is of all {sorted_total} tokens in the batches.",
            convention="divided by all tokens, padding included",
        ),
        Mistake(
            "one length for all batches",
            lambda s: s.one_length,
            "You padded every batch to the same length. Each has its own: {sorted_batches}.",
            teaches="size-collate-fn",
        ),
        Mistake(
            "multiple ignored",
            lambda s: s.answer(multiple=1),
            "You padded to the longest sequence itself. Lengths go up to the next multiple of {multiple}.",
        ),
        Mistake(
            "padding that is left",
            lambda s: s.padding(by_length=True) if s.ask == "saved" else None,
            "That is the padding left after sorting. The question asks how much less it is than before.",
        ),
        Mistake(
            "padding before sorting",
            lambda s: s.padding(by_length=False) if s.ask == "saved" else None,
            "That is the padding before sorting. Some of it, {sorted_padding} tokens, is left after it.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Samples | None:
        """Level 1: the shape of a few images; level 2: the zeros among more; level 3: batches of sequences."""
        if level < 3:
            count = draw.choice((2, 3, 3) if level == 1 else (3, 3, 4))
            sides = draw.integers(2 * count, 4, 30 if level == 1 else 64)
            sizes = tuple(zip(sides[::2], sides[1::2], strict=True))
            s = Samples(
                "shape" if level == 1 else "zeros", sizes, draw.choice((1, 3, 3) if level == 1 else (3, 3, 3, 4))
            )
            plain = s.largest == (s.height, s.width)
            return s if len(set(sizes)) == count and (not plain or draw.chance(0.3 if level == 1 else 0.1)) else None
        batch = draw.choice((2, 3, 3, 4))
        lengths = draw.integers(draw.integer(2 * batch, min(9, 3 * batch)), 3, 60)
        s = Samples(draw.choice(("share", "saved")), (), 1, lengths, batch, draw.choice((1, 1, 8)))
        return s if s.padding(by_length=False) > s.padding(by_length=True) else None

    def variant(self, s: Samples) -> str:
        """Return what is asked for."""
        return s.ask

    def branch(self, s: Samples) -> str:
        """Return what is asked for, whether the last batch is short, and whether lengths are rounded up."""
        return f"{s.ask} {len(s.lengths) % s.batch > 0} {s.multiple}"

    def formula(self, s: Samples) -> Value:
        """Return the largest sides, what they add to the images, or padding before and after sorting."""
        answer = s.padded_to(s.height, s.width) if s.sizes else s.answer()
        assert answer is not None
        return answer

    def effort(self, s: Samples) -> Effort:
        """Return comparisons of sides, and products and sums of what is counted."""
        n = len(s.sizes)
        if s.ask == "shape":
            return Effort(2 * n, 2)
        if s.ask == "zeros":
            return Effort(3 * n + 2, len(str(n * s.height * s.width)))
        n, batches = len(s.lengths), len(s.batches(by_length=True))
        once = n + batches * (2 + (s.multiple > 1))  # sorting or finding the longest, then the products
        return Effort(once + n + 2 if s.ask == "share" else 2 * once + 1, 3)

    def facts(self, s: Samples) -> Facts:
        """Return sizes or batches, and what a person works out on the way."""
        common: Facts = {
            "channel_words": "1 channel" if s.channels == 1 else f"{s.channels} channels",
            "target": "its longest sequence"
            if s.multiple == 1
            else f"the smallest multiple of {s.multiple} that holds its longest sequence",
        }
        if s.sizes:
            padded = len(s.sizes) * s.height * s.width
            return {
                **common,
                "image_list": _listed([f"{s.channels}x{h}x{w}" for h, w in s.sizes]),
                "n": len(s.sizes),
                "height": s.height,
                "width": s.width,
                "padded": padded,
                "areas": " + ".join(f"{h} * {w}" for h, w in s.sizes),
                "pixels": s.pixels,
                "missing": padded - s.pixels,
            }
        given, by_length = s.filled(by_length=False), s.filled(by_length=True)
        return {
            **common,
            "lengths": _listed(list(map(str, s.lengths))),
            "batches": _cut(s.batches(by_length=False)),
            "sorted_batches": _cut(s.batches(by_length=True)),
            "given_sum": _sum(given),
            "given_total": sum(n * length for n, length in given),
            "sorted_sum": _sum(by_length),
            "sorted_total": sum(n * length for n, length in by_length),
            "sorted_padding": s.padding(by_length=True),
            "tokens": s.tokens,
        }

    @staticmethod
    def witness(
        ask: str, sizes: tuple[Size, ...], channels: int, lengths: tuple[int, ...], batch: int, multiple: int
    ) -> object:
        """Return shape or zeros of a real batch of ones, or the zeros in batches of real padded sequences."""
        import torch

        pad = torch.nn.functional.pad
        answer: object
        if ask in ("shape", "zeros"):
            height, width = torch.tensor(sizes).amax(dim=0).tolist()
            images = [pad(torch.ones(channels, h, w), (0, width - w, 0, height - h)) for h, w in sizes]
            stacked = torch.stack(images)
            answer = tuple(stacked.shape) if ask == "shape" else int((stacked == 0).sum())
        else:
            masks = []  # True where there is padding
            for order in (lengths, sorted(lengths)):
                padded = []
                for start in range(0, len(order), batch):
                    sequences = [torch.ones(n) for n in order[start : start + batch]]
                    x = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
                    padded.append(pad(x, (0, -x.shape[1] % multiple)).flatten())
                masks.append(torch.cat(padded) == 0)
            answer = masks[1].double().mean().item() if ask == "share" else int(masks[0].sum() - masks[1].sum())
        return answer


def _listed(words: list[str]) -> str:
    """Write two or more words as a sentence has them: 3x20x54, 3x19x28 and 3x43x37."""
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _cut(batches: list[tuple[int, ...]]) -> str:
    """Write batches as a reader groups them: (3, 5), (8, 9)."""
    return ", ".join(f"({', '.join(map(str, batch))})" for batch in batches)


def _sum(filled: list[tuple[int, int]]) -> str:
    """Write the tokens of batches as a sum of products."""
    return " + ".join(f"{n} * {length}" if n > 1 else str(length) for n, length in filled)
