#!/usr/bin/env python3
"""Times training steps of transformers' Llama on a CUDA device: the peer of org.halftune.benchmarks.Throughput.

    llama_step.py [--preset llama-3.2-1b|tiny] [--tokens 8192,65536] [--seconds 200] [--json FILE] [--device cuda|cpu]

The same shape with random weights, fused AdamW, clipping to norm 1, scaled_dot_product_attention. Each condition is named:

  methods    fft; hft: the matrices that Halftune's first round trains in number, every other layer's in each category; hft-frozen:
             the same with embeddings and head (one tied matrix) frozen
  weights    fp32: bf16 autocast over fp32 weights, gradients and moments: what Halftune keeps by default, beside its bf16 weights.
             bf16: weights, gradients and moments in bf16, no masters: less memory and traffic than Halftune's default
  attention  PyTorch's choice, or cudnn
  run        eager; layers: torch.compile of a decoder layer, which all layers share, and of the head with its loss; whole:
             torch.compile of the model, which takes over a minute for each method

Rows of --length tokens; a step of more tokens than --batch adds up the gradients of several batches. Each method has a time limit of
its own; one that overruns or fails is named, and the next one begins in a new process. What tells most comes first. A line is printed,
and --json written, as soon as a figure is there.
"""
import argparse, contextlib, gc, json, queue, statistics, subprocess, sys, tempfile, threading, time

PRESETS = {
    "llama-3.2-1b": dict(vocab=128256, hidden=2048, inter=8192, layers=16, heads=32, kv=8, theta=500000.0, length=2048),
    "tiny": dict(vocab=512, hidden=64, inter=172, layers=5, heads=8, kv=4, theta=10000.0, length=64),
}
METHODS = ["fft", "hft", "hft-frozen"]
WARM_UP, STEPS = 3, 10
WARM_UP_MORE, STEPS_MORE = 1, 5  # of a step of more tokens, which takes as much longer

# run, weights, attention, whether the larger steps are timed too, seconds of a method at most
GROUPS = [
    ("layers", "fp32", "default", True, 60),
    ("layers", "bf16", "default", True, 60),
    ("eager", "bf16", "default", False, 40),
    ("layers", "fp32", "cudnn", False, 45),
    ("eager", "fp32", "default", False, 40),
    ("layers", "bf16", "cudnn", False, 45),
    ("whole", "bf16", "default", False, 130),
    ("whole", "fp32", "default", False, 130),
]


def freeze(model, method):
    """Every other matrix of each category; with hft-frozen the embedding, too, which is the head."""
    if method == "fft":
        return
    seen = {}
    for name, p in model.named_parameters():
        if "layers" not in name.split("."):
            if method == "hft-frozen" and p.ndim == 2:
                p.requires_grad_(False)
            continue
        kind = "attention" if "self_attn" in name else "feed-forward" if "mlp" in name else "norms"
        seen[kind] = seen.get(kind, 0) + 1
        p.requires_grad_(seen[kind] % 2 == 0)


