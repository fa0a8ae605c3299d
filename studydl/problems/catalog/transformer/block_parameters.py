"""How many parameters a transformer block has, and the model made of it."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Block:
    """A transformer block, its feed-forward part alone, or a model of such blocks.

    Args:
        form: "mlp" (the feed-forward part with its norm), "encoder" (torch's layer), "gpt" (a whole model) or "llama".
        width: of the block.
        hidden: of its feed-forward part.
        heads: query heads; 1 for "mlp".
        kv_heads: heads of keys and of values; as many as queries but for "llama".
        size: of a head; width / heads but for "llama".
        bias: whether linear layers and norms have biases.
        layers: blocks; 1 but for "gpt".
        vocabulary: tokens with an embedding; 0 but for "gpt".
        context: positions with an embedding; 0 but for "gpt".
    """

    form: str
    width: int
    hidden: int
    heads: int = 1
    kv_heads: int = 1
    size: int = 0
    bias: bool = True
    layers: int = 1
    vocabulary: int = 0
    context: int = 0

    @property
    def projections(self) -> int:
        """Return the weights of query, key, value and output."""
        return 0 if self.form == "mlp" else 2 * self.width * self.size * (self.heads + self.kv_heads)

    @property
    def matrices(self) -> int:
        """Return how many matrices the feed-forward part has: SwiGLU has a third one, for the gate."""
        return 3 if self.form == "llama" else 2

    @property
    def feed_forward(self) -> int:
        """Return the weights of the feed-forward part."""
        return self.matrices * self.width * self.hidden

    @property
    def biases(self) -> int:
        """Return the biases of all linear layers of a block."""
        return (self.hidden + self.width * (1 if self.form == "mlp" else 5)) * self.bias

    @property
    def norm(self) -> int:
        """Return the parameters of one norm."""
        return self.width * (1 + self.bias)

    @property
    def norms(self) -> int:
        """Return the parameters of the norms of a block."""
        return self.norm if self.form == "mlp" else 2 * self.norm

    @property
    def block(self) -> int:
        """Return the parameters of one block."""
        return self.projections + self.feed_forward + self.biases + self.norms

    @property
    def embeddings(self) -> int:
        """Return the parameters of the embeddings of tokens and positions."""
        return (self.vocabulary + self.context) * self.width

    def with_block(self, block: int) -> int:
        """Return the parameters of the whole if a block had so many."""
        return self.layers * block + self.embeddings + self.norm * (self.form == "gpt")

    def within(self, form: str, parameters: int) -> int | None:
        """Return a number of parameters in one form of the question only."""
        return parameters if self.form == form else None

    @property
    def layer(self) -> str:
        """Return torch's layer as one writes it."""
        bias = "" if self.bias else ", bias=False"
        return f"`nn.TransformerEncoderLayer({self.width}, {self.heads}, dim_feedforward={self.hidden}{bias})`"


class BlockParameters(Family[Block]):
    """Attention has 4 d^2 weights and the feed-forward part 2 d f: 12 d^2 if f = 4 d. Biases and norms come on top."""

    name, version, title = "transformer.block-parameters", 1, "Parameters of a transformer block"
    source = (
        "Vaswani et al. (2017), Attention is all you need, section 3; Radford et al. (2019), GPT-2; Touvron et al. "
        "(2023), LLaMA, section 2.2; torch.nn.TransformerEncoderLayer documentation"
    )
    answer = Integer()
    prompt = {
        "mlp": "The feed-forward part of a transformer block is `nn.Linear({width}, {hidden})`, `nn.GELU()`, "
        "`nn.Linear({hidden}, {width})` and `nn.LayerNorm({width})`. How many parameters does it have?",
        "encoder": "How many parameters does {layer} have?",
        "gpt": "A model in the style of GPT-2 has {layers} blocks of width {width} with {heads} heads and feed-forward "
        "parts {hidden} wide, a vocabulary of {vocabulary} tokens, and learned embeddings of {context} positions. How "
        "many parameters does it have?",
        "llama": "A block in the style of Llama has the width {width}, {heads} query heads and {kv_words}, all of size "
        "{size}, and a SwiGLU feed-forward part, {hidden} wide. How many parameters does it have?",
    }
    conventions = {
        "mlp": ("weights and biases as torch has them by default",),
        "encoder": ("two LayerNorms", "bias=False leaves out every bias, those of the norms too"),
        "gpt": (
            "biases everywhere",
            "two LayerNorms a block, one after the last block",
            "the output layer is the token embedding",
        ),
        "llama": ("no biases", "two RMSNorms with a weight for each feature"),
    }
    steps = {
        "mlp": (
            "Weights of the two linear layers: $2 * {width} * {hidden} = {feed_forward}$.",
            "Their biases, one for each output: ${hidden} + {width} = {biases}$.",
            "LayerNorm has a weight and a bias for each feature: $2 * {width} = {norms}$.",
            "${feed_forward} + {biases} + {norms}$ = {answer}",
        ),
        "encoder": (
            "Attention, query, key, value and output: $4 * {width}^2 = {projections}$ weights.",
            "Feed-forward part: $2 * {width} * {hidden} = {feed_forward}$ weights.",
            "{biases_words}",
            "{norms_words}",
            "${projections} + {feed_forward}{plus} + {norms}$ = {answer}",
        ),
        "gpt": (
            "A block: $4 * {width}^2 = {projections}$ weights in attention, $2 * {width} * {hidden} = "
            "{feed_forward}$ in the feed-forward part.",
            "Its biases: $5 * {width} + {hidden} = {biases}$. Its LayerNorms: $2 * 2 * {width} = {norms}$. In all "
            "{block}.",
            "The {layers} blocks: ${layers} * {block} = {blocks}$.",
            "Embeddings: $({vocabulary} + {context}) * {width} = {embeddings}$. Last LayerNorm: "
            "$2 * {width} = {norm}$.",
            "${blocks} + {embeddings} + {norm}$ = {answer}",
        ),
        "llama": (
            "Query and output: $2 * {width} * {heads} * {size} = {query}$. Key and value: $2 * {width} * {kv_heads} * "
            "{size} = {key}$.",
            "SwiGLU has a matrix for the gate besides the two others: $3 * {width} * {hidden} = {feed_forward}$.",
            "The two RMSNorms: $2 * {width} = {norms}$.",
            "${query} + {key} + {feed_forward} + {norms}$ = {answer}",
        ),
    }
    limits = {1: Effort(8, 4), 2: Effort(12, 8), 3: Effort(18, 10)}
    mistakes = (
        Mistake(
            "norms forgotten",
            lambda p: p.with_block(p.block - p.norms),
            "You left the norms out. {norm_name} has {norm_words}: {norms}{where}.",
        ),
        Mistake(
            "biases forgotten",
            lambda p: p.with_block(p.block - p.biases) if p.bias else None,
            "You left the biases of the linear layers out. Each has one for every output: {biases}{where}.",
        ),
        Mistake(
            "biases counted without being there",
            lambda p: None if p.bias else p.with_block(p.block + 5 * p.width + p.hidden),
            "You gave the linear layers biases. Here they have none.",
        ),
        Mistake(
            "norms with biases",
            lambda p: None if p.bias else p.with_block(p.block + 2 * p.width),
            "You gave the norms biases. Here they have only a weight for each feature: {norms} together.",
            teaches="norm-rms",
        ),
        Mistake(
            "one matrix in the feed-forward part",
            lambda p: None if p.form == "llama" else p.with_block(p.block - p.width * p.hidden),
            "You counted one matrix of the feed-forward part. There is one into the hidden layer, and one back.",
        ),
        Mistake(
            "SwiGLU without the gate",
            lambda p: p.within("llama", p.block - p.width * p.hidden),
            "You counted two matrices of the feed-forward part. SwiGLU has a third one, for the gate.",
        ),
        Mistake(
            "one norm",
            lambda p: p.with_block(p.block - p.norm) if p.form != "mlp" else None,
            "You counted one norm a block. There are two: one with attention, one with the feed-forward part.",
            teaches="attention-points-block",
        ),
        Mistake(
            "scale of the norm only",
            lambda p: p.with_block(p.block - p.norms // 2) if p.bias else None,
            "You gave a LayerNorm one number for each feature. It has two: a weight and a bias.",
            teaches="default-norm",
        ),
        Mistake(
            "output projection forgotten",
            lambda p: p.block - p.width * (p.heads * p.size + p.bias) if p.form in ("encoder", "llama") else None,
            "You left the output projection of attention out. It mixes the heads, and has {output} weights.",
            teaches="attention-points-self",
        ),
        Mistake(
            "attention times heads",
            lambda p: p.within("encoder", p.block + (p.heads - 1) * 3 * p.width * (p.width + p.bias)),
            "You gave each head full matrices. The {heads} heads share them: heads do not change the number.",
            teaches="attention-head-count",
        ),
        Mistake(
            "as many key-value heads as queries",
            lambda p: p.within("llama", p.block + 2 * p.width * p.size * (p.heads - p.kv_heads)),
            "You counted keys and values for all {heads} heads. Groups of query heads share them: {kv_words}.",
            teaches="attention-gqa",
        ),
        Mistake(
            "output layer of its own",
            lambda p: p.within("gpt", p.with_block(p.block) + p.vocabulary * p.width),
            "You counted an output layer. Here it is the token embedding once more, and adds nothing.",
            convention="the output layer is the token embedding",
        ),
        Mistake(
            "positions forgotten",
            lambda p: p.within("gpt", p.with_block(p.block) - p.context * p.width),
            "You left the embeddings of the positions out. They are learned too: ${context} * {width}$.",
        ),
        Mistake(
            "last norm forgotten",
            lambda p: p.within("gpt", p.with_block(p.block) - p.norm),
            "You left out the LayerNorm after the last block: {norm} more.",
            teaches="attention-points-block",
        ),
        Mistake(
            "embeddings forgotten",
            lambda p: p.within("gpt", p.with_block(p.block) - p.embeddings),
            "You counted the blocks and the last norm. The embeddings are parameters as well: {embeddings}.",
        ),
        Mistake(
            "rule of thumb",
            lambda p: p.within("gpt", 12 * p.layers * p.width**2 + p.embeddings),
            "You took $12 d^2$ for a block. That is the weights alone; biases and norms are missing: {small} "
            "in a block.",
        ),
        Mistake(
            "one block",
            lambda p: p.within("gpt", p.block + p.embeddings + p.norm),
            "You counted one block. There are {layers}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Block | None:
        """Level 1: a feed-forward part; level 2: torch's encoder layer; level 3: GPT-2 as a whole, a Llama block."""
        if level == 1:
            width = draw.integer(2, 24)
            return Block("mlp", width, draw.integer(2, 4) * width if draw.chance(0.5) else draw.integer(width + 1, 64))
        if level == 2:
            heads, size = draw.choice((2, 3, 4, 6, 8)), 4 * draw.integer(2, 24)
            return Block("encoder", heads * size, 8 * draw.integer(8, 384), heads, heads, size, draw.chance(0.75))
        if draw.chance(0.5):
            heads = draw.integer(2, 16)
            width, vocabulary = 64 * heads, 100 * draw.integer(80, 640)
            layers, context = draw.choice((4, 6, 8, 10, 12, 16, 24)), draw.choice((128, 256, 512, 1024, 2048))
            return Block("gpt", width, 4 * width, heads, heads, 64, True, layers, vocabulary, context)
        heads, size = draw.choice((8, 12, 16, 20, 24, 28, 32, 40, 48)), draw.choice((64, 80, 96, 128))
        kv_heads = draw.choice([g for g in (1, 2, 4, 8) if heads % g == 0 and g < heads])
        return Block("llama", heads * size, 64 * draw.integer(24, 260), heads, kv_heads, size, False)

    def variant(self, p: Block) -> str:
        """Return the form of the question."""
        return p.form

    def formula(self, p: Block) -> int:
        """Return projections, feed-forward part, biases and norms, times the blocks, plus what is around them."""
        return p.with_block(p.block)

    def effort(self, p: Block) -> Effort:
        """Return the products and sums of each part."""
        operations = {"mlp": 6, "encoder": 8 + 2 * p.bias, "gpt": 16, "llama": 12}[p.form]
        return Effort(operations, len(str(p.block)))

    def facts(self, p: Block) -> Facts:
        """Return the parts with their parameters."""
        query = 2 * p.width * p.heads * p.size
        return {
            "layer": p.layer,
            "kv_words": f"{p.kv_heads} key-value heads" if p.kv_heads > 1 else "1 key-value head",
            "projections": p.projections,
            "query": query,
            "key": p.projections - query,
            "output": query // 2,
            "feed_forward": p.feed_forward,
            "biases": p.biases,
            "biases_words": f"Biases: $5 * {p.width} + {p.hidden} = {p.biases}$." if p.bias else "Biases: none.",
            "plus": f" + {p.biases}" if p.bias else "",
            "where": "" if p.form == "mlp" else " in a block",
            "norm": p.norm,
            "norms": p.norms,
            "norm_name": "A LayerNorm" if p.form != "llama" else "An RMSNorm",
            "norm_words": "a weight and a bias for each feature" if p.bias else "a weight for each feature",
            "norms_words": (
                f"Two LayerNorms, weight and bias for each feature: $2 * 2 * {p.width} = {p.norms}$."
                if p.bias
                else f"Two LayerNorms, here only with a weight for each feature: $2 * {p.width} = {p.norms}$."
            ),
            "block": p.block,
            "blocks": p.layers * p.block,
            "small": p.biases + p.norms,
            "embeddings": p.embeddings,
        }

    @staticmethod
    def witness(
        form: str,
        width: int,
        hidden: int,
        heads: int,
        kv_heads: int,
        size: int,
        bias: bool,
        layers: int,
        vocabulary: int,
        context: int,
    ) -> int:
        """Return the number of elements of the parameters of real modules."""
        import torch

        linear, norm, inner = torch.nn.Linear, torch.nn.LayerNorm, heads * size
        modules: list[torch.nn.Module]
        if form == "mlp":
            modules = [linear(width, hidden, device="meta"), linear(hidden, width, device="meta")]
            modules.append(norm(width, device="meta"))
        if form in ("encoder", "gpt"):
            modules = [torch.nn.TransformerEncoderLayer(width, heads, hidden, bias=bias, device="meta")]
        if form == "llama":
            shapes = [(width, inner), (width, kv_heads * size), (width, kv_heads * size), (inner, width)]
            shapes += [(width, hidden), (width, hidden), (hidden, width)]
            modules = [linear(*shape, bias=False, device="meta") for shape in shapes]
            modules += [torch.nn.RMSNorm(width, device="meta") for _ in range(2)]
        answer = layers * sum(p.numel() for module in modules for p in module.parameters())
        if form == "gpt":
            around = torch.nn.ParameterList(torch.empty(rows, width, device="meta") for rows in (vocabulary, context))
            around.extend(norm(width, device="meta").parameters())
            answer += sum(p.numel() for p in around)
        return answer
