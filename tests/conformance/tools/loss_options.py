#!/usr/bin/python3
"""Values and gradients of the losses of GRPO's family, DPO, SFT, reward models and PPO under many combinations of options, from their formulas.

A second implementation of this project, in plain Python floats, of the formulas that the product documents (enums GrpoLossType and
DpoLossType; TRL 1.16's reductions; PPO after TRL 1.10's and the textbook's). Gradients are central differences; what a loss holds constant is computed from a copy that is not moved.

    /usr/bin/python3 tests/conformance/tools/loss_options.py tests/conformance/trainers/loss-options.json
"""
import itertools
import json
import math
import random
import sys

STEP = 1e-5


def logsigmoid(x):
    return -math.log1p(math.exp(-x)) if x >= 0 else x - math.log1p(math.exp(x))


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def clamp(x, low, high):
    return min(max(x, low), high)


def quantile(values, q):
    values = sorted(values)
    at = q * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


# ---------------------------------------------------------------- GRPO

GRPO_DEFAULTS = {
    "loss_type": "grpo", "importance_sampling_level": "token", "beta": 0.0, "epsilon": 0.2, "epsilon_high": 0.2, "delta": None,
    "top_entropy_quantile": 1.0, "off_policy_mask_threshold": None, "use_bias_correction_kl": False, "entropy_coef": 0.0,
    "sapo_temperature_pos": 1.0, "sapo_temperature_neg": 1.05, "vespo_k_pos": 2.0, "vespo_lambda_pos": 3.0, "vespo_k_neg": 3.0,
    "vespo_lambda_neg": 2.0, "max_completion_length": 6, "loss_divisor": None,
}


