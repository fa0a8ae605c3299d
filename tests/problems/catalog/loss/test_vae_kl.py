from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from studydl.problems.catalog.loss.vae_kl import Encoded, VaeKl
from studydl.problems.model import Problem

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(5)  # exact for the averages of polynomials over N(0, 1)


def average_log_ratio(mean: float, std: float) -> float:
    """Average ln q - ln p over q, which is the divergence."""
    x = mean + std * NODES
    return float(WEIGHTS @ (norm.logpdf(x, mean, std) - norm.logpdf(x)) / WEIGHTS.sum())


def test_the_loss_agrees_with_quadrature_of_the_densities_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.vae-kl"):
        p: dict[str, Any] = problem.params
        spreads = np.array(p["spreads"]) / 10
        stds = spreads if p["form"] == "sigma" else np.exp(spreads / 2)
        divergences = [average_log_ratio(m / 10, s) for m, s in zip(p["means"], stds, strict=True)]
        error = ((np.array(p["x"]) - np.array(p["y"])) ** 2).sum() / 100
        expected = error + p["beta"] * sum(divergences) / p["rows"]
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_a_latent_by_hand() -> None:
    # mu 1, sigma 2: (1 + 4 - 1 - ln 4) / 2 = (4 - 1.386294) / 2 = 1.306853
    assert float(VaeKl().formula(Encoded((10,), (20,), "sigma"))) == pytest.approx(1.306853, abs=1e-6)


def test_log_variances_by_hand() -> None:
    # mu 1, logvar 1: (1 + 2.718282 - 1 - 1) / 2 = 0.859141; mu 0, logvar 0: nothing
    latents = Encoded((10, 0), (10, 0), "logvar")
    assert float(VaeKl().formula(latents)) == pytest.approx(0.859141, abs=1e-6)


def test_the_loss_by_hand() -> None:
    # squared errors 0.01 + 0.09 = 0.1; beta 4: 0.1 + 4 * 0.859141 = 3.536564
    loss = Encoded((10, 0), (10, 0), "loss", x=(1, 5), y=(2, 8), beta=4)
    assert float(VaeKl().formula(loss)) == pytest.approx(3.536564, abs=1e-6)


def test_a_batch_is_averaged_over_images_by_hand() -> None:
    # two images of one latent, divergences 0.859141 and 0
    assert float(VaeKl().formula(Encoded((10, 0), (10, 0), "batch", rows=2))) == pytest.approx(0.859141 / 2, abs=1e-6)


def test_the_prior_itself_costs_nothing() -> None:
    assert VaeKl().formula(Encoded((0,), (10,), "sigma")) == 0
    assert VaeKl().formula(Encoded((0, 0), (0, 0), "logvar")) == 0
