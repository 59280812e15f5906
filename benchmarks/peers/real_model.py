#!/usr/bin/env python3
"""A model folder that transformers saved, through Halftune and back: the losses of both on the same rows.

    real_model.py --halftune ./halftune --models models --work FOLDER [--shape small|tiny] [--device cuda|cpu] [--json FILE]

transformers saves a random Llama in bf16 (Llama 3's scaled rotary embedding, grouped queries, sharded) with the tokenizer of the
bundled model. `halftune eval` scores rows of text with it, `halftune train` trains it, and `halftune eval` scores the folder that
training wrote. transformers loads both folders in fp32 and computes the loss of the same rows, with its own tokenizer: token counts
must be equal, and the losses within 1e-3 of each other (Halftune's activations are bf16 on a GPU). Training must lower the loss.
"""
import argparse, json, math, shutil, subprocess, sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

SHAPES = {
    "small": dict(hidden_size=1024, intermediate_size=2816, num_hidden_layers=12, num_attention_heads=16,
                  num_key_value_heads=4, shard="100MB", steps=40, batch=16, rows=32),
    "tiny": dict(hidden_size=64, intermediate_size=160, num_hidden_layers=2, num_attention_heads=2,
                 num_key_value_heads=1, shard="100KB", steps=3, batch=2, rows=4),
}
LENGTH, TOLERANCE = 512, 1e-3


def save(shape, tokenizer, folder):
    torch.manual_seed(0)
    sizes = {k: v for k, v in shape.items() if k not in ("shard", "steps", "batch", "rows")}
    model = LlamaForCausalLM(LlamaConfig(
        **sizes, vocab_size=len(tokenizer), max_position_embeddings=LENGTH, tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
                             high_freq_factor=4.0, original_max_position_embeddings=LENGTH // 8)))
    model.to(torch.bfloat16).save_pretrained(folder, max_shard_size=shape["shard"])
    tokenizer.save_pretrained(folder)


def transformers_loss(folder, texts, device):
    """Mean over all tokens of the rows but the first of each, EOS included; and how many they are."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    wrong = {kind: sorted(map(str, keys)) for kind, keys in info.items() if keys}
    if wrong:
        sys.exit(f"failed: transformers reads {folder.name} with {wrong}")
    model.to(device).eval()
    total = count = 0
    for text in texts:
        ids = tokenizer(text)["input_ids"]
        ids += [tokenizer.eos_token_id] * (ids[-1] != tokenizer.eos_token_id)
        ids = torch.tensor([ids[:LENGTH]], device=device)
        with torch.no_grad():
            logits = model(input_ids=ids).logits[0, :-1].double()
        total += torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum").item()
        count += ids.shape[1] - 1
    return total / count, count


def halftune(command, *words):
    done = subprocess.run([command, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout)
        sys.exit(f"failed: halftune {words[0]} ended with code {done.returncode}")
    return done.stdout


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--halftune", required=True, help="the program")
    ap.add_argument("--models", type=Path, required=True, help="folder of the bundled model and its texts")
    ap.add_argument("--work", type=Path, required=True, help="folder for models, which is emptied")
    ap.add_argument("--shape", choices=SHAPES, default="small")
    ap.add_argument("--device", default="cuda", help="of Halftune; transformers takes a GPU if it can")
    ap.add_argument("--json", type=Path, help="file for the figures")
    a = ap.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    shape, device = SHAPES[a.shape], "cuda" if torch.cuda.is_available() else "cpu"
    shutil.rmtree(a.work, ignore_errors=True)
    a.work.mkdir(parents=True)

    texts = [json.loads(line)["text"] for line in (a.models / "heldout.jsonl").read_text().splitlines()]
    for name, part in ("eval", texts[:shape["rows"]]), ("train", texts[shape["rows"]:]):
        (a.work / f"{name}.jsonl").write_text("".join(json.dumps(dict(text=text)) + "\n" for text in part))
    base, trained, rows = a.work / "base", a.work / "trained", a.work / "eval.jsonl"
    save(shape, AutoTokenizer.from_pretrained(a.models / "world-4m"), base)

    def evaluate(folder):
        scores = a.work / f"scores-{folder.name}"
        halftune(a.halftune, "eval", folder, "--eval_file", rows, "--metric", "perplexity", "--max_length", LENGTH,
                 "--device", a.device, "--disable_tqdm", "--output_dir", scores)
        return json.loads((scores / "eval.json").read_text())

    results, problems = [], []
    print(f"{'':8} {'rows':>4} {'tokens':>6} {'halftune':>9} {'transformers':>12} {'difference':>11}")
    for folder in base, trained:
        if folder is trained:
            halftune(a.halftune, "train", "--model_name_or_path", base, "--train_file", a.work / "train.jsonl",
                     "--output_dir", trained, "--max_length", LENGTH, "--max_steps", shape["steps"],
                     "--per_device_train_batch_size", shape["batch"], "--learning_rate", 3e-4, "--save_strategy", "no",
                     "--device", a.device, "--disable_tqdm")
        scores = evaluate(folder)
        ours = scores["files"][0]
        theirs, tokens = transformers_loss(folder, texts[:shape["rows"]], device)
        difference = ours["loss"] - theirs
        results.append(dict(folder=folder.name, rows=ours["rows"], tokens=tokens, halftune_tokens=ours["tokens"],
                            halftune=ours["loss"], transformers_fp32=theirs, difference=difference))
        print(f"{folder.name:8} {ours['rows']:4d} {tokens:6d} {ours['loss']:9.5f} {theirs:12.5f} {difference:11.1e}", flush=True)
        if tokens != ours["tokens"]:
            problems.append(f"{folder.name}: halftune counts {ours['tokens']} tokens, transformers {tokens}")
        if not abs(difference) <= TOLERANCE:
            problems.append(f"{folder.name}: the losses differ by {difference:.1e}, allowed is {TOLERANCE:.0e}")
    fell = results[0]["transformers_fp32"] - results[1]["transformers_fp32"]
    if not (math.isfinite(fell) and fell > 0):
        problems.append(f"training lowered the loss by {fell:.4f}")
    print(f"{len(list(base.glob('*.safetensors')))} files of weights in bf16; transformers {device}, fp32;"
          f" halftune on {scores['device']}")
    if a.json:
        a.json.write_text(json.dumps(dict(shape=a.shape, device=scores["device"], torch=torch.__version__,
                                          tolerance=TOLERANCE, results=results, problems=problems), indent=2) + "\n")
    for problem in problems:
        print(f"failed: {problem}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
