"""What a product of matrices costs."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of


@dataclass(frozen=True, slots=True)
class Product:
    """A product of an (m, n) and an (n, p) matrix, or where such products occur.

    Args:
        form: "products", "operations", "linear", "training" or "attention".
        m: rows of the left matrix, vectors of a batch, or tokens; 2 to 256.
        n: what is summed over: columns, inputs, or the size of a head; 2 to 512.
        p: columns of the right matrix, or outputs; the tokens once more.
        heads: heads of the attention, else 1.
        batch: sequences of a batch, else 1.
    """

    form: str
    m: int
    n: int
    p: int
    heads: int = 1
    batch: int = 1

    @property
    def macs(self) -> int:
        """Return the products of numbers in one product of matrices, for all heads and sequences."""
        return self.m * self.n * self.p * self.heads * self.batch

    @property
    def size(self) -> int:
        """Return how many numbers the result has."""
        return self.m * self.p

    @property
    def count(self) -> int:
        """Return how many products of matrices of this cost the FLOPs are asked for."""
        return {"training": 3, "attention": 2}.get(self.form, 1)


class MultiplyCost(Family[Product]):
    """Each of the m p numbers of a product sums n products: m n p multiplications, m (n - 1) p additions."""

    name, version, title = "matrix.multiply-cost", 1, "Cost of a matrix product"
    source = (
        "Golub and Van Loan (2013), Matrix Computations, section 1.1; torch.utils.flop_counter documentation for FLOPs"
    )
    answer = Integer()
    prompt = {
        "products": "A has the shape ({m}, {n}) and B has the shape ({n}, {p}). How many multiplications of numbers "
        "does the matrix product A B take?",
        "operations": "A has the shape ({m}, {n}) and B has the shape ({n}, {p}). How many multiplications and "
        "additions of numbers, together, does the matrix product A B take?",
        "linear": "`nn.Linear({n}, {p})`, with bias, reads a batch of {m} vectors. How many multiplications and "
        "additions of numbers, together, does this take?",
        "training": "`nn.Linear({n}, {p})` is a hidden layer, trained with batches of {m} vectors. How many FLOPs do "
        "its matrix products take in a training step, forward and backward?",
        "attention": "Self-attention of width {width} with {heads} heads reads a batch of {batch_words} of {m} tokens. "
        "How many FLOPs do the product of queries and keys and the product with the values take, together?",
    }
    conventions = {
        "products": ("row times column",),
        "operations": ("row times column", "a sum of n products takes n - 1 additions"),
        "linear": ("row times column", "a sum of n products takes n - 1 additions"),
        "training": ("a multiply-add counts as 2 FLOPs", "bias not counted"),
        "attention": ("a multiply-add counts as 2 FLOPs", "projections and softmax not counted"),
    }
    _each = "The result has ${m} * {p} = {size}$ numbers. Each is a sum of {n} products"
    steps = {
        "products": (f"{_each}.", "${size} * {n}$ = {answer}"),
        "operations": (
            f"{_each}: {{n}} multiplications and {{less}} additions.",
            "Together ${n} + {less} = {each}$ operations for each number.",
            "${size} * {each}$ = {answer}",
        ),
        "linear": (
            f"{_each}: {{n}} multiplications and {{less}} additions. The bias is one addition more.",
            "Together ${n} + {less} + 1 = {twice}$ operations for each number.",
            "${size} * {twice}$ = {answer}",
        ),
        "training": (
            "Forward, ({m}, {n}) times ({n}, {p}): $2 * {m} * {n} * {p} = {flops}$ FLOPs.",
            "Backward there are two products: the gradient of the weight is ({p}, {m}) times ({m}, {n}), that of the "
            "input ({m}, {p}) times ({p}, {n}). Each takes as many FLOPs.",
            "$3 * {flops}$ = {answer}",
        ),
        "attention": (
            "Each head has the size $frac({width}, {heads}) = {n}$.",
            "Queries times keys in one head, ({m}, {n}) times ({n}, {m}): $2 * {m} * {n} * {m} = {one_head}$ FLOPs.",
            "Weights times values, ({m}, {m}) times ({m}, {n}), take as many: {both} for both.",
            "For {heads} heads and a batch of {batch}: ${both} * {heads} * {batch}$ = {answer}",
        ),
    }
    limits = {1: Effort(4, 4), 2: Effort(8, 6), 3: Effort(12, 11)}
    mistakes = (
        Mistake(
            "numbers of the result",
            lambda q: q.size if q.form == "products" else None,
            "That is how many numbers the result has. Each of them takes {n} multiplications.",
            teaches="matrix-products",
        ),
        Mistake(
            "multiplications only",
            lambda q: q.macs if q.form in ("operations", "linear") else None,
            "You counted the multiplications. Each sum takes additions too, here {additions} for each number.",
            teaches="matrix-flops",
        ),
        Mistake(
            "additions counted as well",
            lambda q: q.macs + (q.n - 1) * q.size if q.form == "products" else None,
            "You counted the additions too. The question asks for multiplications alone, {n} for each number of the "
            "result.",
            teaches="matrix-products",
        ),
        Mistake(
            "an addition for each product",
            lambda q: 2 * q.macs if q.form == "operations" else None,
            "That is the count of FLOP counters, 2 m n p. A sum of {n} products takes only {less} additions.",
            convention="a sum of n products takes n - 1 additions",
            teaches="matrix-flops",
        ),
        Mistake(
            "numbers of both matrices",
            lambda q: q.n * (q.m + q.p) if q.form in ("products", "operations") else None,
            "That is how many numbers A and B hold. Each of A's is used {p} times.",
            teaches="matrix-products",
        ),
        Mistake(
            "every number with every number",
            lambda q: q.m * q.n * q.n * q.p if q.form == "products" else None,
            "You multiplied every number of A with every number of B. A number of A meets only the {p} numbers of one "
            "row of B.",
            teaches="matrix-products",
        ),
        Mistake(
            "no bias",
            lambda q: 2 * q.macs - q.size if q.form == "linear" else None,
            "You left the bias out. It is one addition for each of the {size} outputs.",
        ),
        Mistake(
            "bias added once",
            lambda q: 2 * q.macs - q.size + q.p if q.form == "linear" else None,
            "You added the bias for one vector. It is added to all {m} vectors of the batch.",
        ),
        Mistake(
            "one product of matrices",
            lambda q: 2 * q.macs if q.count > 1 else None,
            "You counted {one_of} alone. There are {count} matrix products of the same cost.",
        ),
        Mistake(
            "one product backward",
            lambda q: 4 * q.macs if q.form == "training" else None,
            "You counted one product backward. There are two: a hidden layer needs the gradients of its weight and of "
            "its input.",
            teaches="backprop-cost",
        ),
        Mistake(
            "multiply-adds",
            lambda q: q.count * q.macs if q.count > 1 else None,
            "That is the number of multiply-adds. Each counts as 2 FLOPs here.",
            convention="a multiply-add counts as 2 FLOPs",
            teaches="matrix-macs",
        ),
        Mistake(
            "batch forgotten",
            lambda q: _for_one(q),
            "You forgot the batch: everything is done for {batched}.",
        ),
        Mistake(
            "heads of full width",
            lambda q: 4 * q.macs * q.heads if q.form == "attention" else None,
            "You gave each head the full width. The heads share it: {n} each.",
            teaches="attention-head-count",
        ),
        Mistake(
            "one token only",
            lambda q: 4 * q.macs // q.m if q.form == "attention" else None,
            "You counted the work for one token. Each of the {m} tokens compares itself with all {m}.",
            teaches="attention-length",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Product | None:
        """Level 1: multiplications; level 2: additions as well, perhaps a bias; level 3: training or attention."""
        if level == 1:
            return Product("products", *draw.integers(3, 2, 12))
        if level == 2:
            form = draw.choice(("operations", "operations", "linear"))
            return Product(form, draw.integer(2, 40), draw.integer(3, 64), draw.integer(2, 40))
        if draw.chance(0.5):
            return Product("training", draw.integer(4, 64), 4 * draw.integer(2, 32), 4 * draw.integer(2, 32))
        tokens = 4 * draw.integer(2, 32)
        return Product("attention", tokens, 4 * draw.integer(2, 16), tokens, draw.integer(2, 12), draw.integer(2, 16))

    def variant(self, q: Product) -> str:
        """Return the form."""
        return q.form

    def formula(self, q: Product) -> int:
        """Return m n p multiplications, with additions 2 m n p - m p, or 2 m n p FLOPs a product of matrices."""
        if q.form == "operations":
            return 2 * q.macs - q.size
        return q.macs if q.form == "products" else 2 * q.macs * q.count

    def effort(self, q: Product) -> Effort:
        """Return the products and sums to write down."""
        operations = {"products": 2, "operations": 4, "linear": 5, "training": 4, "attention": 7}[q.form]
        return Effort(operations, len(str(self.formula(q))))

    def facts(self, q: Product) -> Facts:
        """Return the sizes and the costs on the way."""
        flops = 2 * q.macs
        return {
            **params_of(q),
            "size": q.size,
            "less": q.n - 1,
            "each": 2 * q.n - 1,
            "twice": 2 * q.n,
            "additions": q.n if q.form == "linear" else q.n - 1,
            "flops": flops,
            "one_head": flops // (q.heads * q.batch),
            "both": 2 * flops // (q.heads * q.batch),
            "width": q.n * q.heads,
            "count": {2: "two", 3: "three"}.get(q.count, ""),
            "one_of": "the forward pass" if q.form == "training" else "one of the products",
            "batched": f"{q.batch} sequences" if q.form == "attention" else f"{q.m} vectors",
            "batch_words": f"{q.batch} sequences",
        }

    @staticmethod
    def witness(form: str, m: int, n: int, p: int, heads: int, batch: int) -> int:
        """Return what real products of ones count, and in training their real gradients."""
        import torch

        # Among ones, every product adds 1: a result holds how many products each of its numbers took.
        a, b = (torch.ones(shape, dtype=torch.float64, requires_grad=True) for shape in ((m, n), (n, p)))
        products = a @ b
        total = products.sum()
        if form in ("operations", "linear"):
            total = total + (products - 1).sum()  # additions: one fewer
        if form == "linear":
            total = total + torch.ones_like(products).sum()  # the bias
        if form == "training":
            of_input, of_weight = torch.autograd.grad(products.sum(), (a, b))
            total = 2 * (total + of_input.sum() + of_weight.sum())
        if form == "attention":
            values = torch.ones_like(products) @ b.T
            total = 2 * (total + values.sum()) * heads * batch
        return int(total)


def _for_one(q: Product) -> int | None:
    """Return the cost for one vector or sequence."""
    per_batch = {"linear": 2 * q.n * q.p, "training": 6 * q.n * q.p, "attention": 4 * q.macs // q.batch}
    return per_batch.get(q.form)
