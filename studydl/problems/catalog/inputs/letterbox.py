"""How an image is scaled and padded to fit a canvas of another shape."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Shape, Vector
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Pair = tuple[int, int]
RATIOS = ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (2, 5), (3, 5), (4, 5), (3, 2), (2, 1))
LARGE = range(192, 1056, 32)
SMALL = (60, 90, 100, 120, 150, 160, 180, 200, 240, 300, 320, 360, 400, 480, 600, 640)


@dataclass(frozen=True, slots=True)
class Fit:
    """An image, the canvas it is fitted to, and a box.

    Args:
        ask: "size" of the scaled image; "rows" or "columns" of padding; "back" or "forward" for the box.
        image: width and height.
        canvas: width and height.
        box: left, top, right and bottom edge, on the canvas ("back") or in the image ("forward"); else empty.
    """

    ask: str
    image: Pair
    canvas: Pair
    box: tuple[int, ...] = ()

    @property
    def axis(self) -> int:
        """Return the axis that is padded: 0 for columns, 1 for rows; the other one is filled."""
        return int(self.canvas[0] * self.image[1] <= self.canvas[1] * self.image[0])

    @property
    def scales(self) -> tuple[Fraction, Fraction]:
        """Return the scales that would fill the width and the height."""
        return Fraction(self.canvas[0], self.image[0]), Fraction(self.canvas[1], self.image[1])

    @property
    def scale(self) -> Fraction:
        """Return the smaller scale, at which the whole image fits."""
        filled = 1 - self.axis
        return Fraction(self.canvas[filled], self.image[filled])

    @property
    def exact(self) -> Fraction:
        """Return the scaled size along the padded axis before rounding."""
        return self.image[self.axis] * self.scale

    @property
    def size(self) -> Pair:
        """Return the scaled width and height."""
        (w, h), (cw, ch) = self.image, self.canvas
        return (cw, (2 * cw * h + w) // (2 * w)) if self.axis else ((2 * ch * w + h) // (2 * h), ch)

    @property
    def free(self) -> Pair:
        """Return the columns and rows of padding, both sides together."""
        width, height = self.size
        return self.canvas[0] - width, self.canvas[1] - height

    @property
    def total(self) -> int:
        """Return the padding of the padded axis."""
        return self.free[self.axis]

    def padding(self, before: int, after: int) -> Value | None:
        """Return padding before and after the image; None where none is asked for or the image is too large."""
        return (before, after) if self.ask in ("rows", "columns") and before >= 0 else None

    def sized(self, width: int, height: int) -> Value | None:
        """Return a size; None where none is asked for."""
        return (width, height) if self.ask == "size" else None

    def carried(
        self, scales: tuple[Fraction, ...] = (), offsets: tuple[int, ...] = (), *, late: bool = False
    ) -> tuple[int | Fraction, ...] | None:
        """Return the box carried over to the canvas or back; None where there is none.

        Args:
            scales: of x and y, if other than the image's.
            offsets: left and top padding, if other than the real ones.
            late: the padding is added or taken off at the wrong moment.
        """
        if not self.box:
            return None
        scales = scales or (self.scale, self.scale)
        offsets = offsets or (self.free[0] // 2, self.free[1] // 2)
        moved: list[int | Fraction] = []
        for x, scale, offset in zip(self.box, scales * 2, offsets * 2, strict=True):
            top, bottom = scale.as_integer_ratio()
            if self.ask == "forward":
                above, below = (x + offset) * top if late else x * top + offset * bottom, bottom
            else:
                above, below = x * bottom - offset * top if late else (x - offset) * bottom, top
            moved.append(Fraction(above, below) if above % below else above // below)
        return tuple(moved)


def halves(total: int) -> Pair:
    """Split padding; the odd pixel comes last."""
    return total // 2, total - total // 2


def covering(p: Fit) -> Pair:
    """Return the size at the larger scale, which covers the canvas, decimals cut off."""
    return int(p.image[0] * max(p.scales)), int(p.image[1] * max(p.scales))


class Letterbox(Family[Fit]):
    """The smaller of the two scales keeps the whole image on the canvas; padding fills what it leaves free."""

    name, version, title = "inputs.letterbox", 1, "Letterboxing an image"
    source = "Ultralytics documentation, reference, ultralytics.data.augment.LetterBox"
    answer = {
        "size": Shape(),
        "rows": Shape(),
        "columns": Shape(),
        "back": Vector(),
        "forward": Vector(),
    }
    _fit = "An image of {w}x{h} pixels is scaled, keeping its aspect ratio, to just fit a canvas of {cw}x{ch}"
    prompt = {
        "size": _fit + ". What size does it get, as (width, height)?",
        "rows": _fit + ", and centered on it. How many rows of padding are above and below it, as (above, below)?",
        "columns": _fit
        + ", and centered on it. How many columns of padding are on its left and right, as (left, right)?",
        "back": _fit + ", and centered on it between padding. A detector finds the box (x1, y1, x2, y2) = ({box}) on "
        "the canvas. What is this box in the original image, as (x1, y1, x2, y2)?",
        "forward": _fit
        + ", and centered on it between padding. A box in the image is (x1, y1, x2, y2) = ({box}). What "
        "is this box on the canvas, as (x1, y1, x2, y2)?",
    }
    _sizes = "sizes are width x height"
    _boxes = (_sizes, "boxes give their edges in pixels from the left and top edge")
    conventions = {
        "size": (_sizes,),
        "rows": (_sizes, "the scaled size is rounded to the nearest pixel", "an odd row goes below"),
        "columns": (_sizes, "the scaled size is rounded to the nearest pixel", "an odd column goes to the right"),
        "back": _boxes,
        "forward": _boxes,
    }
    _scale = "Scale that fits both sides: $min(frac({cw}, {w}), frac({ch}, {h})) = {scale}$, for the {side}."
    steps = {
        "size": (_scale, "Both sides times ${scale}$: {answer}"),
        "rows": (
            _scale,
            "Height of the scaled image: ${h} * {scale} = {exact:.2}$, rounded {new_h}.",
            "Rows left for padding: ${ch} - {new_h} = {total}$.",
            "Half of them above, the rest below: {answer}",
        ),
        "columns": (
            _scale,
            "Width of the scaled image: ${w} * {scale} = {exact:.2}$, rounded {new_w}.",
            "Columns left for padding: ${cw} - {new_w} = {total}$.",
            "Half of them on the left, the rest on the right: {answer}",
        ),
        "back": (
            _scale,
            "The scaled image is {new_w}x{new_h}; padding: ${dx}$ on the left, ${dy}$ above.",
            "Take the padding off: ({shifted}).",
            "Divide by ${scale}$: {answer}",
        ),
        "forward": (
            _scale,
            "The scaled image is {new_w}x{new_h}; padding: ${dx}$ on the left, ${dy}$ above.",
            "Multiply the box by ${scale}$: ({scaled}).",
            "Add the padding: {answer}",
        ),
    }
    limits = {1: Effort(5, 4), 2: Effort(8, 4), 3: Effort(15, 4)}
    mistakes = (
        Mistake(
            "larger scale",
            lambda p: p.sized(*covering(p)) if p.ask == "size" else None,
            "You took the larger scale, and the image sticks out of the canvas. The smaller one, {scale}, fits both "
            "sides.",
            teaches="size-letterbox",
        ),
        Mistake(
            "squashed",
            lambda p: p.sized(*p.canvas),
            "You filled the canvas, which changes the aspect ratio. Both sides get the same scale, {scale}.",
            teaches="size-letterbox",
        ),
        Mistake(
            "one side scaled",
            lambda p: p.sized(*(p.canvas[i] if i != p.axis else p.image[i] for i in (0, 1))),
            "You scaled the {side} only. To keep the aspect ratio the other side gets the same scale, {scale}.",
            teaches="size-letterbox",
        ),
        Mistake(
            "width and height exchanged",
            lambda p: p.sized(p.size[1], p.size[0]),
            "You exchanged width and height. The width comes first: {new_w}.",
        ),
        Mistake(
            "all padding on one side",
            lambda p: p.padding(0, p.total),
            "You put all the padding on one side. The image is centered: each side gets half of {total}.",
        ),
        Mistake(
            "not halved",
            lambda p: p.padding(p.total, p.total),
            "You gave each side all the padding. {total} is what both sides have together.",
        ),
        Mistake(
            "odd pixel first",
            lambda p: p.padding(*reversed(halves(p.total))),
            "You put the odd pixel of padding first. Here it comes last, {below}.",
            convention="an odd",
        ),
        Mistake(
            "scaled size cut off",
            lambda p: p.padding(*halves(p.canvas[p.axis] - int(p.exact))),
            "You cut the decimals of the scaled size off. {exact:.2} rounds to {rounded}.",
            convention="rounded to the nearest pixel",
        ),
        Mistake(
            "image not scaled",
            lambda p: p.padding(*halves(p.canvas[p.axis] - p.image[p.axis])),
            "You padded the original image. It is scaled by {scale} first, which leaves {total} pixels free.",
            teaches="size-letterbox",
        ),
        Mistake(
            "padding ignored",
            lambda p: p.carried(offsets=(0, 0)),
            "You left the padding out. The image starts at ({dx}, {dy}) on the canvas.",
            teaches="size-box",
        ),
        Mistake(
            "padding at the wrong moment",
            lambda p: p.carried(late=True),
            "The padding is measured on the canvas: {moment}.",
            teaches="size-box",
        ),
        Mistake(
            "both sides of the padding",
            lambda p: p.carried(offsets=p.free),
            "You used the padding of both sides, {total} pixels. Only half of it lies before the image.",
        ),
        Mistake(
            "padding on the other axis",
            lambda p: p.carried(offsets=(p.free[1] // 2, p.free[0] // 2)),
            "You moved the wrong axis. The {side} is filled, so the padding is {where}.",
        ),
        Mistake(
            "an own scale for each axis",
            lambda p: p.carried(scales=p.scales, offsets=(0, 0)),
            "You stretched the image over the whole canvas. Both axes have the same scale, {scale}, and one is padded.",
            teaches="size-letterbox",
        ),
        Mistake(
            "scale the wrong way",
            lambda p: p.carried(scales=(1 / p.scale, 1 / p.scale)),
            "You went the wrong way. From the image to the canvas lengths are multiplied by {scale}, back they are "
            "divided by it.",
            teaches="size-box",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Fit | None:
        """Level 1: exact sizes on a square; level 2: rounding and padding; level 3: boxes, there or back."""
        if level == 2:
            return _uneven(draw)
        top, bottom = draw.choice(RATIOS)
        canvas_sides = [side for side in (SMALL if level == 1 else LARGE) if side % top == 0]
        width = draw.choice(canvas_sides)
        canvas = (width, width) if level == 1 or draw.chance(0.5) else (width, draw.choice(LARGE))
        # The width is filled. The height takes an even part of the canvas's, so that the padding can be halved.
        even = 2 * top if top % 2 else top
        part = even // top * draw.integer(canvas[1] // (4 * even), (canvas[1] - 8) // even)
        image = (canvas[0] * bottom // top, part * bottom)
        if draw.chance(0.5):
            image, canvas = (image[1], image[0]), (canvas[1], canvas[0])
        if level == 1:
            return Fit("size", image, canvas)
        steps = [side // bottom for side in image]  # edges at multiples of this have whole positions on the canvas
        starts = [draw.integer(1, n * 2 // 3) for n in steps]
        ends = [start + draw.integer(1, n - start) for start, n in zip(starts, steps, strict=True)]
        box = tuple(bottom * step for step in (*starts, *ends))
        return Fit("forward", image, canvas, box) if draw.chance(0.4) else _returned(Fit("forward", image, canvas, box))

    def variant(self, p: Fit) -> str:
        """Return what is asked for."""
        return p.ask

    def formula(self, p: Fit) -> Value:
        """Return the size at the smaller scale, half of what it leaves free, or the box moved and scaled."""
        answer = p.carried() or p.padding(*halves(p.total)) or p.sized(*p.size)
        assert answer is not None
        return answer

    def effort(self, p: Fit) -> Effort:
        """Return two quotients to compare, the scaled size, the padding, and four edges to carry over."""
        operations = {"size": 4, "rows": 7, "columns": 7}.get(p.ask, 13)
        return Effort(operations, len(str(max(*p.image, *p.canvas))))

    def facts(self, p: Fit) -> Facts:
        """Return sizes, scale and padding, and the box on the way."""
        dx, dy = p.free[0] // 2, p.free[1] // 2
        moved = [int(x - (dx, dy)[i % 2]) for i, x in enumerate(p.box)]
        scaled = [int(x * p.scale) for x in p.box]
        return {
            "w": p.image[0],
            "h": p.image[1],
            "cw": p.canvas[0],
            "ch": p.canvas[1],
            "scale": p.scale,
            "side": ("height", "width")[p.axis],
            "new_w": p.size[0],
            "new_h": p.size[1],
            "exact": p.exact,
            "rounded": p.size[p.axis],
            "total": p.total,
            "dx": dx,
            "dy": dy,
            "shifted": ", ".join(map(str, moved)),
            "scaled": ", ".join(map(str, scaled)),
            "below": ("on the right", "below")[p.axis],
            "where": ("left and right", "above and below")[p.axis],
            "moment": "take it off before dividing by the scale" if p.ask == "back" else "add it after the scaling",
        }

    @staticmethod
    def witness(ask: str, image: Pair, canvas: Pair, box: tuple[int, ...]) -> object:
        """Return what a real letterbox of the coordinates shows: where each edge of a pixel comes to lie."""
        import torch

        interpolate, pad = torch.nn.functional.interpolate, torch.nn.functional.pad
        (w, h), (cw, ch) = image, canvas
        # The image fills the width or the height; the best other side is found by trying them all.
        heights = (torch.arange(1, ch + 1) * w - cw * h).abs()
        widths = (torch.arange(1, cw + 1) * h - ch * w).abs()
        wide, tall = (cw, int(heights.argmin()) + 1), (int(widths.argmin()) + 1, ch)
        size = wide if heights.min() < widths.min() else tall
        axes = []
        for before, after, room in zip(image, size, canvas, strict=True):
            edges = torch.arange(before + 1, dtype=torch.float64)[None, None]
            scaled = interpolate(edges, after + 1, mode="linear", align_corners=True)[0, 0]
            first = (room - after) // 2
            axes.append(pad(scaled, (first, room - after - first), value=torch.nan))
        ends = [axis.isfinite().nonzero()[[0, -1], 0].tolist() for axis in axes]  # of the columns, of the rows
        if ask == "back":
            answer = [axes[i % 2][edge] for i, edge in enumerate(box)]
        elif ask == "forward":
            answer = [(axes[i % 2] - edge).abs().nan_to_num(torch.inf).argmin() for i, edge in enumerate(box)]
        elif ask == "size":
            answer = [last - first for first, last in ends]
        elif ask == "rows":
            answer = [ends[1][0], ch - ends[1][1]]
        else:
            answer = [ends[0][0], cw - ends[0][1]]
        return tuple(round(float(x)) for x in answer)


def _uneven(draw: Draw) -> Fit | None:
    """Draw an image whose scaled size is rounded."""
    long, square = draw.integer(300, 1920), 32 * draw.integer(7, 32)
    image = (long, long * 100 // draw.integer(105, 250))
    canvas = (square, square if draw.chance(0.6) else 32 * draw.integer(7, 32))
    if draw.chance(0.5):
        image = (image[1], image[0])
    axis = Fit("rows", image, canvas).axis
    p = Fit(("columns", "rows")[axis], image, canvas)
    rest, half = p.exact % 1, Fraction(1, 2)
    plain = rest < half and p.total % 2 == 0  # neither rounding nor an odd pixel matters
    if abs(rest - half) < Fraction(1, 100) or p.total < 8 or (plain and draw.chance(0.7)):
        return None
    return p


def _returned(p: Fit) -> Fit:
    """Return the question the other way round: its box on the canvas is given."""
    return Fit("back", p.image, p.canvas, tuple(int(x) for x in p.carried() or ()))