def grpo(x, fixed, entropies, data, case):
    """The loss at log-probabilities x and entropies; `fixed` is the copy of x that no gradient flows through."""
    o = {**GRPO_DEFAULTS, **case["options"]}
    mask, advantages, reference = data["mask"], data["advantages"], data["reference"]
    old = fixed if case["on_policy"] else data["old"]
    rows, width = len(x), len(x[0])
    share, in_update = case["row_share"], case["tokens_in_update"]
    ratio = [[x[b][t] - old[b][t] for t in range(width)] for b in range(rows)]
    ratio0 = [[fixed[b][t] - old[b][t] for t in range(width)] for b in range(rows)]
    count = [max(1, sum(mask[b])) for b in range(rows)]

    def weights(r):
        if o["importance_sampling_level"] == "token":
            return [[math.exp(v) for v in row] for row in r]
        return [[math.exp(sum(v * m for v, m in zip(row, mask[b])) / count[b])] * width for b, row in enumerate(r)]

    w, w0 = weights(ratio), weights(ratio0)
    tokens = [(b, t) for b in range(rows) for t in range(width) if mask[b][t]]
    least = quantile([data["entropies"][b][t] for b, t in tokens], 1 - o["top_entropy_quantile"]) if tokens else 0
    high = [[mask[b][t] and (o["top_entropy_quantile"] == 1 or data["entropies"][b][t] >= least) for t in range(width)] for b in range(rows)]
    losses = [[0.0] * width for _ in range(rows)]
    sequence = []
    for b in range(rows):
        a = advantages[b]
        if o["loss_type"] in ("rloo", "gmpo", "reinforce"):
            if o["loss_type"] == "reinforce":
                sequence.append(-a * sum(x[b][t] for t in range(width) if mask[b][t]))
            elif o["loss_type"] == "rloo":
                r = math.exp(sum(ratio[b][t] for t in range(width) if mask[b][t]))
                sequence.append(-min(r * a, clamp(r, 1 - o["epsilon"], 1 + o["epsilon_high"]) * a))
            else:
                pick = min if a > 0 else max
                r = sum(pick(ratio[b][t], clamp(ratio[b][t], -o["epsilon"], o["epsilon_high"])) for t in range(width) if mask[b][t]) / count[b]
                sequence.append(-math.exp(r) * a)
            continue
        low_drift = -sum(ratio0[b][t] for t in range(width) if mask[b][t]) / count[b]
        kept = o["off_policy_mask_threshold"] is None or a >= 0 or low_drift <= o["off_policy_mask_threshold"]
        log_w = clamp(sum(clamp(ratio0[b][t], -20, 20) for t in range(width) if mask[b][t]), math.log(1e-8), 20)
        for t in range(width):
            if o["loss_type"] == "cispo":
                value = -min(w0[b][t], o["epsilon_high"]) * a * x[b][t]
            elif o["loss_type"] == "sapo":
                tau = o["sapo_temperature_pos"] if a > 0 else o["sapo_temperature_neg"]
                value = -sigmoid(tau * (w[b][t] - 1)) * 4 / tau * a
            elif o["loss_type"] == "vespo":
                k, lam = (o["vespo_k_pos"], o["vespo_lambda_pos"]) if a >= 0 else (o["vespo_k_neg"], o["vespo_lambda_neg"])
                value = -math.exp(lam + k * log_w - lam * math.exp(log_w)) * a * x[b][t]
            else:
                free = w[b][t] if o["delta"] is None else min(w[b][t], o["delta"])
                value = -min(free * a, clamp(w[b][t], 1 - o["epsilon"], 1 + o["epsilon_high"]) * a)
            losses[b][t] = value if kept and high[b][t] else 0.0
    if o["beta"]:
        kl = [[0.0] * width for _ in range(rows)]
        for b in range(rows):
            for t in range(width):
                d = reference[b][t] - x[b][t]
                kl[b][t] = (math.exp(d) - d - 1) * (w[b][t] if o["use_bias_correction_kl"] else 1)
        if o["loss_type"] == "gmpo":
            sequence = [s + o["beta"] * sum(kl[b][t] for t in range(width) if mask[b][t]) / count[b] for b, s in enumerate(sequence)]
        else:
            losses = [[losses[b][t] + o["beta"] * kl[b][t] for t in range(width)] for b in range(rows)]
    total = sum(losses[b][t] for b, t in tokens)
    kind = o["loss_type"]
    if kind in ("rloo", "gmpo", "reinforce"):
        loss = mean(sequence) * share
    elif kind == "bnpo":
        loss = total / max(1, len(tokens)) * share
    elif kind == "dr_grpo":
        loss = total / (rows * (o["loss_divisor"] or o["max_completion_length"])) * share
    elif kind in ("dapo", "cispo", "vespo"):
        loss = total / max(1, in_update)
    elif kind == "luspo":
        loss = total / rows * share
    else:
        loss = mean(sum(losses[b][t] for t in range(width) if mask[b][t]) / count[b] for b in range(rows)) * share
    if o["entropy_coef"]:
        part = [(b, t) for b, t in tokens if high[b][t]]
        entropy = sum(entropies[b][t] for b, t in part)
        entropy = entropy / max(1, in_update) if kind in ("dapo", "cispo", "vespo") else entropy / max(1, len(part)) * share
        loss -= o["entropy_coef"] * entropy
    return loss


def gradient(function, table):
    result = []
    for row in range(len(table)):
        line = []
        for t in range(len(table[row])):
            at = table[row][t]
            table[row][t] = at + STEP
            above = function(table)
            table[row][t] = at - STEP
            below = function(table)
            table[row][t] = at
            line.append((above - below) / (2 * STEP))
        result.append(line)
    return result


