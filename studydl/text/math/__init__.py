"""studydl's brace-free mathematics: ``$frac(a, b)$``, ``$sum_(i=1)^n x_i$``; one tree, several renderers."""

from studydl.text.math.parser import parse
from studydl.text.math.terminal import terminal
from studydl.text.math.tree import MathError, Node

__all__ = ["MathError", "Node", "parse", "terminal"]
