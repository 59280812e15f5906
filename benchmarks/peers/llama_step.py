#!/usr/bin/env python3
"""Times training steps of transformers' Llama on a CUDA device: the peer of org.halftune.benchmarks.Throughput.

    llama_step.py [--preset llama-3.2-1b|tiny] [--tokens 8192,65536] [--seconds 200] [--json FILE] [--device cuda|cpu]

The same shape with random weights, bf16 weights and gradients, the same Adam moments in bf16 (torch keeps an optimizer's
state in the type of its parameters, so there are no fp32 masters: less memory traffic than Halftune's default has), fused
AdamW, clipping to norm 1, attention by scaled_dot_product_attention. hft trains the matrices that Halftune's first round
trains in number: every other layer's, in each category. Rows of --length tokens; a step of more tokens than --batch adds up
the gradients of several batches. Each method is timed in a process of its own, with torch.compile and eagerly; what fails,
or for what no time is left, is said.
"""
import argparse, json, statistics, subprocess, sys, time

PRESETS = {
    "llama-3.2-1b": dict(vocab=128256, hidden=2048, inter=8192, layers=16, heads=32, kv=8, theta=500000.0, length=2048),
    "tiny": dict(vocab=512, hidden=64, inter=172, layers=5, heads=8, kv=4, theta=10000.0, length=64),
}
WARM_UP, STEPS = 3, 10


def halves(model):
    """Freezes every other matrix of each category; embeddings and head learn, as in HFT's defaults."""
    seen = {}
    for name, p in model.named_parameters():
        parts = name.split(".")
        if "layers" not in parts:
            continue
        kind = "attention" if "self_attn" in name else "feed-forward" if "mlp" in name else "norms"
        seen[kind] = seen.get(kind, 0) + 1
        p.requires_grad_(seen[kind] % 2 == 0)


def flops_per_token(model, shape):
    """4 N + 2 M + 6 L A S, as org.halftune.benchmarks.ModelFlops; the tied head counts as the embedding's matrix."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    learning = sum(p.numel() for p in matrices if p.requires_grad)
    return 4 * sum(p.numel() for p in matrices) + 2 * learning + 6 * shape["layers"] * shape["hidden"] * shape["length"]


def measure(a):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    shape, cuda = PRESETS[a.preset], a.device == "cuda"
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(a.device):
        model = LlamaForCausalLM(LlamaConfig(
            vocab_size=shape["vocab"], hidden_size=shape["hidden"], intermediate_size=shape["inter"],
            num_hidden_layers=shape["layers"], num_attention_heads=shape["heads"], num_key_value_heads=shape["kv"],
            rope_theta=shape["theta"], max_position_embeddings=shape["length"], tie_word_embeddings=True,
            use_cache=False, attn_implementation="sdpa")).train()
    torch.set_default_dtype(torch.float32)
    if a.method == "hft":
        halves(model)
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(params, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=cuda)
    flops = flops_per_token(model, shape)
    forward = torch.compile(model) if a.compile else model
    rows = max(1, a.batch // shape["length"])

    def step(batches):
        for _ in range(batches):
            ids = torch.randint(0, shape["vocab"], (rows, shape["length"]), device=a.device)
            (forward(input_ids=ids, labels=ids).loss / batches).backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if cuda:
            torch.cuda.synchronize()

    for batches in (max(1, int(tokens) // (rows * shape["length"])) for tokens in a.tokens.split(",")):
        times = []
        for i in range(WARM_UP + STEPS):
            start = time.perf_counter()
            step(batches)
            if i >= WARM_UP:
                times.append(1e3 * (time.perf_counter() - start))
        ordered, median, tokens = sorted(times), statistics.median(times), rows * batches * shape["length"]
        print(json.dumps(dict(
            method=a.method, compiled=a.compile, tokens_per_step=tokens, batches_per_step=batches, steps=len(times),
            ms_per_step_median=median, ms_per_step_10th=ordered[len(times) // 10],
            ms_per_step_90th=ordered[-1 - len(times) // 10], tokens_per_second=1e3 * tokens / median,
            device_bytes=torch.cuda.max_memory_allocated() if cuda else None, flops_per_token=flops,
            flops_utilisation=flops * 1e3 * tokens / median / (a.peak * 1e12),
            device=torch.cuda.get_device_name() if cuda else "cpu", torch=torch.__version__)), flush=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--preset", choices=PRESETS, default="llama-3.2-1b")
    ap.add_argument("--tokens", default="8192,65536", help="tokens a step, one number or several")
    ap.add_argument("--batch", type=int, default=8192, help="tokens of a batch at most")
    ap.add_argument("--seconds", type=float, default=200, help="for everything")
    ap.add_argument("--peak", type=float, default=989, help="TFLOP/s of the device")
    ap.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    ap.add_argument("--json", help="file for the figures")
    ap.add_argument("--method", choices=["fft", "hft"], help=argparse.SUPPRESS)  # one, in a process of its own
    ap.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    a = ap.parse_args()
    if a.method:
        return measure(a)

    end, results = time.monotonic() + a.seconds, []
    print(f"PyTorch, {a.preset}\n\n{'':22} {'tokens':>7} {'ms/step':>9} {'10th-90th':>17} {'tokens/s':>9} {'FLOP/s':>6} {'GB':>8}")
    # What is compared first comes first: full fine-tuning at its fastest.
    for method, compiled in ("fft", True), ("fft", False), ("hft", True), ("hft", False):
        name = f"{method}{', compiled' if compiled else ''}"
        command = [sys.executable, *sys.argv, "--method", method] + ["--compile"] * compiled
        left, problem = end - time.monotonic(), None
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=max(left, 1))
            output = done.stdout
            if done.returncode:
                last = done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"]
                problem = f"failed: {last[-1][:100]}"
        except subprocess.TimeoutExpired as e:
            output = (e.stdout or b"").decode()
            problem = f"no time left of {a.seconds:.0f} s"
        for r in (json.loads(line) for line in output.splitlines() if line.startswith('{"method"')):
            results.append(r)
            spread = f"{r['ms_per_step_10th']:.1f}-{r['ms_per_step_90th']:.1f}"
            print(f"{name:22} {r['tokens_per_step']:7d} {r['ms_per_step_median']:9.1f} {spread:>17} {r['tokens_per_second']:9.0f} "
                  f"{100 * r['flops_utilisation']:5.1f}% {(r['device_bytes'] or 0) * 1e-9:8.2f}", flush=True)
        if problem:
            print(f"{name:22} {problem}", flush=True)
    if a.json:
        with open(a.json, "w") as file:
            json.dump(dict(program="PyTorch, transformers", preset=a.preset, results=results), file, indent=2)
    sys.exit(0 if results else 1)


if __name__ == "__main__":
    main()
