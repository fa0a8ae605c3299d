"""Overlap of two boxes: intersection over union, the Dice coefficient, and how far a box is off."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from studydl.answers.kinds import Integer, Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Box = tuple[int, int, int, int]

# What the four numbers of each box are, form by form, and how they are misread.
LAYOUTS = {
    "corners": ("corners", "corners"),
    "sizes": ("sizes", "sizes"),
    "dice": ("sizes", "sizes"),
    "mixed": ("corners", "centers"),
    "shift": ("sizes", "sizes"),
}
MISREAD = {"corners": ("sizes", "sizes"), "sizes": ("corners", "corners"), "mixed": ("corners", "sizes")}

CORNERS = "(left, top, right, bottom), with width = right - left"
SIZES = "(left, top, width, height)"
CENTERS = "(center x, center y, width, height)"
EDGES = "As (left, top, right, bottom) the boxes are {corners1} and {corners2}."
SHARED = "They share x from {left} to {right} and y from {top} to {bottom}: ${w} * {h} = {shared}$ pixels."
AREAS = "The boxes have ${w1} * {h1} = {area1}$ and ${w2} * {h2} = {area2}$ pixels."
IOU = (
    SHARED,
    AREAS,
    "Together they cover ${area1} + {area2} - {shared} = {union}$, the shared pixels counted once.",
    "IoU: {shared} of {union} pixels, {answer}",
)


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes in whole pixels and what is asked about them.

    Args:
        boxes: two overlapping boxes; the same one twice where its shift is asked for.
        form: a name in `LAYOUTS`; "dice" asks for Dice, "shift" for a position, all others for IoU.
        target: where the position is asked for, the IoU as (above, below) in lowest terms.
    """

    boxes: tuple[Box, Box]
    form: str
    target: tuple[int, ...] = ()

    def corners(self, layouts: tuple[str, str]) -> tuple[Box, Box]:
        """Return the boxes by their corners, their numbers read in two layouts."""
        return as_corners(self.boxes[0], layouts[0]), as_corners(self.boxes[1], layouts[1])

    @property
    def areas(self) -> tuple[int, int, int]:
        """Return how many pixels are shared, and how many each box has."""
        return areas(*self.corners(LAYOUTS[self.form]))

    @property
    def shift(self) -> int:
        """Return the width times (1 - IoU) / (1 + IoU); 0 where that is not asked for."""
        above, below = self.target or (1, 1)
        return self.boxes[0][2] * (below - above) // (below + above)

    def moved(self, above: int, below: int, side: int = 2) -> Fraction | None:
        """Return where the box begins if it is shifted by a part of a side; None where that is not asked for."""
        return self.boxes[0][0] + Fraction(self.boxes[0][side] * above, below) if self.target else None


def as_corners(box: Box, layout: str) -> Box:
    """Return a box as (left, top, right, bottom)."""
    a, b, c, d = box
    if layout == "corners":
        return box
    return (a, b, a + c, b + d) if layout == "sizes" else (a - c // 2, b - d // 2, a + c // 2, b + d // 2)


def common(first: Box, second: Box) -> Box:
    """Return the corners of what two boxes share."""
    return max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3])


def areas(first: Box, second: Box, rim: int = 0) -> tuple[int, int, int]:
    """Return the pixels two boxes share and those of each; rim 1 counts the last row and column as well."""
    boxes = (common(first, second), first, second)
    shared, one, two = (max(0, box[2] - box[0] + rim) * max(0, box[3] - box[1] + rim) for box in boxes)
    return shared, one, two


def iou(shared: int, first: int, second: int) -> Fraction:
    """Return the shared pixels as a part of the union."""
    return Fraction(shared, first + second - shared)


def dice(shared: int, first: int, second: int) -> Fraction:
    """Return twice the shared pixels as a part of both boxes."""
    return Fraction(2 * shared, first + second)


def misread(p: Boxes, form: str) -> Fraction | None:
    """Return the IoU with the numbers read in the wrong layout; None in another form, or where no box results."""
    if p.form != form:
        return None
    shared, first, second = areas(*p.corners(MISREAD[form]))
    return iou(shared, first, second) if first and second else None


