#!/usr/bin/env python3
"""Writes a Hugging Face folder of a known shape with random bf16 weights, and rows of random tokens to train it on.

    random_llama.py FOLDER --preset llama-3.2-1b|llama-3.1-8b|tiny [--tokenizer FOLDER] [--rows 400] [--length 2048] [--device cuda|cpu]

For measuring time and memory of whole commands at a shape whose weights are not at hand. Weights are normal with a deviation of
0.02, norms are ones. Tied embeddings for the 1B shape, as Llama 3.2 has them. FOLDER/rows.jsonl holds input_ids and labels.
"""
import argparse, json, pathlib, random, shutil

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig

LLAMA_3 = dict(vocab_size=128256, rope_theta=500000.0, rms_norm_eps=1e-5, max_position_embeddings=8192, bos_token_id=128000,
               eos_token_id=128001)
PRESETS = {
    "llama-3.2-1b": dict(LLAMA_3, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32,
                         num_key_value_heads=8, tie_word_embeddings=True),
    "llama-3.1-8b": dict(LLAMA_3, hidden_size=4096, intermediate_size=14336, num_hidden_layers=32, num_attention_heads=32,
                         num_key_value_heads=8, tie_word_embeddings=False),
    "tiny": dict(vocab_size=2048, hidden_size=64, intermediate_size=172, num_hidden_layers=4, num_attention_heads=8,
                 num_key_value_heads=4, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2),
}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=pathlib.Path)
    ap.add_argument("--preset", choices=PRESETS, required=True)
    ap.add_argument("--tokenizer", type=pathlib.Path, help="folder whose tokenizer.json and tokenizer_config.json are copied")
    ap.add_argument("--rows", type=int, default=400)
    ap.add_argument("--length", type=int, default=2048, help="tokens of a row")
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = ap.parse_args()

    a.folder.mkdir(parents=True, exist_ok=True)
    config = LlamaConfig(**PRESETS[a.preset], architectures=["LlamaForCausalLM"], dtype="bfloat16")
    config.save_pretrained(a.folder)
    for name in ("tokenizer.json", "tokenizer_config.json") if a.tokenizer else ():
        shutil.copy(a.tokenizer / name, a.folder / name)

    torch.manual_seed(0)
    hidden, inner, head = config.hidden_size, config.intermediate_size, config.hidden_size // config.num_attention_heads
    keys = config.num_key_value_heads * head
    matrix = lambda rows, columns: torch.randn(rows, columns, dtype=torch.bfloat16, device=a.device).mul_(0.02).cpu()
    norm = lambda: torch.ones(hidden, dtype=torch.bfloat16)

    def layer(index):
        shapes = {"self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (keys, hidden), "self_attn.v_proj": (keys, hidden),
                  "self_attn.o_proj": (hidden, hidden), "mlp.gate_proj": (inner, hidden), "mlp.up_proj": (inner, hidden),
                  "mlp.down_proj": (hidden, inner)}
        prefix = f"model.layers.{index}."
        tensors = {f"{prefix}{name}.weight": matrix(*shape) for name, shape in shapes.items()}
        return tensors | {f"{prefix}{name}.weight": norm() for name in ("input_layernorm", "post_attention_layernorm")}

    def outside():
        tensors = {"model.embed_tokens.weight": matrix(config.vocab_size, hidden), "model.norm.weight": norm()}
        return tensors if config.tie_word_embeddings else tensors | {"lm_head.weight": matrix(config.vocab_size, hidden)}

    shards = config.num_hidden_layers + 1  # a layer each, and what lies outside of the layers
    places, size = {}, 0
    for i in range(shards):
        tensors = layer(i) if i < config.num_hidden_layers else outside()
        file = f"model-{i + 1:05d}-of-{shards:05d}.safetensors"
        save_file(tensors, a.folder / file, metadata={"format": "pt"})
        places |= {name: file for name in tensors}
        size += sum(t.nbytes for t in tensors.values())
    index = dict(metadata=dict(total_size=size), weight_map=places)
    (a.folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1))

    draw = random.Random(0)
    with open(a.folder / "rows.jsonl", "w") as file:
        for _ in range(a.rows):
            ids = [draw.randrange(3, config.vocab_size) for _ in range(a.length)]
            file.write(json.dumps(dict(input_ids=ids, labels=ids)) + "\n")
    print(f"{a.folder}: {size * 1e-9:.2f} GB of weights, {a.rows} rows of {a.length} tokens")


if __name__ == "__main__":
    main()
