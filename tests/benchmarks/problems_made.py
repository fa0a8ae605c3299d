"""How many problems a second: ours, verified and with steps and mistakes, beside mathgenerator's bare ones.

    pip install mathgenerator && python tests/benchmarks/problems_made.py [--count N]

mathgenerator (PyPI) makes a problem and a solution string: no second route, no worked steps, no mistakes.
R/exams is measured too where `Rscript` and its package are at hand.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import shutil
import statistics
import subprocess
import time

from studydl.problems import catalog, processes
from studydl.problems.engine import LEVELS, draw

R_PROGRAM = """
suppressMessages(library(exams)); set.seed(1); n <- 60
t <- system.time(for (i in 1:n) exams2html("capitals.Rmd", dir = tempdir(), display = FALSE, quiet = TRUE))
cat(n / t["elapsed"])
"""


def ours(count: int) -> tuple[float, dict[str, float]]:
    """Return problems a second of one core over the uniform mix, and for each family."""
    processes.warm_up()
    families = catalog.families()
    for family in families:
        draw(family, 1, 0)
    rates = {}
    each = max(30, count // len(families))
    spent = 0.0
    for family in families:
        begin = time.process_time()
        for seed in range(each):
            draw(family, LEVELS[seed % 3], 10**9 + seed)
        took = time.process_time() - begin
        spent += took
        rates[family.name] = each / took
    return each * len(families) / spent, rates


def theirs(seconds_each: float) -> dict[str, float] | None:
    """Return mathgenerator's problems a second for each of its generators; None where it is not installed."""
    if importlib.util.find_spec("mathgenerator") is None:
        return None
    listed = importlib.import_module("mathgenerator").getGenList()
    random.seed(1)
    rates = {}
    for _, name, generate, *_ in listed:
        made, begin = 0, time.process_time()
        try:
            while time.process_time() - begin < seconds_each:
                generate()
                made += 1
        except Exception:  # some of its generators fail now and then; those are not counted
            continue
        rates[name] = made / (time.process_time() - begin)
    return rates


def r_exams() -> float | None:
    """Return R/exams' exercises a second, or None where R or the package is missing."""
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(["Rscript", "-e", R_PROGRAM], capture_output=True, text=True)
    return float(done.stdout) if done.returncode == 0 else None


def main() -> None:
    """Print rates and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=9000, help="of our problems")
    options = parser.parse_args()
    mix, rates = ours(options.count)
    slowest = min(rates, key=rates.__getitem__)
    print(f"studydl        mix {mix:8.0f}/s a core   slowest {slowest} {rates[slowest]:.0f}/s")
    print("               below 400/s: " + (", ".join(n for n, r in rates.items() if r < 400) or "none"))
    if peer := theirs(0.02):
        median = statistics.median(peer.values())
        print(f"mathgenerator  median of {len(peer)} generators {median:8.0f}/s   ratio {mix / median:.2f}")
    else:
        print("mathgenerator is not installed: no comparison")
    if rate := r_exams():
        print(f"R/exams        {rate:8.1f}/s   ratio {mix / rate:.0f}")
    else:
        print("R/exams is not at hand: no comparison")


if __name__ == "__main__":
    main()