def grpo_cases(rng):
    rows, width = 5, 6
    data = {"logprobs": [[rng.uniform(-3, -0.2) for _ in range(width)] for _ in range(rows)]}
    data["old"] = [[v + rng.uniform(-0.6, 0.6) for v in row] for row in data["logprobs"]]
    data["reference"] = [[v + rng.uniform(-0.7, 0.7) for v in row] for row in data["logprobs"]]
    data["entropies"] = [[rng.uniform(0.1, 2.5) for _ in range(width)] for _ in range(rows)]
    data["mask"] = [[1] * 6, [1, 1, 1, 0, 0, 0], [0] * 6, [1, 0, 0, 0, 0, 0], [1, 0, 1, 1, 1, 0]]  # whole, short, left out, one token, a tool's token
    data["advantages"] = [1.3, -0.8, 0.9, -1.7, 0.0]
    cases = []
    losses = ["grpo", "bnpo", "dr_grpo", "dapo", "luspo", "cispo", "sapo", "vespo", "rloo", "gmpo", "reinforce"]
    for kind, level, beta in itertools.product(losses, ("token", "sequence"), (0.0, 0.07)):
        row_loss = kind in ("rloo", "gmpo", "reinforce")
        if (row_loss and level == "sequence") or (kind in ("rloo", "reinforce") and beta):
            continue
        for variant in range(2):
            options = {"loss_type": kind, "importance_sampling_level": level, "beta": beta}
            if kind == "cispo":
                options["epsilon_high"] = rng.choice([1.2, 1.6, 4.0])
            elif kind not in ("sapo", "vespo", "reinforce"):
                options["epsilon"] = rng.choice([0.05, 0.1, 0.3])
                options["epsilon_high"] = rng.choice([0.08, 0.2, 0.45])
                if kind not in ("rloo", "gmpo") and rng.random() < 0.5:
                    options["delta"] = rng.choice([1.5, 1.7])
            if not row_loss:
                if rng.random() < 0.5:
                    options["top_entropy_quantile"] = rng.choice([0.2, 0.5, 0.8])
                if rng.random() < 0.5:
                    options["off_policy_mask_threshold"] = rng.choice([0.01, 0.1])
                if beta and rng.random() < 0.6:
                    options["use_bias_correction_kl"] = True
            if rng.random() < 0.4:
                options["entropy_coef"] = rng.choice([0.01, -0.02])
            if kind == "sapo":
                options["sapo_temperature_pos"], options["sapo_temperature_neg"] = rng.choice([(0.7, 1.4), (2.0, 0.5)])
            if kind == "vespo":
                options.update(zip(("vespo_k_pos", "vespo_lambda_pos", "vespo_k_neg", "vespo_lambda_neg"), rng.choice([(0.0, 1.0, 1.5, 2.5), (1.0, 0.5, 2.0, 1.0)])))
            if kind == "dr_grpo":
                options.update(rng.choice([{"max_completion_length": 11}, {"loss_divisor": 7.5}]))
            case = {"options": options, "on_policy": kind == "reinforce" or variant == 1 and rng.random() < 0.4, "row_share": rng.choice([1.0, 0.4]),
                    "tokens_in_update": rng.choice([14.0, 31.0])}
            base = [list(row) for row in data["logprobs"]]
            case["loss"] = grpo(base, data["logprobs"], data["entropies"], data, case)
            case["gradient"] = gradient(lambda x: grpo(x, data["logprobs"], data["entropies"], data, case), base)
            if options.get("entropy_coef"):
                moved = [list(row) for row in data["entropies"]]
                case["entropy_gradient"] = gradient(lambda e: grpo(data["logprobs"], data["logprobs"], e, data, case), moved)
            cases.append(case)
    return data, cases


# ---------------------------------------------------------------- DPO

DPO_DEFAULTS = {
    "loss_type": "sigmoid", "loss_weights": None, "beta": 0.1, "label_smoothing": 0.0, "f_divergence_type": "reverse_kl",
    "f_alpha_divergence_coef": 0.5, "ld_alpha": None, "use_weighting": False, "discopop_tau": 0.05,
}


def score(ratio, o):
    kind = o["f_divergence_type"]
    if kind == "forward_kl":
        return 1 - math.exp(-ratio)
    if kind == "js_divergence":
        return math.log(2) + logsigmoid(ratio)
    if kind == "alpha_divergence" and abs(o["f_alpha_divergence_coef"] - 1) >= 1e-6:
        c = o["f_alpha_divergence_coef"] - 1
        return math.expm1(min(80, c * ratio)) / c
    return ratio