class IouDice(Family[Boxes]):
    """IoU divides the shared pixels by those of either box; Dice divides them by the mean size of the boxes."""

    name, version, title = "metrics.iou-dice", 1, "IoU and Dice of boxes"
    source = (
        "Everingham et al. (2010), The Pascal Visual Object Classes challenge, section 4.2; Dice (1945), Measures of "
        "the amount of ecologic association between species"
    )
    answer = {
        "corners": Real(places=3),
        "sizes": Real(places=3),
        "dice": Real(places=3),
        "mixed": Real(places=3),
        "shift": Integer(),
    }
    prompt = {
        "corners": "Two boxes are {first} and {second}, in pixels. What is their IoU, to 3 decimals?",
        "sizes": "Two boxes are {first} and {second}, in pixels. What is their IoU, to 3 decimals?",
        "dice": "Two boxes are {first} and {second}, in pixels. What is their Dice coefficient, to 3 decimals?",
        "mixed": "The true box has the corners {first}, the predicted one the center and size {second}, in pixels. "
        "What is their IoU, to 3 decimals?",
        "shift": "The true box is {first}, in pixels. The predicted box has the same size and the same top edge, but "
        "it lies further to the right, and their IoU is {p}/{q}. At which x does the predicted box begin?",
    }
    conventions = {
        "corners": (f"boxes: {CORNERS}",),
        "sizes": (f"boxes: {SIZES}",),
        "dice": (f"boxes: {SIZES}",),
        "mixed": (f"corners: {CORNERS}", f"center and size: {CENTERS}"),
        "shift": (f"boxes: {SIZES}", "IoU: what both share, over what either covers"),
    }
    steps = {
        "corners": IOU,
        "sizes": (EDGES, *IOU),
        "dice": (
            EDGES,
            SHARED,
            AREAS,
            "Twice the shared over both: $frac(2 * {shared}, {area1} + {area2})$ = {answer}",
        ),
        "mixed": (EDGES, *IOU),
        "shift": (
            "Shifted by d, the boxes share {w1} - d columns and cover {w1} + d. The height cancels.",
            "$frac({w1} - d, {w1} + d) = frac({p}, {q})$, so ${q} * ({w1} - d) = {p} * ({w1} + d)$.",
            "$d = frac({q} - {p}, {q} + {p}) * {w1} = {shift}$",
            "It begins at {left} + {shift} = {answer}",
        ),
    }
    limits = {1: Effort(10, 2), 2: Effort(14, 4), 3: Effort(18, 4)}
    mistakes = (
        Mistake(
            "overlap counted twice",
            lambda p: None if p.target else dice(*p.areas) / 2,
            "You divided by {area1} + {area2}, which counts the {shared} shared pixels twice. {rule}",
        ),
        Mistake(
            "Dice for IoU",
            lambda p: dice(*p.areas) if p.form in MISREAD else None,
            "That is the Dice coefficient. {rule}",
        ),
        Mistake(
            "IoU for Dice",
            lambda p: iou(*p.areas) if p.form == "dice" else None,
            "That is the IoU. {rule}",
        ),
        Mistake(
            "share of one box",
            lambda p: None if p.target else Fraction(p.areas[0], p.areas[1]),
            "You divided by the {area1} pixels of the first box alone. {rule}",
        ),
        Mistake(
            "sizes read as corners",
            lambda p: misread(p, "sizes"),
            "You took the last two numbers for the right and the bottom edge. They are width and height: the corners "
            "are {corners1} and {corners2}.",
            convention=SIZES,
        ),
        Mistake(
            "corners read as sizes",
            lambda p: misread(p, "corners"),
            "You took the last two numbers for width and height. They are the right and the bottom edge: the boxes are "
            "{w1} x {h1} and {w2} x {h2} pixels.",
            convention="(left, top, right, bottom)",
        ),
        Mistake(
            "center read as corner",
            lambda p: misread(p, "mixed"),
            "You took the center for the top left corner. Half the width and half the height lie before it: "
            "{corners2}.",
            convention=CENTERS,
        ),
        Mistake(
            "last pixel counted as well",
            lambda p: iou(*areas(*p.boxes, rim=1)) if p.form == "corners" else None,
            "You counted a pixel more in each direction, as VOC once did. Here the width is right - left: {w1} and "
            "{w2}.",
            convention="width = right - left",
        ),
        Mistake(
            "shift for position",
            lambda p: p.shift or None,
            "That is how far the box is shifted. It begins that much right of {left}.",
        ),
        Mistake(
            "shared part of the box",
            lambda p: p.moved(p.target[1] - p.target[0], p.target[1]) if p.target else None,
            "You took {p}/{q} of the box as shared. It is a part of the union, which grows with the shift.",
        ),
        Mistake(
            "overlap for shift",
            lambda p: p.moved(2 * p.target[0], sum(p.target)) if p.target else None,
            "You moved the box by the columns it shares. It moves by the rest of its width, {shift} of {w1}.",
        ),
        Mistake(
            "IoU of the width",
            lambda p: p.moved(*p.target) if p.target else None,
            "You moved the box by {p}/{q} of its width. The further it moves, the less is shared: it moves by {shift}.",
        ),
        Mistake(
            "height for width",
            lambda p: p.moved(p.target[1] - p.target[0], sum(p.target), side=3) if p.target else None,
            "You worked with the height, {h1}. The box moves to the right, so its width of {w1} counts.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Boxes | None:
        """Level 1: corners; level 2: corner and size, IoU or Dice; level 3: two layouts, or a position from an IoU."""
        if level == 1:
            return _partly(draw, "corners", 1)
        if level == 2 or draw.chance(0.6):
            return _partly(draw, draw.choice(("sizes", "sizes", "dice")) if level == 2 else "mixed", 2)
        below = draw.integer(2, 9)
        above = draw.choice([n for n in range(1, below) if gcd(n, below) == 1])
        unit = above + below  # the width must be a multiple of it
        width = unit * draw.integer(-(-12 // unit), 48 // unit)
        box = (draw.integer(3, 40), draw.integer(3, 40), width, draw.integer(6, 40))
        return Boxes((box, box), "shift", (above, below))

    def variant(self, p: Boxes) -> str:
        """Return the form."""
        return p.form

    def formula(self, p: Boxes) -> Fraction | int:
        """Return the measure from the three areas, or the left edge that follows from the IoU."""
        if p.target:
            return p.boxes[0][0] + p.shift
        return dice(*p.areas) if p.form == "dice" else iou(*p.areas)

    def effort(self, p: Boxes) -> Effort:
        """Return reading the boxes, edges and products of the three areas, a sum and a quotient."""
        return Effort({"corners": 9, "sizes": 13, "dice": 13}.get(p.form, 17), 2 if p.form == "corners" else 4)

    def facts(self, p: Boxes) -> Facts:
        """Return the boxes as given and by their corners, what they share, and the three areas."""
        first, second = p.corners(LAYOUTS[p.form])
        left, top, right, bottom = common(first, second)
        shared, area1, area2 = p.areas
        return {
            "first": str(p.boxes[0]),
            "second": str(p.boxes[1]),
            "corners1": str(first),
            "corners2": str(second),
            "left": left,
            "right": right,
            "top": top,
            "bottom": bottom,
            "w": right - left,
            "h": bottom - top,
            "w1": first[2] - first[0],
            "h1": first[3] - first[1],
            "w2": second[2] - second[0],
            "h2": second[3] - second[1],
            "shared": shared,
            "area1": area1,
            "area2": area2,
            "union": area1 + area2 - shared,
            "rule": "Dice divides twice the shared pixels by those of both boxes together."
            if p.form == "dice"
            else "IoU divides the shared pixels by those of the union, each counted once.",
            "p": p.target[0] if p.target else "",
            "q": p.target[1] if p.target else "",
            "shift": p.shift,
        }

    @staticmethod
    def witness(boxes: tuple[Box, Box], form: str, target: tuple[int, ...]) -> float | int:
        """Return the measure of two boxes painted pixel by pixel, or the first position with the IoU asked for."""
        import torch

        masks = torch.zeros(2, 96, 144, dtype=torch.bool)
        for mask, (x, y, a, b) in zip(masks, boxes, strict=True):
            if form == "corners" or (form == "mixed" and not masks.any()):
                mask[y:b, x:a] = True
            elif form == "mixed":
                mask[y - b // 2 : y + b // 2, x - a // 2 : x + a // 2] = True
            else:
                mask[y : y + b, x : x + a] = True
        first, second = masks
        while target and (first & second).sum() * target[1] > target[0] * (first | second).sum():
            second = second.roll(1, dims=1)
        left: int = second.any(dim=0).int().argmax().item()
        shared = (first & second).sum().item()
        score: float = 2 * shared / masks.sum().item() if form == "dice" else shared / (first | second).sum().item()
        return left if target else score


def _partly(draw: Draw, form: str, step: int) -> Boxes | None:
    """Draw two boxes of which each covers a part of the other; a step of 2 makes them large, with even sides."""
    shapes = []
    for layout in LAYOUTS[form]:
        width, height = step * draw.integer(3, 8 * step), step * draw.integer(3, 8 * step)
        left, top = draw.integer(0, 6 * step * step), draw.integer(0, 6 * step * step)
        as_given = {
            "corners": (left, top, left + width, top + height),
            "sizes": (left, top, width, height),
            "centers": (left + width // 2, top + height // 2, width, height),
        }
        shapes.append(as_given[layout])
    p = Boxes((shapes[0], shapes[1]), form)
    corners = p.corners(LAYOUTS[form])
    left, top, right, bottom = common(*corners)
    return p if min(right - left, bottom - top) >= 2 and (left, top, right, bottom) not in corners else None
