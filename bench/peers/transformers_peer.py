"""The same work by torch and transformers, what TRL's trainers do without vLLM. One JSON object a line.

  transformers_peer.py load|decode|grpo|sft|eval|kl DIR DEVICE DTYPE SETTINGS.json

Settings: batches, prompt, new, grpo_prompts, grpo_samples, grpo_new, sft_rows, sft_tokens, eval_prompts, eval_new, kl_prompts, kl_new, steps.
"""
import json, resource, sys, time
import torch
from transformers import AutoModelForCausalLM

job, directory, device, dtype, settings = sys.argv[1:6]
settings = json.load(open(settings))
dtype = getattr(torch, dtype)
cuda = device.startswith("cuda")
random = torch.Generator().manual_seed(0)


def clock():
    if cuda:
        torch.cuda.synchronize()
    return time.time()


def load():
    return AutoModelForCausalLM.from_pretrained(directory, dtype=dtype).to(device)


def peak():
    return torch.cuda.max_memory_allocated() / 2**30 if cuda else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def tell(work, seconds, **more):
    print(json.dumps({"work": work, "seconds": seconds, "peak_gib": peak(), **more}), flush=True)


def ids(rows, tokens):
    return torch.randint(0, 20000, (rows, tokens), generator=random).to(device)


def generate(model, prompts, new, sample):
    return model.generate(prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=new, min_new_tokens=new, do_sample=sample,
                          top_k=0 if sample else None, pad_token_id=0)


def log_probs(model, full, new):
    logits = model(full, logits_to_keep=new + 1).logits[:, :-1].float()
    return torch.log_softmax(logits, -1).gather(-1, full[:, -new:, None]).squeeze(-1)


def adamw(model):
    return torch.optim.AdamW(model.parameters(), lr=1e-6, fused=True)


start = clock()
model = load()
tell("load", clock() - start)
if job == "decode":
    for batch in settings["batches"]:
        for sample in (False, True):
            for _ in range(2):
                prompts, start = ids(batch, settings["prompt"]), clock()
                generate(model, prompts, settings["new"], sample)
                seconds = clock() - start
            tell(f"decode {batch} {'sampled' if sample else 'greedy'}", seconds)
elif job == "grpo":
    reference, optimizer, new = load(), adamw(model), settings["grpo_new"]
    for step in range(settings["steps"] + 1):
        prompts = ids(settings["grpo_prompts"], settings["prompt"]).repeat_interleave(settings["grpo_samples"], 0)
        start = clock()
        with torch.no_grad():
            full = generate(model, prompts, new, True)
            generated = clock()
            ref = log_probs(reference, full, new)
        own = log_probs(model, full, new)
        gap, advantage = ref - own, torch.randn(len(prompts), 1, device=device)
        (-(torch.exp(own - own.detach()) * advantage) + 0.02 * (gap.exp() - gap - 1)).mean().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step > 0:
            tell("grpo", clock() - start, generation=generated - start)
elif job == "sft":
    optimizer = adamw(model)
    for step in range(settings["steps"] + 1):
        rows, start = ids(settings["sft_rows"], settings["sft_tokens"]), clock()
        model(rows, labels=rows).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step > 0:
            tell("sft", clock() - start)
elif job == "eval":
    for warm in (True, False):
        prompts, start = ids(settings["eval_prompts"] if not warm else 8, settings["prompt"]), clock()
        for batch in prompts.split(256):
            generate(model, batch, settings["eval_new"], False)
        if not warm:
            tell("eval", clock() - start)
elif job == "kl":
    reference = load()
    with torch.no_grad():
        for warm in (True, False):
            start = clock()
            full = generate(model, ids(settings["kl_prompts"], settings["prompt"]), settings["kl_new"], True)
            for rows in full.split(8):
                a, b = (torch.log_softmax(m(rows, logits_to_keep=settings["kl_new"] + 1).logits[:, :-1].float(), -1) for m in (model, reference))
                (a.exp() * (a - b)).sum().item()
            if not warm:
                tell("kl", clock() - start)
elif job != "load":
    sys.exit(__doc__)