def dpo(x, fixed, data, case):
    o = {**DPO_DEFAULTS, **case["options"]}
    lengths, pairs = data["lengths"], len(x) // 2

    def total(table, row):
        shared = min(lengths[row], lengths[row ^ 1])
        tail = 1 if o["ld_alpha"] is None else o["ld_alpha"]
        return sum(table[row][t] * (1 if t < shared else tail) for t in range(lengths[row]))

    policy, reference = [total(x, r) for r in range(len(x))], [total(data["reference"], r) for r in range(len(x))]
    ratio = [p - q for p, q in zip(policy, reference)]
    s = [score(r, o) for r in ratio]
    beta, smooth = o["beta"], o["label_smoothing"]
    kinds = o["loss_type"] if isinstance(o["loss_type"], list) else [o["loss_type"]]
    result = 0.0
    for kind, weight in zip(kinds, o["loss_weights"] or [1.0] * len(kinds)):
        each = []
        if kind in ("aot", "aot_unpaired"):
            if kind == "aot":
                mine = sorted(policy[2 * i] - policy[2 * i + 1] for i in range(pairs))
                theirs = sorted(reference[2 * i] - reference[2 * i + 1] for i in range(pairs))
            else:
                mine, theirs = sorted(ratio[0::2]), sorted(ratio[1::2])
            each = [-logsigmoid(beta * (m - n)) * (1 - smooth) - logsigmoid(-beta * (m - n)) * smooth for m, n in zip(mine, theirs)]
        else:
            for i in range(pairs):
                c, r = 2 * i, 2 * i + 1
                z = beta * (s[c] - s[r])
                by_token = s[c] / lengths[c] - s[r] / lengths[r]
                each.append({
                    "sigmoid": lambda: -logsigmoid(z),
                    "hinge": lambda: max(0.0, 1 - z),
                    "ipo": lambda: (by_token - 1 / (2 * beta)) ** 2,
                    "exo_pair": lambda: sigmoid(z) * (logsigmoid(z) - math.log1p(-smooth)) + sigmoid(-z) * (logsigmoid(-z) - math.log(smooth)),
                    "nca_pair": lambda: -logsigmoid(beta * s[c]) - 0.5 * logsigmoid(-beta * s[c]) - 0.5 * logsigmoid(-beta * s[r]),
                    "robust": lambda: (-(1 - smooth) * logsigmoid(z) + smooth * logsigmoid(-z)) / (1 - 2 * smooth),
                    "bco_pair": lambda: -logsigmoid(beta * s[c]) - logsigmoid(-beta * s[r]),
                    "sppo_hard": lambda: (s[c] - 0.5 / beta) ** 2 + (s[r] + 0.5 / beta) ** 2,
                    "apo_zero": lambda: 1 - sigmoid(beta * ratio[c]) + sigmoid(beta * ratio[r]),
                    "apo_down": lambda: sigmoid(beta * ratio[c]) + 1 - sigmoid(z),
                    "discopop": lambda: -logsigmoid(z) * (1 - sigmoid(z / o["discopop_tau"])) + math.exp(-z) * sigmoid(z / o["discopop_tau"]),
                    "sft": lambda: -sum(sum(x[2 * j][: lengths[2 * j]]) for j in range(pairs)) / sum(lengths[0::2]),
                    "sigmoid_norm": lambda: -logsigmoid(beta * by_token),
                }[kind]())
        if o["use_weighting"]:
            w = [math.exp(sum(fixed[r][t] - data["collisions"][r][t] for t in range(lengths[r])) / lengths[r]) for r in range(len(x))]
            each = [e * w[2 * i] * w[2 * i + 1] for i, e in enumerate(each)]
        result += weight * mean(each)
    return result


