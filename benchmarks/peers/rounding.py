#!/usr/bin/env python3
"""How far training with bf16 weights strays from fp32, step by step: Halftune's roundings beside PyTorch's mixed precision.

    rounding.py MODEL GSM8K.jsonl [--device cuda|cpu] [--halftune ./halftune] [--json FILE]

MODEL is an instruct model in Hugging Face form with weights in bf16. The rows are question and answer in the model's own chat
template, the answer labelled, in the file's order; both programs read the same token ids. 24 steps of 4 rows, AdamW 0.9/0.999,
2e-5, linear to zero after 4 steps of warm-up, decay 0.01 on matrices, clipping to 1. PyTorch trains in fp32 (the reference; no
TF32) and under bf16 autocast over fp32 weights (`bf16: true` in TRL). Halftune trains with each of its roundings; in half
fine-tuning both train the matrices of one selection.json. The table has the loss of the last step, and the largest distance of
a step's loss from the reference's.
"""
import argparse, gc, json, pathlib, subprocess, sys, tempfile

HALFTUNE = {  # on a GPU; the CPU computes in fp32
    "default": [],
    "nearest": ["--weight_rounding", "nearest"],
    "no masters": ["--masters", "none"],
    "nearest, no masters": ["--weight_rounding", "nearest", "--masters", "none"],
}


def encode(model, data, count):
    """Token ids and labels of the first rows; prompts are labelled -100."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    rows = []
    with open(data) as lines:
        for line in lines:
            row = json.loads(line)
            talk = [{"role": "user", "content": row["question"]}, {"role": "assistant", "content": row["answer"]}]
            prompt = tokenizer.apply_chat_template(talk[:1], add_generation_prompt=True, return_dict=True)["input_ids"]
            ids = tokenizer.apply_chat_template(talk, return_dict=True)["input_ids"]
            rows.append(dict(input_ids=ids, labels=[-100] * len(prompt) + ids[len(prompt):]))
            if len(rows) == count:
                return rows
    sys.exit(f"rounding.py: {data} has {len(rows)} rows, {count} are needed")


def pytorch(a, rows, trainable, autocast):
    """Losses of the steps. trainable: names of parameters, None for all."""
    import torch
    import torch.nn.functional as F
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.float32).to(a.device).train()
    for name, p in model.named_parameters():
        p.requires_grad_(trainable is None or name in trainable)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([
        dict(params=[p for p in learning if p.ndim == 2], weight_decay=a.weight_decay),
        dict(params=[p for p in learning if p.ndim != 2], weight_decay=0.0)], lr=a.learning_rate)
    losses = []
    for step in range(a.steps):
        part = rows[step * a.batch:(step + 1) * a.batch]
        shape = len(part), max(len(r["input_ids"]) for r in part)
        ids, mask, labels = (torch.full(shape, fill) for fill in (0, 0, -100))
        for k, row in enumerate(part):
            n = len(row["input_ids"])
            ids[k, :n], mask[k, :n], labels[k, :n] = torch.tensor(row["input_ids"]), 1, torch.tensor(row["labels"])
        ids, mask, labels = ids.to(a.device), mask.to(a.device), labels.to(a.device)
        factor = step / a.warmup if step < a.warmup else (a.steps - step) / (a.steps - a.warmup)
        for group in optimizer.param_groups:
            group["lr"] = a.learning_rate * factor
        with torch.autocast(a.device, dtype=torch.bfloat16, enabled=autocast):
            logits = model(input_ids=ids, attention_mask=mask).logits
        loss = F.cross_entropy(logits.float()[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    del model, optimizer, learning, logits, loss
    gc.collect()
    return losses


def halftune(a, folder, rows_file, method, flags):
    """Losses of the steps, as metrics.jsonl has them."""
    command = [a.halftune, "train", "--model_name_or_path", a.model, "--train_file", rows_file, "--output_dir", folder,
               "--overwrite_output_dir", "--train_sampling_strategy", "sequential", "--max_steps", a.steps,
               "--per_device_train_batch_size", a.batch, "--learning_rate", a.learning_rate, "--warmup_steps", a.warmup,
               "--weight_decay", a.weight_decay, "--logging_steps", 1, "--save_strategy", "no", "--disable_tqdm",
               "--device", a.device, *method, *flags]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"rounding.py: halftune ended with code {done.returncode}\n{done.stderr[-2000:]}")
    with open(folder / "metrics.jsonl") as lines:
        logged = [json.loads(line) for line in lines]
    return [row["loss"] for row in logged if "loss" in row]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("model")
    ap.add_argument("data", help="JSONL with question and answer, such as GSM8K's train.jsonl")
    ap.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    ap.add_argument("--halftune", default="./halftune", help="the launcher")
    ap.add_argument("--json", help="file for every step's loss")
    ap.add_argument("--methods", default="fft,hft")
    ap.add_argument("--steps", type=int, default=24)
    ap.add_argument("--batch", type=int, default=4)
    ap.add_argument("--warmup", type=int, default=4)
    ap.add_argument("--learning_rate", type=float, default=2e-5)
    ap.add_argument("--weight_decay", type=float, default=0.01)
    a = ap.parse_args()

    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()
    rows = encode(a.model, a.data, a.steps * a.batch)
    results = []
    device = torch.cuda.get_device_name() if a.device == "cuda" else "the CPU"
    print(f"{a.steps} steps of {a.batch} rows on {device}, PyTorch {torch.__version__}\n")
    print(f"{'':7} {'':28} {'last loss':>9} {'largest distance from fp32':>28}")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        rows_file = scratch / "rows.jsonl"
        rows_file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        for method in a.methods.split(","):
            trainable, flags = None, ["--method", "fft"]
            if method == "hft":
                subprocess.run([a.halftune, "select", a.model, "--output_dir", str(scratch)], check=True, capture_output=True)
                flags = ["--selection", str(scratch / "selection.json")]
                trainable = set(json.loads((scratch / "selection.json").read_text())["trainable"])
            reference = None
            runs = [("PyTorch, fp32", lambda: pytorch(a, rows, trainable, False)),
                    ("PyTorch, bf16 autocast", lambda: pytorch(a, rows, trainable, True))]
            for name, choice in HALFTUNE.items() if a.device == "cuda" else [("fp32", [])]:
                runs.append((f"Halftune, {name}",
                             lambda choice=choice: halftune(a, scratch / "run", rows_file, flags, choice)))
            for name, run in runs:
                losses = run()
                reference = reference or losses
                distance = max(abs(x - y) for x, y in zip(losses, reference, strict=True))
                results.append(dict(method=method, run=name, losses=losses, largest_distance=distance))
                print(f"{method.upper():7} {name:28} {losses[-1]:9.4f} {distance:28.4f}", flush=True)
    if a.json:
        with open(a.json, "w") as file:
            json.dump(dict(vars(a), device=device, torch=torch.__version__, results=results), file, indent=1)


if __name__ == "__main__":
    main()
