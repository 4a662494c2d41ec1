#!/usr/bin/python3
"""Small random models of further families, with the numbers that a second implementation computes for them.

    /usr/bin/python3 tests/conformance/tools/second_decoder.py tests/conformance/models

This is not transformers. It is this project's own, slow, second reading of the same papers and of transformers' documentation and source:
one sequence at a time, one head at a time, NumPy in float64 but for rotary frequencies, which are float32 as in transformers. It shares no
code with the product. What it can show is that two implementations made apart agree; what transformers computes is shown by the cases
whose `source` names it.
"""
import json
import math
import os
import sys

import numpy as np

F4 = np.float32


# ---- arithmetic --------------------------------------------------------------------------------------------------------------------------

def rms(x, w, eps, offset=0.0):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * (w + offset)


def layer_norm(x, w, b, eps):
    centered = x - x.mean(-1, keepdims=True)
    return centered / np.sqrt((centered * centered).mean(-1, keepdims=True) + eps) * w + b


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def silu(x):
    return x / (1 + np.exp(-x))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def frequencies(rope, dim, length):
    """float32 radians per position of each pair, and the factor on cosines and sines."""
    theta, kind = rope.get("rope_theta", 10000.0), rope.get("rope_type", "default")
    exponents = np.arange(0, dim, 2, dtype=np.int64).astype(F4) / F4(dim)
    powers = (np.float64(theta) ** exponents.astype(np.float64)).astype(F4)  # NumPy's own float32 power may be an ulp off
    plain = F4(1) / powers
    if kind == "default":
        return plain, 1.0
    if kind == "linear":
        return plain / F4(rope["factor"]), 1.0
    if kind == "llama3":
        out = []
        low, high, old = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
        for f in plain:
            wave = F4(1) / f * F4(2 * math.pi)  # PyTorch: number / tensor is number * reciprocal
            if wave < F4(old / high):
                out.append(f)
            elif wave > F4(old / low):
                out.append(f / F4(rope["factor"]))
            else:
                s = (F4(1) / wave * F4(old) - F4(low)) / F4(high - low)
                out.append((F4(1) - s) * f / F4(rope["factor"]) + s * f)
        return np.array(out, F4), 1.0
    if kind == "yarn":
        factor, old = rope["factor"], rope["original_max_position_embeddings"]

        def term(weight):
            return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0
        if rope.get("attention_factor") is not None:
            scale = rope["attention_factor"]
        elif rope.get("mscale") and rope.get("mscale_all_dim"):
            scale = term(rope["mscale"]) / term(rope["mscale_all_dim"])
        else:
            scale = term(1)

        def pair_with(turns):
            return dim * math.log(old / (turns * 2 * math.pi)) / (2 * math.log(theta))
        low, high = pair_with(rope.get("beta_fast", 32)), pair_with(rope.get("beta_slow", 1))
        if rope.get("truncate", True):
            low, high = math.floor(low), math.ceil(high)
        low, high = max(low, 0), min(high, dim - 1)
        if low == high:
            high += 0.001
        ramp = np.clip((np.arange(dim // 2, dtype=F4) - F4(low)) / F4(high - low), F4(0), F4(1))
        keep = F4(1) - ramp
        return F4(1) / (F4(factor) * powers) * (F4(1) - keep) + plain * keep, scale
    if kind == "longrope":
        old = rope["original_max_position_embeddings"]
        factors = np.array(rope["long_factor"] if length > old else rope["short_factor"], F4)
        factor = rope.get("factor") or rope["max_positions"] / old
        scale = rope.get("attention_factor") or (1.0 if factor <= 1 else math.sqrt(1 + math.log(factor) / math.log(old)))
        return F4(1) / (factors * powers), scale
    raise ValueError(kind)


def rotate(x, inverse, scale):
    """x: [T, E]; the first 2 len(inverse) features of each row turn, feature i with feature i + half."""
    half = len(inverse)
    angles = np.arange(len(x))[:, None] * inverse.astype(np.float64)[None, :]
    c, s = np.cos(angles) * scale, np.sin(angles) * scale
    a, b, rest = x[:, :half], x[:, half:2 * half], x[:, 2 * half:]
    return np.concatenate([a * c - b * s, b * c + a * s, rest], 1)


def attend(q, k, v, scale, window, cap):
    """One head, [T, E] each: a token sees itself and those before it, `window` keys at most."""
    scores = q @ k.T * scale
    if cap:
        scores = np.tanh(scores / cap) * cap
    t = np.arange(len(q))
    sees = t[None, :] <= t[:, None]
    if window:
        sees &= t[None, :] > t[:, None] - window
    return softmax(np.where(sees, scores, -np.inf)) @ v


def heads_of(x, count):
    return [x[:, i * (x.shape[1] // count):(i + 1) * (x.shape[1] // count)] for i in range(count)]


def attention(x, m, project, layer, qk=lambda q, k: (q, k), per_head=lambda q, k: (q, k)):
    q, k, v = project(x)
    q, k = qk(q, k)
    group = m["heads"] // m["kv"]
    queries, keys, values = heads_of(q, m["heads"]), heads_of(k, m["kv"]), heads_of(v, m["kv"])
    rope, out = layer.get("rope"), []
    for h, query in enumerate(queries):
        key = keys[h // group]
        query, key = per_head(query, key)
        if rope is not None:
            inverse, factor = frequencies(rope, int(query.shape[1] * m.get("share", 1)), len(x))
            query, key = rotate(query, inverse, factor), rotate(key, inverse, factor)
        out.append(attend(query, key, values[h // group], m["scale"], layer.get("window"), m.get("attn_cap")))
    return np.concatenate(out, 1)


def mixture(x, router, experts, picked, normalize):
    out = np.zeros_like(x)
    for t, row in enumerate(x):
        p = softmax(router @ row)
        best = np.argsort(-p, kind="stable")[:picked]
        weights = p[best] / p[best].sum() if normalize else p[best]
        for w, e in zip(weights, best):
            gate, up, down = experts[e]
            out[t] += w * (down @ (silu(gate @ row) * (up @ row)))
    return out


# ---- families: each gives what it does to a sequence, from its own configuration and weights -------------------------------------------------

def run(m, w, ids):
    """States (after the embeddings and after each layer, the last one normalized) and logits of a sequence."""
    x = w[m["embedding"]][ids] * m.get("embed_scale", 1.0)
    if "positions" in m:
        x = x + w[m["positions"]][np.arange(len(ids))]
    states = [x]

    def norm(name, y):
        if name is None:
            return y
        if m.get("norm") == "layer":
            return layer_norm(y, w[name + ".weight"], w[name + ".bias"], m["eps"])
        return rms(y, w[name + ".weight"], m["eps"], m.get("offset", 0.0))

    def linear(name, y):
        matrix = w[name + ".weight"].T if m.get("inputs_first") else w[name + ".weight"]
        out = y @ matrix.T
        return out + w[name + ".bias"] if name + ".bias" in w else out

    for i, layer in enumerate(m["layers"]):
        at = m["prefix"] % i
        n = {k: None if v is None else at + v for k, v in m["norms"].items()}
        e = m["head_dim"]

        def project(y):
            if "qkv" in m:
                both = linear(at + m["qkv"], y)
                return both[:, :m["heads"] * e], both[:, m["heads"] * e:(m["heads"] + m["kv"]) * e], both[:, (m["heads"] + m["kv"]) * e:]
            return tuple(linear(at + "self_attn.%s_proj" % c, y) for c in "qkv")

        def whole(q, k):
            return (norm(at + "self_attn.q_norm", q), norm(at + "self_attn.k_norm", k)) if m.get("qk") == "whole" else (q, k)

        def each(q, k):
            return (norm(at + "self_attn.q_norm", q), norm(at + "self_attn.k_norm", k)) if m.get("qk") == "head" else (q, k)

        a = linear(at + m.get("out", "self_attn.o_proj"), attention(norm(n["before"], x), m, project, layer, whole, each))
        x = x + norm(n["after"], a) * m.get("residual", 1.0)
        y = norm(n["before_mlp"], x)
        if layer.get("experts"):
            g, u, d = m["expert_names"]
            experts = [tuple(w[at + m["experts"] + ".%d.%s.weight" % (j, c)] for c in (g, u, d)) for j in range(layer["experts"])]
            f = mixture(y, w[at + m["router"] + ".weight"], experts, m["picked"], m["normalize"])
        elif "gate_up" in m:
            both = linear(at + m["gate_up"], y)
            half = both.shape[1] // 2
            f = linear(at + "mlp.down_proj", silu(both[:, :half]) * both[:, half:])
        elif "fc" in m:
            f = linear(at + "mlp.c_proj", m["act"](linear(at + m["fc"], y)))
        else:
            f = linear(at + "mlp.down_proj", m.get("act", silu)(linear(at + "mlp.gate_proj", y)) * linear(at + "mlp.up_proj", y))
        x = x + norm(n["after_mlp"], f) * m.get("residual", 1.0)
        states.append(x)
    states[-1] = norm(m["final"], x)
    logits = states[-1] @ w[m["head"]].T / m.get("divisor", 1.0)
    if m.get("cap"):
        logits = np.tanh(logits / m["cap"]) * m["cap"]
    return states, logits


# ---- models ----------------------------------------------------------------------------------------------------------------------------------

LLAMA_NORMS = dict(before="input_layernorm", after=None, before_mlp="post_attention_layernorm", after_mlp=None)
GEMMA_NORMS = dict(before="input_layernorm", after="post_attention_layernorm", before_mlp="pre_feedforward_layernorm", after_mlp="post_feedforward_layernorm")


def base(**more):
    m = dict(embedding="model.embed_tokens.weight", prefix="model.layers.%d.", norms=LLAMA_NORMS, final="model.norm", eps=1e-5, head="lm_head.weight")
    m.update(more)
    m.setdefault("scale", m["head_dim"] ** -0.5)
    return m


def common(arch, kind, vocab, hidden, wide, layers, heads, kv, eos, **more):
    c = dict(architectures=[arch], model_type=kind, vocab_size=vocab, hidden_size=hidden, intermediate_size=wide, num_hidden_layers=layers,
             num_attention_heads=heads, num_key_value_heads=kv, bos_token_id=1, eos_token_id=eos, pad_token_id=0, hidden_act="silu",
             rms_norm_eps=1e-5, max_position_embeddings=128, tie_word_embeddings=False, initializer_range=0.02, use_cache=True, attention_dropout=0.0)
    c.update(more)
    return c


def styles(c, theta, scaling=None, v4=None, v5=None):
    """The configuration as transformers 4 and as transformers 5 writes it."""
    old = dict(c, rope_theta=theta, rope_scaling=scaling, torch_dtype="float32", transformers_version="4.51.0", **(v4 or {}))
    new = dict(c, rope_parameters=dict({"rope_type": "default"}, **(scaling or {}), rope_theta=theta), dtype="float32", transformers_version="5.23.0", **(v5 or {}))
    return old, new


def yarn_llama():
    rope = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=4.0, beta_slow=1.0)
    c = common("LlamaForCausalLM", "llama", 112, 48, 96, 3, 4, 2, [107], attention_bias=False, mlp_bias=False, head_dim=12)
    m = base(heads=4, kv=2, head_dim=12, layers=[dict(rope=dict(rope, rope_theta=10000.0))] * 3)
    return m, styles(c, 10000.0, rope)


def mscale_llama():
    rope = dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=16, mscale=1.0, mscale_all_dim=0.6, truncate=False)
    c = common("LlamaForCausalLM", "llama", 104, 32, 64, 2, 4, 4, [99], attention_bias=True, mlp_bias=True, head_dim=8)
    m = base(heads=4, kv=4, head_dim=8, layers=[dict(rope=dict(rope, rope_theta=5000.0))] * 2, biases=("q", "k", "v", "o", "gate", "up", "down"))
    return m, styles(c, 5000.0, rope)


def linear_llama():
    c = common("LlamaForCausalLM", "llama", 104, 32, 64, 2, 4, 2, [99], attention_bias=False, mlp_bias=False)
    rope = dict(rope_type="linear", factor=4.0)
    m = base(heads=4, kv=2, head_dim=8, layers=[dict(rope=dict(rope, rope_theta=10000.0))] * 2)
    old, new = styles(c, 10000.0, rope)
    old["rope_scaling"] = dict(type="linear", factor=4.0)
    return m, (old, new)


def gemma2():
    c = common("Gemma2ForCausalLM", "gemma2", 120, 48, 80, 4, 4, 2, [115], head_dim=16, rms_norm_eps=1e-6, query_pre_attn_scalar=20, sliding_window=7,
               attn_logit_softcapping=2.5, final_logit_softcapping=6.0, hidden_activation="gelu_pytorch_tanh", attention_bias=False)
    del c["tie_word_embeddings"], c["hidden_act"]
    rope = dict(rope_theta=10000.0)
    m = base(heads=4, kv=2, head_dim=16, eps=1e-6, offset=1.0, scale=20 ** -0.5, attn_cap=2.5, cap=6.0, norms=GEMMA_NORMS, act=gelu_tanh,
             head="model.embed_tokens.weight", embed_scale=48 ** 0.5, layers=[dict(rope=rope, window=7 if i % 2 == 0 else None) for i in range(4)])
    kinds = ["sliding_attention", "full_attention"] * 2
    return m, styles(c, 10000.0, v5=dict(layer_types=kinds))


def phi3(partial=False):
    head_dim, share = (16, 0.75) if partial else (12, 1)
    turned = int(head_dim * share) // 2
    rng = np.random.default_rng(5)
    short, long = [round(float(v), 3) for v in 1 + rng.random(turned)], [round(float(v), 3) for v in 2 + 4 * rng.random(turned)]
    hidden = 4 * head_dim
    c = common("Phi3ForCausalLM", "phi3", 112, hidden, 72, 3, 4, 2, [107, 106], original_max_position_embeddings=16, sliding_window=9 if partial else None,
               resid_pdrop=0.0, embd_pdrop=0.0, attention_bias=False, tie_word_embeddings=partial)
    scaling = dict(short_factor=short, long_factor=long)
    rope = dict(rope_type="longrope", rope_theta=10000.0, max_positions=128, original_max_position_embeddings=16, **scaling)
    m = base(heads=4, kv=2, head_dim=head_dim, share=share, qkv="self_attn.qkv_proj", gate_up="mlp.gate_up_proj",
             head="model.embed_tokens.weight" if partial else "lm_head.weight", layers=[dict(rope=rope, window=9 if partial else None)] * 3)
    old, new = styles(c, 10000.0, dict(type="longrope", **scaling), v4=dict(partial_rotary_factor=share) if partial else {})
    new["rope_parameters"] = dict(rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=share, original_max_position_embeddings=16, **scaling)
    return m, (old, new)


def smollm3():
    c = common("SmolLM3ForCausalLM", "smollm3", 112, 48, 80, 5, 4, 2, [107], attention_bias=False, mlp_bias=False, tie_word_embeddings=True,
               no_rope_layers=[1, 0, 1, 1, 0], no_rope_layer_interval=4, use_sliding_window=False, sliding_window=None, max_window_layers=28)
    rope = dict(rope_theta=2000000.0)
    m = base(heads=4, kv=2, head_dim=12, head="model.embed_tokens.weight", layers=[dict(rope=rope if t else None) for t in (1, 0, 1, 1, 0)])
    return m, styles(c, 2000000.0, v5=dict(layer_types=["full_attention"] * 5))


def olmo2():
    c = common("Olmo2ForCausalLM", "olmo2", 112, 48, 80, 3, 4, 2, [107], attention_bias=False)
    m = base(heads=4, kv=2, head_dim=12, qk="whole", norms=dict(before=None, after="post_attention_layernorm", before_mlp=None, after_mlp="post_feedforward_layernorm"),
             layers=[dict(rope=dict(rope_theta=500000.0))] * 3)
    return m, styles(c, 500000.0)


def granite():
    c = common("GraniteForCausalLM", "granite", 112, 48, 80, 3, 4, 2, [107], attention_bias=False, mlp_bias=False, tie_word_embeddings=True,
               embedding_multiplier=6.0, attention_multiplier=0.21, residual_multiplier=0.37, logits_scaling=3.0)
    m = base(heads=4, kv=2, head_dim=12, scale=0.21, embed_scale=6.0, residual=0.37, divisor=3.0, head="model.embed_tokens.weight",
             layers=[dict(rope=dict(rope_theta=10000.0))] * 3)
    return m, styles(c, 10000.0)


def gpt2(bare=False):
    prefix = "" if bare else "transformer."
    c = dict(architectures=["GPT2LMHeadModel"], model_type="gpt2", vocab_size=112, n_positions=64, n_embd=48, n_layer=3, n_head=4, n_inner=None,
             activation_function="gelu_new", layer_norm_epsilon=1e-5, initializer_range=0.02, resid_pdrop=0.1, embd_pdrop=0.1, attn_pdrop=0.1,
             scale_attn_weights=True, scale_attn_by_inverse_layer_idx=False, reorder_and_upcast_attn=False, bos_token_id=1, eos_token_id=[107], pad_token_id=0, use_cache=True)
    m = base(heads=4, kv=4, head_dim=12, embedding=prefix + "wte.weight", positions=prefix + "wpe.weight", prefix=prefix + "h.%d.", final=prefix + "ln_f", norm="layer",
             head=prefix + "wte.weight", qkv="attn.c_attn", out="attn.c_proj", fc="mlp.c_fc", act=gelu_tanh, inputs_first=True,
             norms=dict(before="ln_1", after=None, before_mlp="ln_2", after_mlp=None), layers=[{}] * 3)
    return m, (dict(c, torch_dtype="float32", transformers_version="4.51.0", n_ctx=64), dict(c, dtype="float32", transformers_version="5.23.0", tie_word_embeddings=True))


def mixtral():
    c = common("MixtralForCausalLM", "mixtral", 112, 32, 40, 3, 4, 2, [107], num_local_experts=5, num_experts_per_tok=2, sliding_window=None,
               output_router_logits=False, router_aux_loss_coef=0.001, router_jitter_noise=0.0)
    m = base(heads=4, kv=2, head_dim=8, picked=2, normalize=True, router="block_sparse_moe.gate", experts="block_sparse_moe.experts", expert_names=("w1", "w3", "w2"),
             layers=[dict(rope=dict(rope_theta=1000000.0), experts=5)] * 3)
    return m, styles(c, 1000000.0, v5=dict(head_dim=8))


def qwen3_moe():
    c = common("Qwen3MoeForCausalLM", "qwen3_moe", 112, 32, 72, 4, 4, 2, [107], num_experts=6, num_experts_per_tok=3, moe_intermediate_size=24, head_dim=12,
               norm_topk_prob=False, decoder_sparse_step=1, mlp_only_layers=[1], attention_bias=False, use_sliding_window=False, sliding_window=None,
               output_router_logits=False, router_aux_loss_coef=0.001)
    rope = dict(rope_theta=1000000.0)
    m = base(heads=4, kv=2, head_dim=12, qk="head", picked=3, normalize=False, router="mlp.gate", experts="mlp.experts", expert_names=("gate_proj", "up_proj", "down_proj"),
             layers=[dict(rope=rope, experts=0 if i == 1 else 6) for i in range(4)])
    return m, styles(c, 1000000.0, v4=dict(max_window_layers=28))


MODELS = {
    "llama-yarn": (yarn_llama, "v4"), "llama-yarn-mscale": (mscale_llama, "v5"), "llama-linear": (linear_llama, "v4"),
    "gemma2": (gemma2, "v4"), "phi3-longrope": (phi3, "v4"), "phi3-partial": (lambda: phi3(True), "v5"), "smollm3": (smollm3, "v5"),
    "olmo2": (olmo2, "v4"), "granite": (granite, "v5"), "gpt2": (gpt2, "v5"), "gpt2-bare": (lambda: gpt2(True), "v4"), "mixtral": (mixtral, "v4"), "qwen3-moe": (qwen3_moe, "v5"),
}


def shapes(m, c):
    """Every weight with its shape, in a fixed order."""
    d = c.get("hidden_size", c.get("n_embd"))
    wide = c.get("intermediate_size", 4 * d)
    e, h, k = m["head_dim"], m["heads"], m["kv"]
    out = {m["embedding"]: (c["vocab_size"], d)}
    if "positions" in m:
        out[m["positions"]] = (c["n_positions"], d)

    def linear(name, o, i, bias=False):
        out[name + ".weight"] = (i, o) if m.get("inputs_first") else (o, i)
        if bias:
            out[name + ".bias"] = (o,)

    def norm(name, size):
        out[name + ".weight"] = (size,)
        if m.get("norm") == "layer":
            out[name + ".bias"] = (size,)

    biases = m.get("biases", ())
    for i, layer in enumerate(m["layers"]):
        at = m["prefix"] % i
        if "qkv" in m:
            linear(at + m["qkv"], (h + 2 * k) * e, d, bias="fc" in m)
        else:
            for name, rows in (("q", h * e), ("k", k * e), ("v", k * e)):
                linear(at + "self_attn.%s_proj" % name, rows, d, name in biases)
        linear(at + m.get("out", "self_attn.o_proj"), d, h * e, "o" in biases or "fc" in m)
        if "qk" in m:
            norm(at + "self_attn.q_norm", h * e if m["qk"] == "whole" else e)
            norm(at + "self_attn.k_norm", k * e if m["qk"] == "whole" else e)
        if layer.get("experts"):
            linear(at + m["router"], layer["experts"], d)
            inner = c.get("moe_intermediate_size", wide)
            g, u, dn = m["expert_names"]
            for j in range(layer["experts"]):
                for name, o, n in ((g, inner, d), (u, inner, d), (dn, d, inner)):
                    linear(at + m["experts"] + ".%d.%s" % (j, name), o, n)
        elif "gate_up" in m:
            linear(at + m["gate_up"], 2 * wide, d)
            linear(at + "mlp.down_proj", d, wide)
        elif "fc" in m:
            linear(at + m["fc"], wide, d, True)
            linear(at + "mlp.c_proj", d, wide, True)
        else:
            for name, o, n in (("gate", wide, d), ("up", wide, d), ("down", d, wide)):
                linear(at + "mlp.%s_proj" % name, o, n, name in biases)
        for name in m["norms"].values():
            if name:
                norm(at + name, d)
    norm(m["final"], d)
    if m["head"] not in out:
        out[m["head"]] = (c["vocab_size"], d)
    return out


def weights(m, c, rng):
    made = {}
    for name, shape in shapes(m, c).items():
        x = rng.standard_normal(shape)
        if len(shape) == 1:
            x = 0.2 * x if name.endswith(".bias") else (1 - m.get("offset", 0.0)) + 0.25 * x
        elif name == m["embedding"]:
            x = x * (0.9 if m["head"] != name else 0.45) / max(1.0, m.get("embed_scale", 1.0) ** 0.5)
        elif name == m.get("positions"):
            x = 0.3 * x
        else:
            x = x * 1.4 / math.sqrt(shape[0] if m.get("inputs_first") else shape[1])
        made[name] = x.astype(F4)
    return made


# ---- files -----------------------------------------------------------------------------------------------------------------------------------

def write_safetensors(path, tensors):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name in sorted(tensors):
        size = tensors[name].nbytes
        header[name] = dict(dtype="F32", shape=list(tensors[name].shape), data_offsets=[at, at + size])
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text)
        for name in sorted(tensors):
            f.write(tensors[name].tobytes())


def digits(x, n):
    return [digits(v, n) for v in x] if np.ndim(x) else float("%.*g" % (n, x))


def cases(m, w, c, rng):
    vocab, eos = c["vocab_size"], c["eos_token_id"]
    low, out = 2, []

    def tokens(n):
        return [1] + [int(i) for i in rng.integers(low, min(eos) - 1, n - 1)]

    def forward(ids, positions):
        states, logits = run(m, w, np.array(ids))
        return dict(kind="forward", input_ids=ids, positions=positions, logits=digits(logits[positions], 7),
                    logsumexp=digits(np.log(np.exp(logits).sum(-1)), 10), sum=digits(logits.sum(-1), 10),
                    hidden_norms=digits(np.sqrt(np.array([(s * s).sum(-1) for s in states])), 8))

    def last(ids):
        return run(m, w, np.array(ids))[1][-1]

    out.append(forward(tokens(7), list(range(7))))
    out.append(forward(tokens(30), [0, 15, 28, 29]))
    rows = [tokens(5), tokens(13), tokens(9)]
    widest = max(map(len, rows))
    out.append(dict(kind="batch", sequences=rows, padding_side="left", input_ids=[[0] * (widest - len(r)) + r for r in rows],
                    attention_mask=[[0] * (widest - len(r)) + [1] * len(r) for r in rows], last_logits=[digits(last(r), 7) for r in rows]))
    found = 0
    while found < 2:
        prompt = tokens(5 + 4 * found)
        ids, new, margins = list(prompt), [], []
        while len(new) < 22:
            row = np.sort(last(ids))
            best = int(np.argmax(last(ids)))
            margins.append(float(row[-1] - row[-2]))
            new.append(best)
            ids.append(best)
            if best in eos:
                break
        if min(margins) <= 0.001:
            continue
        found += 1
        out.append(dict(kind="generate", prompt=prompt, max_new_tokens=22, eos_token_ids=eos, new_ids=new, stopped_by_eos=new[-1] in eos, min_margin=float("%.5g" % min(margins))))
    prompt, completion = tokens(6), tokens(13)[1:]
    logits = run(m, w, np.array(prompt + completion))[1]
    logs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    at = range(len(prompt) - 1, len(prompt) + len(completion) - 1)
    out.append(dict(kind="logprobs", prompt=prompt, completion=completion, logprobs=digits([logs[i][t] for i, t in zip(at, completion)], 9),
                    entropy=digits([-(np.exp(logs[i]) * logs[i]).sum() for i in at], 9)))
    assert vocab == len(logits[0])
    return out


def main(folder):
    for seed, (name, (make, style)) in enumerate(MODELS.items()):
        m, (old, new) = make()
        c = old if style == "v4" else new
        rng = np.random.default_rng(1000 + seed)
        stored = weights(m, c, rng)
        w = {k: v.astype(np.float64) for k, v in stored.items()}
        at = os.path.join(folder, name)
        os.makedirs(at, exist_ok=True)
        write_safetensors(os.path.join(at, "model.safetensors"), stored)
        reference = dict(
            source=dict(implementation="tests/conformance/tools/second_decoder.py, this project's own second implementation in NumPy; not transformers", numpy=np.__version__,
                        reference_dtype="float64", inv_freq_dtype="float32", stored_dtype="float32", seed=1000 + seed),
            family=c["model_type"], config_style=style, config_alt=dict(file="config_alt.json", style="v5" if style == "v4" else "v4"),
            weight_files=["model.safetensors"], tied_embeddings=m["head"] == m["embedding"], num_parameters=sum(v.size for v in stored.values()),
            cases=cases(m, w, c, rng))
        eos = c["eos_token_id"]
        files = {"config.json": c, "config_alt.json": new if style == "v4" else old, "reference.json": reference,
                 "generation_config.json": dict(_from_model_config=True, bos_token_id=1, eos_token_id=eos if len(eos) > 1 else eos[0], pad_token_id=0)}
        for file, content in files.items():
            with open(os.path.join(at, file), "w", encoding="utf-8") as f:
                f.write(json.dumps(content, indent=None if file == "reference.json" else 1, separators=(",", ":") if file == "reference.json" else None, sort_keys=file != "reference.json") + "\n")
        spread = [float(np.std(row)) for row in reference["cases"][0]["logits"]]
        print("%-18s %8d parameters, logits spread %.2f to %.2f, greedy %s" % (name, reference["num_parameters"], min(spread), max(spread), [len(k["new_ids"]) for k in reference["cases"] if k["kind"] == "generate"]))


if __name__ == "__main__":
    main(sys.argv[1])