def dpo_cases(rng):
    lengths = [4, 6, 1, 3, 5, 5, 2, 1]
    width = max(lengths)
    pad = lambda make: [[make() if t < n else 0.0 for t in range(width)] for n in lengths]
    data = {"lengths": lengths, "logprobs": pad(lambda: rng.uniform(-3, -0.2))}
    data["reference"] = [[v + rng.uniform(-0.8, 0.8) if t < lengths[r] else 0.0 for t, v in enumerate(row)] for r, row in enumerate(data["logprobs"])]
    data["collisions"] = pad(lambda: rng.uniform(-2.5, -0.3))
    kinds = ["sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired", "apo_zero", "apo_down",
             "discopop", "sft", "sigmoid_norm"]
    # Other divergences only where the difference of a pair's scores is all that is read, or nothing of them.
    differences = ["sigmoid", "hinge", "ipo", "exo_pair", "robust", "discopop", "sft", "sigmoid_norm"]
    cases = []
    for kind, divergence in itertools.product(kinds, ("reverse_kl", "forward_kl", "js_divergence", "alpha_divergence")):
        if divergence != "reverse_kl" and kind not in differences:
            continue
        options = {"loss_type": kind, "beta": rng.choice([0.05, 0.2, 0.7]), "f_divergence_type": divergence}
        if kind in ("exo_pair", "robust", "aot", "aot_unpaired"):
            options["label_smoothing"] = rng.choice([0.02, 0.2, 0.35])
        if divergence == "alpha_divergence":
            options["f_alpha_divergence_coef"] = rng.choice([0.2, 1.0, 1.8, -0.5])
        if kind == "discopop":
            options["discopop_tau"] = rng.choice([0.03, 0.2])
        if rng.random() < 0.4:
            options["ld_alpha"] = rng.choice([0.0, 0.3, 1.0])
        if kind not in ("aot", "aot_unpaired") and rng.random() < 0.4:
            options["use_weighting"] = True
        cases.append({"options": options})
    cases += [{"options": {"loss_type": a, "loss_weights": w, "beta": 0.3, "label_smoothing": 0.1}} for a, w in
              [(["sigmoid", "sft"], [1.0, 0.2]), (["robust", "exo_pair", "apo_down"], [0.5, -0.25, 2.0]), (["ipo", "aot"], [0.0, 1.0]), (["hinge", "bco_pair", "sft"], None)]]
    cases += [{"options": {"loss_type": a, "loss_weights": w, "beta": 0.3, "f_divergence_type": d, "ld_alpha": l}} for a, w, d, l in
              [(["sigmoid_norm", "sft"], [1.0, 0.5], "forward_kl", 0.4), (["ipo", "discopop"], [0.1, 1.0], "js_divergence", 0.7), (["hinge", "sigmoid", "sft"], [0.8, 0.2, 1.0], "alpha_divergence", 1.0)]]
    for case in cases:
        if case["options"].get("loss_weights", 0) is None:
            del case["options"]["loss_weights"]
        base = [list(row) for row in data["logprobs"]]
        case["loss"] = dpo(base, data["logprobs"], data, case)
        slope = gradient(lambda x: dpo(x, data["logprobs"], data, case), base)
        case["gradient"] = [[g if t < lengths[r] else 0.0 for t, g in enumerate(row)] for r, row in enumerate(slope)]
    return data, cases


# ---------------------------------------------------------------- SFT and reward models


def log_softmax(row):
    top = max(row)
    total = top + math.log(sum(math.exp(v - top) for v in row))
    return [v - total for v in row]


def sft(x, fixed, data, case):
    """Sum over the targets; the weight of DFT is the copy's."""
    smooth, total = case.get("label_smoothing_factor", 0.0), 0.0
    for row, frozen, target in zip(x, fixed, data["targets"]):
        p = log_softmax(row)
        nll = -p[target]
        if case["loss_type"] == "dft":
            total += math.exp(log_softmax(frozen)[target]) * nll
        else:
            total += (1 - smooth) * nll + smooth * mean(-v for v in p)
    return total


