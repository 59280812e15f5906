#!/bin/sh
# Makes the bundled model again, from nothing: its world, its tokenizer, its weights.
#
#   models/pretrain.sh [further flags of `halftune train`]
#
# Flags given here win over those below; --resume_from_checkpoint continues a run that was stopped. The same seed, program and
# backend give the same bits. Needs a JDK 25, like ./halftune.
set -eu
cd "$(dirname "$0")/.."

model=models/world-4m
run=output/pretrain-world-4m

# The generator is run from its sources, so that the data can be read and made without building the engine.
find_java() {
    for candidate in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" \
        /usr/lib/jvm/*25*/bin/java /opt/*25*/bin/java "$HOME"/.sdkman/candidates/java/25*/bin/java \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home/bin/java; do
        if [ -x "$candidate" ] && "$candidate" -version 2>&1 | grep -q 'version "25'; then
            echo "$candidate"
            return
        fi
    done
    echo "pretrain.sh: no JDK 25 found" >&2
    echo "  fix set JAVA_HOME to one" >&2
    exit 2
}
java=$(find_java)
"$java" models/world/GenerateWorld.java models

# 2000 steps of 8 x 256 tokens: about two thirds of the way through the corpus.
./halftune train \
    --model_name_or_path "$model" --from_scratch true \
    --train_file models/corpus/train.jsonl --eval_file models/heldout.jsonl \
    --output_dir "$run" --method fft \
    --packing true --max_length 256 --per_device_train_batch_size 8 --max_steps 2000 \
    --learning_rate 2e-3 --lr_scheduler_type cosine --warmup_steps 100 \
    --weight_decay 0.1 --adam_beta2 0.95 --max_grad_norm 1.0 --seed 42 \
    --logging_steps 50 --eval_strategy steps --eval_steps 500 --save_steps 500 --save_total_limit 1 \
    --save_dtype bfloat16 \
    "$@"

cp "$run/model.safetensors" "$model/model.safetensors.tmp"
mv "$model/model.safetensors.tmp" "$model/model.safetensors"
echo "$model/model.safetensors is new"
