"""The probability of a cause, given what was observed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

SOURCES = "ABC"
SHARES = (600, 700, 750, 800, 850, 900, 950, 980, 990)  # sensitivities and specificities


@dataclass(frozen=True, slots=True)
class Evidence:
    """Causes, tests and their outcomes; probabilities in thousandths.

    Args:
        asks: "positive", "sources", "tests" or "needed".
        priors: the probability of each cause: ill and healthy, or three sources.
        rates: a row for each test: with what probability each cause makes it positive; 0 where this is asked for.
        outcomes: for each test, whether it was positive.
        asked: index of the cause asked for.
        target: the posterior that the specificity asked for must give, else 0.
    """

    asks: str
    priors: tuple[int, ...]
    rates: tuple[tuple[int, ...], ...]
    outcomes: tuple[bool, ...] = (True,)
    asked: int = 0
    target: int = 0

    @property
    def chances(self) -> list[list[int]]:
        """Return a row for each test: with what probability each cause gives its outcome."""
        return [
            [rate if positive else 1000 - rate for rate in row]
            for row, positive in zip(self.rates, self.outcomes, strict=True)
        ]

    def joint(self, rows: Sequence[Sequence[int]]) -> list[Fraction]:
        """Return the probability of each cause together with outcomes of these chances."""
        scale = 1000 ** (1 + len(rows))
        return [Fraction(prior * prod(row[i] for row in rows), scale) for i, prior in enumerate(self.priors)]

    def after(self, *rows: Sequence[int]) -> Fraction:
        """Return the probability of the cause asked for after outcomes of these chances."""
        joint = self.joint(rows)
        return joint[self.asked] / sum(joint)

    def needed(self, prior: Fraction, sensitivity: Fraction) -> Fraction:
        """Return in percent the specificity with which a positive means ill with the target's probability."""
        positives = prior / (1 - prior) * sensitivity * Fraction(1000 - self.target, self.target)
        return 100 * (1 - positives)


def given(rule: Callable[[Evidence], Fraction], *forms: str) -> Callable[[Evidence], Fraction | None]:
    """Return a mistake for some forms of the question."""
    return lambda e: rule(e) if e.asks in forms else None