def sft_cases(rng):
    data = {"logits": [[rng.uniform(-2, 3) for _ in range(5)] for _ in range(4)], "targets": [0, 4, 2, 2]}
    cases = []
    for case in [{"loss_type": "nll"}, {"loss_type": "chunked_nll"}, {"loss_type": "dft"}, {"loss_type": "nll", "label_smoothing_factor": 0.05},
                 {"loss_type": "chunked_nll", "label_smoothing_factor": 0.6}]:
        base = [list(row) for row in data["logits"]]
        case = {"options": case, "loss": sft(base, data["logits"], data, case), "gradient": gradient(lambda x: sft(x, data["logits"], data, case), base)}
        cases.append(case)
    return data, cases


def reward(x, data, case):
    total = 0.0
    for i, (c, r) in enumerate(x):
        margin = data["margins"][i] if case["margins"] else 0
        total += -logsigmoid(c - r - margin) + (case["center_rewards_coefficient"] or 0) * (c + r) ** 2
    return total / len(x)


def reward_cases(rng):
    data = {"scores": [[rng.uniform(-3, 3), rng.uniform(-3, 3)] for _ in range(4)], "margins": [0.0, 0.7, 2.5, -0.4]}
    cases = []
    for margins, center in itertools.product((False, True), (None, 0.0, 0.03, 0.5)):
        case = {"margins": margins, "center_rewards_coefficient": center}
        base = [list(row) for row in data["scores"]]
        cases.append({**case, "loss": reward(base, data, case), "gradient": gradient(lambda x: reward(x, data, case), base)})
    return data, cases


# ---------------------------------------------------------------- PPO


def whiten(table, kept, shift):
    flat = [v for row, n in zip(table, kept) for v in row[:n]]
    m = mean(flat)
    variance = sum((v - m) ** 2 for v in flat) / max(1, len(flat) - 1)
    scale = 1 / math.sqrt(variance + 1e-8)
    return [[(v - m) * scale + (0 if shift else m) if t < n else 0.0 for t, v in enumerate(row)] for row, n in zip(table, kept)]


def ppo_advantages(data, o, form):
    width = len(data["logprobs"][0])
    ends = [min(n + 1, width) if form == "trl" else n for n in data["lengths"]]
    rewards = []
    for b, n in enumerate(data["lengths"]):
        k1 = [data["logprobs"][b][t] - data["reference"][b][t] for t in range(n)]
        kl = k1 if o["kl_estimator"] == "k1" else [math.exp(-k) - 1 + k for k in k1]
        row = [-o["kl_coef"] * k for k in kl] + [0.0] * (width - n)
        row[ends[b] - 1] += data["scores"][b]
        rewards.append(row)
    if o["whiten_rewards"]:
        rewards = whiten(rewards, ends, False)
    raw, returns = [], []
    for b in range(len(rewards)):
        value = [v if t < ends[b] else 0.0 for t, v in enumerate(data["values"][b])] + [0.0]
        # A sum over all later errors in place of the recursion.
        last = width if form == "trl" else ends[b]
        error = [rewards[b][t] + o["gamma"] * value[t + 1] - value[t] for t in range(last)]
        line = [sum((o["gamma"] * o["lam"]) ** (u - t) * error[u] for u in range(t, last)) if t < last else 0.0 for t in range(width)]
        raw.append(line)
        returns.append([a + value[t] if t < last else 0.0 for t, a in enumerate(line)])
    return ends, raw, returns, whiten(raw, data["lengths"], True)


def ppo(x, values, data, o, form):
    ends, _, returns, advantages = ppo_advantages(data, o, form)
    policy, value = [], []
    for b, n in enumerate(data["lengths"]):
        for t in range(n):
            r = math.exp(x[b][t] - data["logprobs"][b][t])
            policy.append(max(-advantages[b][t] * r, -advantages[b][t] * clamp(r, 1 - o["cliprange"], 1 + o["cliprange"])))
        for t in range(ends[b]):
            near = clamp(values[b][t], data["values"][b][t] - o["cliprange_value"], data["values"][b][t] + o["cliprange_value"])
            value.append(max((values[b][t] - returns[b][t]) ** 2, (near - returns[b][t]) ** 2))
    return mean(policy) + o["vf_coef"] * 0.5 * mean(value)