def flops_per_token(model, shape):
    """4 N + 2 M + 6 L A S, as org.halftune.benchmarks.ModelFlops; the tied head counts as the embedding's matrix."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    learning = sum(p.numel() for p in matrices if p.requires_grad)
    return 4 * sum(p.numel() for p in matrices) + 2 * learning + 6 * shape["layers"] * shape["hidden"] * shape["length"]


def loss_function(model, run):
    """ids -> loss, as much of it compiled as asked for."""
    import torch
    import torch.nn.functional as F

    if run == "eager":
        return lambda ids: model(input_ids=ids, labels=ids).loss
    if run == "whole":
        compiled = torch.compile(model)
        return lambda ids: compiled(input_ids=ids, labels=ids).loss

    @torch.compile
    def head(hidden, weight, ids):
        logits = F.linear(hidden, weight)[:, :-1].float()
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())

    for layer in model.model.layers:
        layer.compile()  # the code is one, so the graph is, too, for each pattern of what learns
    return lambda ids: head(model.model(input_ids=ids).last_hidden_state, model.lm_head.weight, ids)


def measure(a, method):
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from transformers import LlamaConfig, LlamaForCausalLM

    shape, cuda, fp32 = PRESETS[a.preset], a.device == "cuda", a.weights == "fp32"
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float32 if fp32 else torch.bfloat16)
    with torch.device(a.device):
        model = LlamaForCausalLM(LlamaConfig(
            vocab_size=shape["vocab"], hidden_size=shape["hidden"], intermediate_size=shape["inter"],
            num_hidden_layers=shape["layers"], num_attention_heads=shape["heads"], num_key_value_heads=shape["kv"],
            rope_theta=shape["theta"], max_position_embeddings=shape["length"], tie_word_embeddings=True,
            use_cache=False, attn_implementation="sdpa")).train()
    torch.set_default_dtype(torch.float32)
    freeze(model, method)
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(params, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=cuda)
    flops, loss_of = flops_per_token(model, shape), loss_function(model, a.run)
    rows = max(1, a.batch // shape["length"])

    def conditions():
        stack = contextlib.ExitStack()
        if fp32:
            stack.enter_context(torch.autocast(a.device, torch.bfloat16))
        if a.attention == "cudnn":
            stack.enter_context(sdpa_kernel(SDPBackend.CUDNN_ATTENTION))
        return stack

    def step(batches):
        for _ in range(batches):
            ids = torch.randint(0, shape["vocab"], (rows, shape["length"]), device=a.device)
            with conditions():
                loss = loss_of(ids) / batches
            loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if cuda:
            torch.cuda.synchronize()

    for i, tokens in enumerate(a.tokens.split(",")):
        batches = max(1, int(tokens) // (rows * shape["length"]))
        times, warm_up, steps = [], *((WARM_UP_MORE, STEPS_MORE) if i else (WARM_UP, STEPS))
        for k in range(warm_up + steps):
            start = time.perf_counter()
            step(batches)
            if k >= warm_up:
                times.append(1e3 * (time.perf_counter() - start))
        ordered, median, tokens = sorted(times), statistics.median(times), rows * batches * shape["length"]
        print(json.dumps(dict(
            method=method, run=a.run, weights=a.weights, attention=a.attention, tokens_per_step=tokens,
            batches_per_step=batches, steps=len(times),
            ms_per_step_median=median, ms_per_step_10th=ordered[len(times) // 10],
            ms_per_step_90th=ordered[-1 - len(times) // 10], tokens_per_second=1e3 * tokens / median,
            device_bytes=torch.cuda.max_memory_allocated() if cuda else None, flops_per_token=flops,
            flops_utilisation=flops * 1e3 * tokens / median / (a.peak * 1e12),
            device=torch.cuda.get_device_name() if cuda else "cpu", torch=torch.__version__)), flush=True)


def measure_all(a):
    """The methods of one group, one after another in this process; a line after each says that it is done."""
    import torch

    for method in a.methods.split(","):
        measure(a, method)
        print(json.dumps(dict(done=method)), flush=True)
        gc.collect()
        torch._dynamo.reset()
        if a.device == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()


def follow(command, methods, limit, end):
    """Yields the results of a group's methods, and (method, problem) for one that fails or overruns; the rest begins anew."""
    pending = list(methods)
    while pending:
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(command + ["--methods", ",".join(pending)], stdout=subprocess.PIPE, stderr=errors,
                                       text=True)
            lines = queue.Queue()

            def read(stream=process.stdout, lines=lines):
                for line in stream:
                    lines.put(line)
                lines.put(None)

            threading.Thread(target=read, daemon=True).start()
            until, problem = min(time.monotonic() + limit, end), None
            try:
                while pending and problem is None:
                    try:
                        line = lines.get(timeout=max(0.1, until - time.monotonic()))
                    except queue.Empty:
                        problem = "no time left" if until == end else f"over its {limit} s"
                        break
                    if line is None:
                        process.wait()
                        errors.seek(0)
                        last = errors.read().strip().splitlines() or [f"it ended with code {process.returncode}"]
                        problem = f"failed: {last[-1][:160]}"
                    elif line.startswith('{"done"'):
                        pending.pop(0)
                        until = min(time.monotonic() + limit, end)
                    elif line.startswith('{"method"'):
                        yield json.loads(line)
            finally:
                process.kill()
                process.wait()
            if problem:
                yield pending.pop(0), problem
                if time.monotonic() >= end:
                    for method in pending:
                        yield method, "no time left"
                    return


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--preset", choices=PRESETS, default="llama-3.2-1b")
    ap.add_argument("--tokens", default="8192,65536", help="tokens a step, one number or several, the smallest first")
    ap.add_argument("--batch", type=int, default=8192, help="tokens of a batch at most")
    ap.add_argument("--seconds", type=float, default=200, help="for everything")
    ap.add_argument("--limit", type=float, help="seconds of each method at most, instead of those in GROUPS")
    ap.add_argument("--peak", type=float, default=989, help="TFLOP/s of the device")
    ap.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    ap.add_argument("--json", help="file for the figures")
    # The settings for a process of one group.
    ap.add_argument("--methods", help=argparse.SUPPRESS)
    ap.add_argument("--run", help=argparse.SUPPRESS)
    ap.add_argument("--weights", help=argparse.SUPPRESS)
    ap.add_argument("--attention", help=argparse.SUPPRESS)
    a = ap.parse_args()
    if a.methods:
        return measure_all(a)

    end, results, problems = time.monotonic() + a.seconds, [], []
    print(f"PyTorch, {a.preset}: weights fp32 are bf16 autocast over fp32 weights, moments in the weights' type;"
          f" run layers: decoder layers, head and loss compiled\n\n"
          f"{'method':10} {'run':7} {'weights':7} {'attention':9} {'tokens':>6} {'ms/step':>8} {'10th-90th':>15}"
          f" {'tokens/s':>8} {'FLOP/s':>6} {'GB':>7}", flush=True)
    for run, weights, attention, larger, limit in GROUPS:
        name = f"{run:7} {weights:7} {attention:9}"
        if attention == "cudnn" and a.device == "cpu":
            continue
        if end - time.monotonic() < 10:
            problem = "no time left"
            problems.append(dict(method="all", run=run, weights=weights, attention=attention, problem=problem))
            print(f"{'all':10} {name} {problem} of {a.seconds:.0f} s", flush=True)
            continue
        options = dict(preset=a.preset, tokens=a.tokens if larger else a.tokens.split(",")[0], batch=a.batch, peak=a.peak,
                       device=a.device, run=run, weights=weights, attention=attention)
        command = [sys.executable, __file__] + [word for k, v in options.items() for word in (f"--{k}", str(v))]
        for r in follow(command, METHODS, a.limit or limit, end):
            if isinstance(r, tuple):
                problems.append(dict(method=r[0], run=run, weights=weights, attention=attention, problem=r[1]))
                print(f"{r[0]:10} {name} {r[1]}", flush=True)
            else:
                results.append(r)
                spread = f"{r['ms_per_step_10th']:.1f}-{r['ms_per_step_90th']:.1f}"
                print(f"{r['method']:10} {name} {r['tokens_per_step']:6d} {r['ms_per_step_median']:8.1f} {spread:>15}"
                      f" {r['tokens_per_second']:8.0f} {100 * r['flops_utilisation']:5.1f}%"
                      f" {(r['device_bytes'] or 0) * 1e-9:7.2f}", flush=True)
            if a.json:
                with open(a.json, "w") as file:
                    json.dump(dict(program="PyTorch, transformers", preset=a.preset, results=results, problems=problems),
                              file, indent=2)
    sys.exit(0 if results else 1)


if __name__ == "__main__":
    main()
