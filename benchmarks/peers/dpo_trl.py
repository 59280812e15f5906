#!/usr/bin/env python3
"""The first steps of direct preference optimization by TRL in fp32 on the CPU, and what Halftune makes of the same rows.

    dpo_trl.py MODEL DATA.json --json FILE [--halftune ./halftune] [--pairs 2] [--steps 10] [--max_length 256] [--loss_type sigmoid]

MODEL is an instruct model in Hugging Face form. DATA has LLaMA-Factory's conversations, chosen and rejected, or instruction,
input, chosen and rejected; TRL gets the same as messages. Full training, rows in their order, AdamW, linear schedule without warm-up,
one row of metrics a step. FILE gets the conditions and TRL's metrics. With --halftune, Halftune reads DATA as it is, trains too, and
the script prints the largest difference of each metric; it fails if one is above 1e-3 (log-probabilities: 1e-3 of their size).
"""
import argparse, json, pathlib, subprocess, sys, tempfile

METRICS = ["loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins", "logps/chosen", "logps/rejected"]
ROLES = {"human": "user", "gpt": "assistant", "system": "system"}


def messages(row):
    """TRL's form of a row."""
    if "conversations" in row:
        talk = lambda turns: [{"role": ROLES[t["from"]], "content": t["value"]} for t in turns]
        return dict(prompt=talk(row["conversations"]), chosen=talk([row["chosen"]]), rejected=talk([row["rejected"]]))
    asked = row["instruction"] + ("\n" + row["input"] if row.get("input") else "")
    answer = lambda text: [{"role": "assistant", "content": text}]
    return dict(prompt=[{"role": "user", "content": asked}], chosen=answer(row["chosen"]), rejected=answer(row["rejected"]))


def trl_metrics(a):
    import torch, transformers, trl
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer

    rows = json.load(open(a.data))[: a.rows]
    load = lambda: AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.float32, attn_implementation="eager")
    settings = trl.DPOConfig(
        output_dir=tempfile.mkdtemp(), beta=a.beta, loss_type=a.loss_type, learning_rate=a.learning_rate, max_steps=a.steps,
        per_device_train_batch_size=a.pairs, max_length=a.max_length, logging_steps=1, report_to="none", use_cpu=True, bf16=False,
        gradient_checkpointing=False, train_sampling_strategy="sequential", save_strategy="no", disable_tqdm=True)
    trainer = trl.DPOTrainer(load(), load(), args=settings, processing_class=AutoTokenizer.from_pretrained(a.model),
                             train_dataset=Dataset.from_list([messages(row) for row in rows]))
    trainer.train()
    log = [row for row in trainer.state.log_history if "loss" in row]
    versions = dict(trl=trl.__version__, transformers=transformers.__version__, torch=torch.__version__)
    return versions, [{m: row[m] for m in METRICS + ["grad_norm"]} for row in log]


def halftune_metrics(a):
    output = tempfile.mkdtemp()
    subprocess.run(
        [a.halftune, "dpo", "--model_name_or_path", a.model, "--train_file", a.data, "--max_samples", str(a.rows), "--output_dir",
         output, "--overwrite_output_dir", "--method", "fft", "--device", "cpu", "--beta", str(a.beta), "--loss_type", a.loss_type,
         "--learning_rate", str(a.learning_rate), "--max_steps", str(a.steps), "--per_device_train_batch_size", str(a.pairs),
         "--max_length", str(a.max_length), "--logging_steps", "1", "--train_sampling_strategy", "sequential", "--save_strategy",
         "no"], check=True, stdout=sys.stderr)
    lines = pathlib.Path(output, "metrics.jsonl").read_text().splitlines()
    return [row for row in map(json.loads, lines) if "loss" in row]


def compare(ours, theirs):
    """Prints the largest differences; whether all are small enough."""
    print(f"{'metric':22}{'largest difference':>20}{'of':>12}")
    good = len(ours) == len(theirs)
    for name in METRICS:
        apart = max(abs(o[name] - t[name]) for o, t in zip(ours, theirs))
        size = max(abs(t[name]) for t in theirs)
        good &= apart <= 1e-3 * (max(1, size) if name.startswith("logps") else 1)
        print(f"{name:22}{apart:20.2e}{size:12.4g}")
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--json", required=True)
    parser.add_argument("--halftune")
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--max_length", type=int, default=256)
    parser.add_argument("--loss_type", default="sigmoid")
    parser.add_argument("--beta", type=float, default=0.1)
    parser.add_argument("--learning_rate", type=float, default=5e-6)
    a = parser.parse_args()
    a.rows = 4 * a.pairs * a.steps  # some are left out: their prompts fill max_length
    path = pathlib.Path(a.json)
    if not path.exists():
        versions, steps = trl_metrics(a)
        names = ("pairs", "steps", "max_length", "loss_type", "beta", "learning_rate", "rows")
        conditions = dict(model=pathlib.Path(a.model).name, data=pathlib.Path(a.data).name, method="fft", order="sequential",
                          **{name: getattr(a, name) for name in names}, **versions)
        path.write_text(json.dumps(dict(conditions=conditions, metrics=steps), indent=1) + "\n")
    if a.halftune and not compare(halftune_metrics(a), json.loads(path.read_text())["metrics"]):
        sys.exit("dpo_trl.py: the differences are too large")
