"""How much memory the keys and values of past tokens take."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
LENGTHS = (1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384)


@dataclass(frozen=True, slots=True)
class Cache:
    """A decoder, and the sequences whose keys and values it keeps.

    Args:
        form: "token" (bytes of one token), "cache" (GiB of a batch) or "fit" (sequences that fit on a GPU).
        layers: of the decoder.
        heads: query heads.
        kv_heads: heads of keys and of values; divides heads.
        size: of a head.
        dtype: of keys and values, a key of BYTES.
        length: tokens of a sequence.
        batch: sequences.
        memory: GB of the GPU; 0 but for "fit".
        billions: parameters in tenths of a billion; 0 but for "fit".
        stored: dtype of the parameters.
    """

    form: str
    layers: int
    heads: int
    kv_heads: int
    size: int
    dtype: str
    length: int = 1
    batch: int = 1
    memory: int = 0
    billions: int = 0
    stored: str = "bfloat16"

    @property
    def numbers(self) -> int:
        """Return the numbers kept for one token in one layer: a key and a value."""
        return 2 * self.kv_heads * self.size

    @property
    def token(self) -> int:
        """Return the bytes of one token."""
        return self.numbers * self.layers * BYTES[self.dtype]

    @property
    def total(self) -> int:
        """Return the bytes of all tokens of the batch."""
        return self.token * self.length * self.batch

    @property
    def weights(self) -> int:
        """Return the bytes of the parameters."""
        return self.billions * 10**8 * BYTES[self.stored]

    @property
    def rest(self) -> int:
        """Return the bytes that the parameters leave of the GPU."""
        return self.memory * 10**9 - self.weights

    def answer_if(self, total: int | Fraction) -> int | Fraction:
        """Return the answer if the cache took so many bytes."""
        if self.form == "fit":
            return self.rest // total
        return Fraction(total, 2**30) if self.form == "cache" else total

    def fitting(self, memory: int) -> int | None:
        """Return how many sequences fit into so many bytes; None where that is not asked."""
        return memory // self.total if self.form == "fit" else None


class KvCacheBytes(Family[Cache]):
    """For every token each layer keeps a key and a value of all key-value heads: 2 x layers x heads x size numbers."""

    name, version, title = "attention.kv-cache-bytes", 1, "Size of a KV cache"
    source = (
        "Kwon et al. (2023), Efficient memory management for large language model serving with PagedAttention, "
        "section 3; Ainslie et al. (2023), GQA"
    )
    answer = {"token": Integer(unit="bytes"), "cache": Real(significant=3, unit="GiB"), "fit": Integer()}
    prompt = {
        "token": "A decoder has {layers} layers with {heads} attention heads of size {size} each. Its KV cache is kept "
        "in {dtype}. How many bytes does one token take there?",
        "cache": "A decoder has {layers} layers with {heads} query heads and {kv_words}, all of size {size}. Its KV "
        "cache is kept in {dtype}. How many GiB does the cache of {batch} sequences of {length} tokens take, to 3 "
        "significant digits?",
        "fit": "A GPU has {memory} GB. It holds the {billions:.1} billion parameters of a decoder in {stored}; the "
        "rest is for the KV cache, kept in {dtype}. The decoder has {layers} layers with {heads} query heads and "
        "{kv_words}, all of size {size}. How many sequences of {length} tokens fit at once?",
    }
    conventions = {
        "token": ("each head has keys and values of its own",),
        "cache": ("1 GiB = 2^30 bytes", "a key-value head: one head of keys and one of values"),
        "fit": ("1 GB = 10^9 bytes", "a key-value head: one head of keys and one of values"),
    }
    steps = {
        "token": (
            "Each layer keeps a key and a value: $2 * {kv_heads} * {size} = {numbers}$ numbers.",
            "All {layers} layers: ${layers} * {numbers} = {all_numbers}$ numbers.",
            "At {bytes_words} a number: ${all_numbers} * {bytes}$ = {answer}",
        ),
        "cache": (
            "Each layer keeps a key and a value for a token: $2 * {kv_heads} * {size} = {numbers}$ numbers.",
            "All {layers} layers, {bytes_words} a number: ${layers} * {numbers} * {bytes} = {token}$ bytes a token.",
            "Tokens: ${batch} * {length} = {tokens}$, so ${tokens} * {token} = {total}$ bytes.",
            "$frac({total}, 2^30)$ bytes = {answer}",
        ),
        "fit": (
            "Parameters: ${billions:.1} * 10^9 * {stored_bytes}$ bytes $= {weights}$ GB, which leaves "
            "${memory} - {weights} = {rest}$ GB.",
            "A token: $2 * {kv_heads} * {size}$ numbers a layer, ${layers} * {numbers} * {bytes} = {token}$ bytes in "
            "all layers.",
            "A sequence: ${length} * {token} = {total}$ bytes.",
            "$floor(frac({rest} * 10^9, {total}))$ = {answer}",
        ),
    }
    limits = {1: Effort(5, 7), 2: Effort(8, 12), 3: Effort(11, 12)}
    mistakes = (
        Mistake(
            "keys only",
            lambda p: p.answer_if(Fraction(p.total, 2)),
            "You counted the keys alone, or the values alone. Both are kept: {numbers} numbers for a token in a layer.",
            teaches="attention-points-cache",
        ),
        Mistake(
            "query heads",
            lambda p: p.answer_if(p.total * p.heads // p.kv_heads),
            "You counted all {heads} query heads. Queries are not kept, and groups of them share keys and "
            "values: {kv_words}.",
            teaches="attention-gqa",
        ),
        Mistake(
            "one layer",
            lambda p: p.answer_if(p.total // p.layers) if p.form != "fit" else None,
            "You counted a single layer. Each of the {layers} layers keeps keys and values of its own.",
            teaches="attention-points-cache",
        ),
        Mistake(
            "numbers for bytes",
            lambda p: p.answer_if(p.total // BYTES[p.dtype]) if p.form != "fit" else None,
            "You counted numbers. One in {dtype} takes {bytes_words}.",
        ),
        Mistake(
            "bits for bytes",
            lambda p: 8 * p.total if p.form == "token" else None,
            "You counted bits. A number in {dtype} takes {bytes_words}.",
        ),
        Mistake(
            "float32",
            lambda p: p.answer_if(p.total // BYTES[p.dtype] * 4),
            "You took 4 bytes for a number, as float32 has. In {dtype} it takes {bytes_words}.",
        ),
        Mistake(
            "one head only",
            lambda p: p.answer_if(p.total // p.kv_heads) if p.form == "token" else None,
            "You counted a single head. A layer keeps the keys and values of all {heads}.",
        ),
        Mistake(
            "one sequence",
            lambda p: p.answer_if(p.total // p.batch) if p.form == "cache" else None,
            "You counted one sequence. The cache holds {batch}.",
            teaches="attention-points-cache",
        ),
        Mistake(
            "GB for GiB",
            lambda p: Fraction(p.total, 10**9) if p.form == "cache" else None,
            "That is in GB, of $10^9$ bytes. A GiB has $2^30 = 1073741824$.",
            convention="1 GiB = 2^30 bytes",
        ),
        Mistake(
            "parameters forgotten",
            lambda p: p.fitting(p.memory * 10**9),
            "You gave the whole GPU to the cache. The parameters take {weights} GB of it.",
        ),
        Mistake(
            "GiB for GB",
            lambda p: p.fitting(p.memory * 2**30 - p.weights),
            "You took the memory for GiB, of $2^30$ bytes. Here a GB has $10^9$.",
            convention="1 GB = 10^9 bytes",
        ),
        Mistake(
            "rounded up",
            lambda p: -(-p.rest // p.total) if p.form == "fit" else None,
            "You rounded up. The last sequence does not fit: only whole ones count.",
        ),
        Mistake(
            "cache in the type of the parameters",
            lambda p: p.answer_if(p.total // BYTES[p.dtype] * BYTES[p.stored]) if p.form == "fit" else None,
            "You took {stored} for the cache, like the parameters. It is kept in {dtype}: {bytes_words} a number.",
        ),
        Mistake(
            "a byte a parameter",
            lambda p: p.fitting(p.memory * 10**9 - p.billions * 10**8) if BYTES[p.stored] > 1 else None,
            "You took one byte for a parameter. In {stored} it takes {stored_bytes}: {weights} GB together.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Cache | None:
        """Level 1: one token; level 2: a batch, shared key-value heads; level 3: what fits beside the parameters."""
        if level == 1:
            heads, dtype = draw.choice((2, 3, 4, 5, 6, 8)), draw.choice(tuple(BYTES))
            return Cache("token", draw.choice((2, 3, 4, 5, 6, 8, 10, 12)), heads, heads, 8 * draw.integer(1, 8), dtype)
        heads = draw.choice((8, 12, 16, 20, 24, 28, 32, 40, 48, 64))
        kv_heads = draw.choice([g for g in (1, 2, 4, 5, 6, 7, 8, 16) if heads % g == 0 and g < heads])
        layers, size = draw.integer(12, 80), draw.choice((64, 80, 96, 112, 128))
        length, dtype = draw.choice(LENGTHS), draw.choice(("float16", "bfloat16", "bfloat16", "int8"))
        if level == 2:
            batch = draw.choice((2, 4, 6, 8, 12, 16, 24, 32))
            return Cache("cache", layers, heads, kv_heads, size, dtype, length, batch)
        memory, stored = (
            draw.choice((16, 24, 32, 40, 48, 80, 96)),
            draw.choice(("bfloat16", "bfloat16", "float16", "int8")),
        )
        billions = memory * draw.integer(20, 80) // (10 * BYTES[stored])  # so many % of the memory
        p = Cache("fit", layers, heads, kv_heads, size, dtype, length, 1, memory, billions, stored)
        return p if 2 * p.total < p.rest < 500 * p.total else None

    def variant(self, p: Cache) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Cache) -> int | Fraction:
        """Return 2 x layers x key-value heads x size x bytes, times the tokens, or how often that fits."""
        return p.answer_if(p.total)

    def effort(self, p: Cache) -> Effort:
        """Return the products for a token, those for all tokens, and what the parameters leave."""
        return Effort({"token": 4, "cache": 7, "fit": 10}[p.form], len(str(p.total)))

    def facts(self, p: Cache) -> Facts:
        """Return the numbers and bytes of a token and of all, and what the parameters leave."""
        size = BYTES[p.dtype]
        return {
            "kv_words": f"{p.kv_heads} key-value heads" if p.kv_heads > 1 else "1 key-value head",
            "bytes": size,
            "bytes_words": f"{size} bytes" if size > 1 else "1 byte",
            "numbers": p.numbers,
            "all_numbers": p.numbers * p.layers,
            "token": p.token,
            "tokens": p.batch * p.length,
            "total": p.total,
            "billions": Fraction(p.billions, 10),
            "stored_bytes": BYTES[p.stored],
            "weights": fixed(Fraction(p.weights, 10**9), 1),
            "rest": fixed(Fraction(p.rest, 10**9), 1),
        }

    @staticmethod
    def witness(
        form: str,
        layers: int,
        kv_heads: int,
        size: int,
        dtype: str,
        length: int,
        batch: int,
        memory: int,
        billions: int,
        stored: str,
    ) -> float:
        """Return the bytes of a real cache, or how often it fits beside real parameters."""
        import torch

        shape = (layers, 2, batch, kv_heads, length, size)
        cache = torch.empty(shape, dtype=getattr(torch, dtype), device="meta").nbytes
        parameters = torch.empty(billions * 10**8, dtype=getattr(torch, stored), device="meta").nbytes
        left = memory * 10**9 - parameters
        return left // cache if form == "fit" else cache / 2**30 if form == "cache" else cache
