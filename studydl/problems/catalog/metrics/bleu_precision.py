"""The clipped n-gram precision of BLEU: of words, of pairs, and of both together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, sqrt

Grams = Counter[str]
References = tuple[str, ...]
Rule = Callable[[Grams, References, int], Fraction]

ANIMALS = ("cat", "dog", "bird", "fox", "cow", "horse", "mouse")
VERBS = ("sat", "slept", "lay", "stood", "ate", "played")
WHERE = ("on", "under", "near", "behind")
PLACES = ("mat", "chair", "tree", "wall", "bed", "house", "table")

CLIPPED = "an n-gram counts at most as often as in the reference"
CLIPPED_BY_ONE = "an n-gram counts at most as often as in the reference that has it most often"


@dataclass(frozen=True, slots=True)
class Translation:
    """A candidate translation and what it is compared with.

    Args:
        candidate: its words, with blanks between.
        references: one reference or two.
        orders: lengths of the n-grams: (1,), (2,), or (1, 2) for the geometric mean of both.
    """

    candidate: str
    references: References
    orders: tuple[int, ...]

    def by(self, rule: Rule) -> Number:
        """Return what a rule gives for the n-grams of the candidate, or its geometric mean over both lengths."""
        shares = [rule(grams(self.candidate, n), self.references, n) for n in self.orders]
        return shares[0] if len(shares) == 1 else sqrt(shares[0] * shares[1])

    def if_two(self, rule: Rule) -> Number | None:
        """Return what a rule gives where there are two references."""
        return self.by(rule) if len(self.references) == 2 else None

    def only(self, order: int) -> Fraction:
        """Return the clipped precision of n-grams of one length."""
        return clipped(grams(self.candidate, order), self.references, order)


# Every mistake counts the same few sentences again.
@lru_cache(maxsize=64)
def grams(sentence: str, order: int) -> Grams:
    """Return how often each n-gram occurs in a sentence."""
    words = sentence.split()
    return Counter([" ".join(words[i : i + order]) for i in range(len(words) - order + 1)])


@lru_cache(maxsize=16)
def limits(references: References, order: int) -> Grams:
    """Return the largest count of each n-gram in one reference."""
    return grams(references[0], order) | grams(references[-1], order)


def clipped(found: Grams, references: References, order: int) -> Fraction:
    """Return the share of n-grams that count, each at most as often as in one reference."""
    most = limits(references, order)
    return Fraction(sum([min(n, most[gram]) for gram, n in found.items()]), found.total())


def unclipped(found: Grams, references: References, order: int) -> Fraction:
    """Return the share of n-grams that occur in a reference at all."""
    most = limits(references, order)
    return Fraction(sum([n for gram, n in found.items() if most[gram]]), found.total())


def once(found: Grams, references: References, order: int) -> Fraction:
    """Return the share of n-grams that count if each counts once."""
    most = limits(references, order)
    return Fraction(sum([most[gram] > 0 for gram in found]), found.total())


def recall(found: Grams, references: References, order: int) -> Fraction:
    """Return the n-grams that count as a part of those of the first reference."""
    return clipped(found, references, order) * found.total() / grams(references[0], order).total()


def pooled(found: Grams, references: References, order: int) -> Fraction:
    """Return the share of n-grams that count, each at most as often as in all references together."""
    every = grams(references[0], order) + grams(references[-1], order)
    return Fraction((found & every).total(), found.total())


def first_only(found: Grams, references: References, order: int) -> Fraction:
    """Return the share of n-grams that count by the first reference alone."""
    return clipped(found, references[:1], order)


def of_words(found: Grams, references: References, order: int) -> Fraction:
    """Return the pairs that count as a part of the words, which are one more."""
    return clipped(found, references, order) * found.total() / (found.total() + 1)


class BleuPrecision(Family[Translation]):
    """Clipped precision: repeating a word of the reference earns nothing once the reference has used it up."""

    name, version, title = "metrics.bleu-precision", 1, "Clipped n-gram precision of BLEU"
    source = "Papineni, Roukos, Ward and Zhu (2002), BLEU: a method for automatic evaluation, section 2.1"
    answer = Real(places=3)
    prompt = {
        "words": "The candidate translation is {candidate}, the reference is {first}. What is the clipped (modified) "
        "unigram precision of BLEU, to 3 decimals?",
        "pairs": "The candidate translation is {candidate}, the reference is {first}. What is the clipped (modified) "
        "bigram precision of BLEU, to 3 decimals?",
        "words, two references": "The candidate translation is {candidate}; the references are {first} and {second}. "
        "What is the clipped (modified) unigram precision of BLEU, to 3 decimals?",
        "both": "The candidate translation is {candidate}; the references are {first} and {second}. What is the "
        "geometric mean of the clipped (modified) unigram and bigram precisions of BLEU, to 3 decimals?",
    }
    conventions = {
        "words": (CLIPPED,),
        "pairs": (CLIPPED,),
        "words, two references": (CLIPPED_BY_ONE,),
        "both": (CLIPPED_BY_ONE, "no brevity penalty"),
    }
    steps = {
        "words": (
            "Each word's count in the candidate and in the reference; the smaller one counts: {words}.",
            "The sum is {matches1}, of {total1} words: {answer}",
        ),
        "pairs": (
            "Each bigram's count in the candidate and in the reference; the smaller one counts: {pairs}.",
            "The sum is {matches2}, of {total2} bigrams: {answer}",
        ),
        "words, two references": (
            "Each word's count in the candidate, and the larger one of its counts in the references; the smaller of "
            "the two counts: {words}.",
            "The sum is {matches1}, of {total1} words: {answer}",
        ),
        "both": (
            "Each word's count in the candidate, and the larger one of its counts in the references; the smaller of "
            "the two counts: {words}. The sum is {matches1}, of {total1} words.",
            "The same with bigrams: {pairs}. The sum is {matches2}, of {total2} bigrams.",
            "$sqrt(frac({matches1}, {total1}) * frac({matches2}, {total2}))$ = {answer}",
        ),
    }
    trivial = (0, 1)
    limits = {1: Effort(24, 1), 2: Effort(36, 1), 3: Effort(68, 2)}
    mistakes = (
        Mistake(
            "not clipped",
            lambda t: t.by(unclipped),
            "You counted every n-gram of the candidate that occurs in a reference. Each counts only as often as it "
            "does there: {capped}.",
        ),
        Mistake(
            "each n-gram once",
            lambda t: t.by(once),
            "You counted each different n-gram once. One that occurs twice in both candidate and reference counts "
            "twice.",
        ),
        Mistake(
            "recall",
            lambda t: t.by(recall),
            "You divided by the n-grams of the reference, as recall does. Precision divides by those of the candidate.",
        ),
        Mistake(
            "references added up",
            lambda t: t.if_two(pooled),
            "You added the counts of both references. The limit is the larger count in one of them.",
        ),
        Mistake(
            "first reference only",
            lambda t: t.if_two(first_only),
            "You used the first reference alone. An n-gram also counts if only the second one has it.",
        ),
        Mistake(
            "words for bigrams",
            lambda t: t.only(1) if t.orders == (2,) else None,
            "That is the precision of single words. A bigram is two words side by side; there are {total2}.",
        ),
        Mistake(
            "divided by the words",
            lambda t: t.by(of_words) if t.orders == (2,) else None,
            "You divided by the {total1} words. They make {total2} bigrams.",
        ),
        Mistake(
            "arithmetic mean",
            lambda t: (t.only(1) + t.only(2)) / 2 if len(t.orders) == 2 else None,
            "You took the arithmetic mean. The geometric mean is the root of the product: "
            "$sqrt(frac({matches1}, {total1}) * frac({matches2}, {total2}))$.",
        ),
        Mistake(
            "root forgotten",
            lambda t: t.only(1) * t.only(2) if len(t.orders) == 2 else None,
            "That is the product of the two precisions. Their geometric mean is its square root.",
        ),
        Mistake(
            "unigrams only",
            lambda t: t.only(1) if len(t.orders) == 2 else None,
            "That is the unigram precision alone. The mean is taken with the bigram precision, {matches2} of {total2}.",
        ),
        Mistake(
            "bigrams only",
            lambda t: t.only(2) if len(t.orders) == 2 else None,
            "That is the bigram precision alone. The mean is taken with the unigram precision, {matches1} of {total1}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Translation | None:
        """Level 1: words; level 2: bigrams, or words of two references; level 3: both, two references."""
        animal, verb, where, place = (draw.choice(words) for words in (ANIMALS, VERBS, WHERE, PLACES))
        first = f"the {animal} {verb} {where} the {place}"
        second = draw.choice(
            (
                f"there is a {animal} {where} the {place}",
                f"a {animal} {verb} there {where} the {place}",
                f"{where} the {place} {verb} a {animal}",
                f"a {animal} was {where} that {place}",
            )
        )
        two = level == 3 or (level == 2 and draw.chance(0.4))
        orders = {1: (1,), 2: (1,) if two else (2,), 3: (1, 2)}[level]
        return Translation(_candidate(draw, first, second if two else first), (first, second)[: 1 + two], orders)

    def variant(self, t: Translation) -> str:
        """Return both, pairs, or words of one or two references."""
        if len(t.orders) == 2:
            return "both"
        return "pairs" if t.orders == (2,) else "words" if len(t.references) == 1 else "words, two references"

    def formula(self, t: Translation) -> Number:
        """Return the clipped precision, or the geometric mean of two."""
        return t.by(clipped)

    def effort(self, t: Translation) -> Effort:
        """Return counting each n-gram in the candidate and the references, the sums and quotients, and a root."""
        words = len(t.candidate.split())
        operations = sum((words + 1 - n) * (1 + len(t.references)) + 2 * n for n in t.orders)
        return Effort(operations + (4 if len(t.orders) == 2 else 0), 2 if len(t.orders) == 2 else 1)

    def facts(self, t: Translation) -> Facts:
        """Return the sentences in quotes, and how often each n-gram occurs and counts."""
        words, pairs = grams(t.candidate, 1), grams(t.candidate, 2)
        most, most_pairs = limits(t.references, 1), limits(t.references, 2)
        found, most_found = (words, most) if t.orders[0] == 1 else (pairs, most_pairs)
        capped = [f'"{gram}" {most_found[gram]} of {n}' for gram, n in found.items() if n > most_found[gram] > 0]
        return {
            "candidate": f'"{t.candidate}"',
            "first": f'"{t.references[0]}"',
            "second": f'"{t.references[-1]}"',
            "words": _minima(words, most),
            "pairs": _minima(pairs, most_pairs),
            "capped": ", ".join(capped),
            "matches1": (words & most).total(),
            "total1": words.total(),
            "matches2": (pairs & most_pairs).total(),
            "total2": pairs.total(),
        }

    @staticmethod
    def witness(candidate: str, references: tuple[str, ...], orders: tuple[int, ...]) -> float:
        """Return the geometric mean of precisions counted with bincount, each n-gram written as one number."""
        import torch

        sentences = [text.split() for text in (candidate, *references)]
        words = sorted({word for sentence in sentences for word in sentence})
        coded = [torch.tensor([words.index(word) for word in sentence]) for sentence in sentences]
        precisions = []
        for n in orders:
            place = len(words) ** torch.arange(n)
            counts = [torch.bincount(ids.unfold(0, n, 1) @ place, minlength=len(words) ** n) for ids in coded]
            allowed = torch.stack(counts[1:]).amax(dim=0)
            precisions.append(torch.minimum(counts[0], allowed).sum().double() / counts[0].sum())
        return torch.stack(precisions).log().mean().exp().item()


def _candidate(draw: Draw, first: str, second: str) -> str:
    """Return the first reference with some words twice, and perhaps others from the second one or from nowhere."""
    words = first.split()
    for _ in range(draw.choice((1, 1, 2))):
        place = draw.integer(0, len(words))
        words[place:place] = draw.choice((["the"], [words[1]], words[:2], words[-2:]))
    if second != first and draw.chance(0.7):
        words[draw.integer(0, len(words) - 1)] = draw.choice(second.split())
    for pool in draw.sample((ANIMALS, VERBS, PLACES, WHERE), draw.choice((0, 1, 1, 2))):
        words = [draw.choice(pool) if word in pool else word for word in words]
    return " ".join(words)


def _minima(found: Grams, most: Grams) -> str:
    """Write for each n-gram the smaller of its two counts."""
    return ", ".join(f'"{gram}" min({n}, {most[gram]}) = {min(n, most[gram])}' for gram, n in found.items())