def ppo_cases(rng):
    lengths, width = [5, 3, 1, 4], 5
    table = lambda low, high: [[rng.uniform(low, high) for _ in range(width)] for _ in lengths]
    data = {"lengths": lengths, "scores": [0.9, -1.4, 0.3, 2.2], "logprobs": table(-3, -0.2), "values": table(-1, 1)}
    shifted = lambda name, by: [[v + rng.uniform(-by, by) for v in row] for row in data[name]]
    data.update(reference=shifted("logprobs", 0.5), new_logprobs=shifted("logprobs", 0.5), new_values=shifted("values", 0.8))
    cases = []
    for form, estimator, white in itertools.product(("textbook", "trl"), ("k1", "k3"), (False, True)):
        o = {"form": form, "kl_estimator": estimator, "whiten_rewards": white, "kl_coef": rng.choice([0.0, 0.02, 0.6]), "gamma": rng.choice([1.0, 0.9, 0.5]), "lam": rng.choice([0.0, 0.7, 1.0]),
             "cliprange": rng.choice([0.05, 0.15, 0.4]), "cliprange_value": rng.choice([0.1, 0.3]), "vf_coef": rng.choice([0.1, 0.8])}
        _, raw, returns, whitened = ppo_advantages(data, o, form)
        inside = lambda rows: [[v if t < n else 0.0 for t, v in enumerate(row)] for row, n in zip(rows, lengths)]
        moved, values = [list(row) for row in data["new_logprobs"]], [list(row) for row in data["new_values"]]
        cases.append({"options": o, "advantages": inside(raw), "returns": inside(returns), "whitened_advantages": whitened, "loss": ppo(moved, values, data, o, form),
                      "gradient": gradient(lambda x: ppo(x, data["new_values"], data, o, form), moved),
                      "value_gradient": gradient(lambda v: ppo(data["new_logprobs"], v, data, o, form), values)})
    return data, cases


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def main(path):
    rng = random.Random(20261127)
    # Inputs are rounded first, so that the file says them exactly.
    grpo_data, grpo_list = grpo_cases(Rounding(rng))
    dpo_data, dpo_list = dpo_cases(Rounding(rng))
    sft_data, sft_list = sft_cases(Rounding(rng))
    reward_data, reward_list = reward_cases(Rounding(rng))
    ppo_data, ppo_list = ppo_cases(Rounding(rng))
    with open(path, "w", encoding="utf-8") as out:
        json.dump({
            "source": {"computed_by": "tests/conformance/tools/loss_options.py", "note": "formulas in float64; gradients by central differences with a step of 1e-5"},
            "inputs": {"grpo": grpo_data, "dpo": dpo_data, "sft": sft_data, "reward": reward_data, "ppo": ppo_data},
            "results": {"grpo_options": rounded(grpo_list), "dpo_options": rounded(dpo_list), "sft_options": rounded(sft_list), "reward_options": rounded(reward_list), "ppo_options": rounded(ppo_list)},
        }, out, indent=None, separators=(",", ":"))
        out.write("\n")
    print(f"{len(grpo_list)} losses of GRPO's family, {len(dpo_list)} of DPO, {len(sft_list)} of SFT, {len(reward_list)} of reward models, {len(ppo_list)} of PPO")


class Rounding(random.Random):
    """Draws with six decimals."""

    def __new__(cls, rng):
        return super().__new__(cls)

    def __init__(self, rng):
        super().__init__(rng.random())

    def uniform(self, a, b):
        return round(super().uniform(a, b), 6)


if __name__ == "__main__":
    main(sys.argv[1])