class Posterior(Family[Evidence]):
    """The rule of Bayes: weigh each cause by prior times chance, then divide by the sum over all causes."""

    name, version, title = "bayes.posterior", 1, "Posterior probability"
    source = "Bishop (2006), Pattern Recognition and Machine Learning, section 1.2"
    answer = {
        "positive": Real(places=3),
        "sources": Real(places=3),
        "tests": Real(places=3),
        "needed": Real(places=2, unit="%"),
    }
    prompt = {
        "positive": "{prior}% of people are ill. A test has sensitivity {sensitivity}% and specificity "
        "{specificity}%. What is the probability that a person who tests positive is ill, to 3 decimals?",
        "sources": "Annotator A labels {prior_a}% of the data, B {prior_b}% and C {prior_c}%. Of their labels "
        "{rate_a}%, {rate_b}% and {rate_c}% are wrong, in this order. What is the probability that a wrong label "
        "comes from {source}, to 3 decimals?",
        "tests": "{prior}% of people are ill. Test 1 has sensitivity {sensitivity}% and specificity {specificity}%, "
        "test 2 has {sensitivity2}% and {specificity2}%. Test 1 is {outcome}, test 2 is {outcome2}. What is the "
        "probability that the person is ill, to 3 decimals?",
        "needed": "{prior}% of people are ill. A test has sensitivity {sensitivity}%. Which specificity must it "
        "have, in percent to 2 decimals, so that {target}% of those who test positive are ill?",
    }
    _terms = (
        "sensitivity: share of the ill that test positive",
        "specificity: share of the healthy that test negative",
    )
    conventions = {
        "positive": _terms,
        "sources": (),
        "tests": (*_terms, "the tests are independent, given whether one is ill"),
        "needed": _terms,
    }
    _last = "$frac({joint}, {joint} + {others})$ = {answer}"
    steps = {
        "positive": (
            "Ill and positive: ${joint_words} = {joint}$.",
            "Healthy and positive: ${others_words} = {others}$.",
            _last,
        ),
        "sources": (
            "From {source} and wrong: ${joint_words} = {joint}$.",
            "From the others and wrong: ${others_words} = {others}$.",
            _last,
        ),
        "tests": (
            "Ill, with these results: ${joint_words} = {joint}$.",
            "Healthy, with these results: ${others_words} = {others}$.",
            _last,
        ),
        "needed": (
            "Ill and positive: ${joint_words} = {joint}$ of all people.",
            "These are to be {target}% of the positives. The other {missed}% are "
            "${joint} * frac({missed}, {target}) = {allowed}$ of all people.",
            "Of the healthy, {healthy}, that is a share of $frac({allowed}, {healthy}) = {false_positives}$.",
            "The specificity is the rest: $1 - {false_positives}$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 4), 2: Effort(8, 4), 3: Effort(12, 6)}
    mistakes = (
        Mistake(
            "turned round",
            given(lambda e: Fraction(e.rates[0][e.asked], 1000), "positive", "sources"),
            "That is the probability of {observation} given {cause}. The question asks for the reverse, which depends "
            "on how frequent {cause} is.",
        ),
        Mistake(
            "prior ignored",
            given(lambda e: _with_priors(e, (1,) * len(e.priors)), "positive", "sources", "tests"),
            "You left out how frequent the causes are. Each chance is weighted by its prior: ${joint_words} = "
            "{joint}$.",
        ),
        Mistake(
            "specificity for false positives",
            given(lambda e: e.after((e.rates[0][0], 1000 - e.rates[0][1])), "positive"),
            "You used the specificity for the healthy who test positive. They are the rest: ${others_words} = "
            "{others}$.",
        ),
        Mistake(
            "not divided",
            given(lambda e: e.joint(e.chances)[e.asked], "positive", "sources", "tests"),
            "That is the probability of both together. Divide it by the probability of {observation}, {joint} + "
            "{others}.",
        ),
        Mistake(
            "probability of the observation",
            given(lambda e: sum(e.joint(e.chances), Fraction(0)), "positive", "sources"),
            "That is the probability of {observation}. The question asks which part of it comes from {cause}: {joint}.",
        ),
        Mistake(
            "prior itself",
            given(lambda e: Fraction(e.priors[e.asked], 1000), "sources"),
            "That is the share of all labels. Of the wrong ones, those who err more often have a larger share.",
        ),
        Mistake(
            "first test only",
            given(lambda e: e.after(e.chances[0]), "tests"),
            "That is the probability after test 1. It is the prior of test 2.",
        ),
        Mistake(
            "second test only",
            given(lambda e: e.after(e.chances[1]), "tests"),
            "You started again from {prior}% for test 2. Its prior is the probability after test 1.",
        ),
        Mistake(
            "negative read as positive",
            given(lambda e: e.after(*e.rates), "tests"),
            "You took both tests for positive. A negative one has the probability 1 - sensitivity for the ill.",
        ),
        Mistake(
            "mean of two posteriors",
            given(lambda e: (e.after(e.chances[0]) + e.after(e.chances[-1])) / 2, "tests"),
            "You averaged what each test says alone. Chances of independent tests multiply: ${joint_words}$.",
        ),
        Mistake(
            "target as specificity",
            given(lambda e: Fraction(e.target, 10), "needed"),
            "You took the wanted share for the specificity. Specificity is a share of the healthy, {healthy} of all.",
        ),
        Mistake(
            "healthy as frequent as ill",
            given(lambda e: e.needed(Fraction(1, 2), Fraction(e.rates[0][0], 1000)), "needed"),
            "You left out that only {prior}% are ill. The healthy are more, so fewer of them may test positive.",
            teaches="metrics-roc-blind",
        ),
        Mistake(
            "share of false positives",
            given(lambda e: 100 - _needed(e), "needed"),
            "That is the share of the healthy who test positive. The specificity is the share who test negative.",
        ),
        Mistake(
            "all the ill found",
            given(lambda e: e.needed(Fraction(e.priors[0], 1000), Fraction(1)), "needed"),
            "You let all the ill test positive. With sensitivity {sensitivity}% it is ${joint_words} = {joint}$ of "
            "all.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Evidence | None:
        """Level 1: one positive test; level 2: three sources; level 3: two tests, or the specificity needed."""
        if level == 1:
            prior = 10 * draw.integer(1, 30)
            return _fair(Evidence("positive", (prior, 1000 - prior), (_test(draw),)))
        if level == 2:
            priors, rates = draw.parts(20, 3), draw.integers(3, 1, 20)
            return _fair(
                Evidence(
                    "sources",
                    tuple(50 * part for part in priors),
                    (tuple(10 * rate for rate in rates),),
                    asked=draw.integer(0, 2),
                )
            )
        if draw.chance(0.5):
            prior, outcomes = 10 * draw.integer(1, 40), draw.choice(((True, True), (True, False), (False, True)))
            return _fair(Evidence("tests", (prior, 1000 - prior), (_test(draw), _test(draw)), outcomes))
        prior, sensitivity = draw.integer(5, 150), 10 * draw.integer(60, 99)
        e = Evidence(
            "needed", (prior, 1000 - prior), ((sensitivity, 0),), target=draw.choice((500, 600, 750, 800, 900))
        )
        return e if _needed(e) > 60 else None

    def variant(self, e: Evidence) -> str:
        """Return what is asked for."""
        return e.asks

    def formula(self, e: Evidence) -> Fraction:
        """Return prior times chances over the sum of this for all causes, or the specificity that gives the target."""
        return _needed(e) if e.asks == "needed" else e.after(*e.chances)

    def effort(self, e: Evidence) -> Effort:
        """Return complements, products, sums and a quotient."""
        return Effort(*{"positive": (6, 3), "sources": (6, 4), "tests": (11, 5), "needed": (8, 5)}[e.asks])

    def facts(self, e: Evidence) -> Facts:
        """Return percentages, and the probabilities of each cause with what was observed."""
        joint = e.joint(e.chances)
        own = joint.pop(e.asked)
        products = [" * ".join(map(_share, column)) for column in zip(e.priors, *e.chances, strict=True)]
        own_words = products.pop(e.asked)
        facts: Facts = {
            "joint": short(own, 8),
            "others": short(sum(joint, Fraction(0)), 8),
            "joint_words": own_words,
            "others_words": " + ".join(products),
            "observation": "a wrong label"
            if e.asks == "sources"
            else "these results"
            if e.asks == "tests"
            else "a positive test",
            "cause": SOURCES[e.asked] if e.asks == "sources" else "illness",
        }
        if e.asks == "sources":
            names = {f"prior_{name.lower()}": _percent(x) for name, x in zip(SOURCES, e.priors, strict=True)}
            rates = {f"rate_{name.lower()}": _percent(x) for name, x in zip(SOURCES, e.rates[0], strict=True)}
            return {**facts, **names, **rates, "source": SOURCES[e.asked]}
        allowed = own * Fraction(1000 - e.target, e.target) if e.target else Fraction(0)
        return facts | {
            "prior": _percent(e.priors[0]),
            "sensitivity": _percent(e.rates[0][0]),
            "specificity": _percent(1000 - e.rates[0][1]),
            "sensitivity2": _percent(e.rates[-1][0]),
            "specificity2": _percent(1000 - e.rates[-1][1]),
            "outcome": "positive" if e.outcomes[0] else "negative",
            "outcome2": "positive" if e.outcomes[-1] else "negative",
            "healthy": _share(e.priors[1]),
            "target": _percent(e.target),
            "missed": _percent(1000 - e.target),
            "allowed": short(allowed, 8),
            "false_positives": short(1000 * allowed / e.priors[1], 7),
        }

    @staticmethod
    def witness(
        asks: str,
        priors: tuple[int, ...],
        rates: tuple[tuple[int, ...], ...],
        outcomes: tuple[bool, ...],
        asked: int,
        target: int,
    ) -> float:
        """Return the softmax of log prior plus log chances; for the specificity, the same in log odds backwards."""
        import torch

        prior, positive = (torch.tensor(x, dtype=torch.float64) / 1000 for x in (priors, rates))
        if asks == "needed":
            wanted = torch.tensor(target / 1000, dtype=torch.float64)
            gain = torch.logit(wanted) - torch.logit(prior[0])  # log of sensitivity over false-positive rate
            answer = 100 * (1 - torch.exp(torch.log(positive[0, 0]) - gain))
        else:
            seen = torch.tensor(outcomes)[:, None]
            scores = torch.log(prior) + torch.log(torch.where(seen, positive, 1 - positive)).sum(dim=0)
            answer = torch.softmax(scores, dim=0)[asked]
        return answer.item()


def _test(draw: Draw) -> tuple[int, int]:
    """Draw how often a test is positive for the ill and for the healthy."""
    return draw.choice(SHARES), 1000 - draw.choice(SHARES)


def _fair(e: Evidence) -> Evidence | None:
    """Return the evidence if it leaves the cause neither sure nor out of the question."""
    return e if Fraction(2, 100) < e.after(*e.chances) < Fraction(98, 100) else None


def _needed(e: Evidence) -> Fraction:
    """Return the specificity needed, in percent."""
    return e.needed(Fraction(e.priors[0], 1000), Fraction(e.rates[0][0], 1000))


def _with_priors(e: Evidence, priors: Sequence[int]) -> Fraction:
    """Return the posterior for other weights of the causes."""
    weights = [prior * prod(row[i] for row in e.chances) for i, prior in enumerate(priors)]
    return Fraction(weights[e.asked], sum(weights))


def _percent(thousandths: int) -> str:
    """Write a probability in percent, without the sign."""
    return short(Fraction(thousandths, 10))


def _share(thousandths: int) -> str:
    """Write a probability as a decimal."""
    return short(Fraction(thousandths, 1000))
