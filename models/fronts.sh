#!/bin/sh
# Measures what README.md says of the fronts: compares FFT and HFT on every bundled task at four learning rates and three
# seeds, and prints the tables. What is there already is not run again.
#
#   models/fronts.sh FOLDER [JOBS]     comparisons at a time, one thread each [all cores]; threads change no result
#
# 60 comparisons of about a minute of one core each.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
[ $# -gt 0 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd -P)
jobs=${2:-$(nproc)}

"$home/halftune" --help >/dev/null # builds once, not in every job
for seed in 1 2 3; do
    for rate in 4e-4 8e-4 2e-4 1.6e-3; do
        for task in zumi island new-age moods reversal; do
            run=$folder/$task/$seed/$rate
            [ -f "$run/comparison.json" ] || printf '%s %s %s %s\n' "$task" "$seed" "$rate" "$run"
        done
    done
done | xargs -P "$jobs" -L 1 sh -c '"$0" compare --device cpu --threads 1 --disable_tqdm --task "$1" --seed "$2" \
    --learning_rate "$3" --output_dir "$4" >/dev/null && echo "$4"' "$home/halftune" >&2

java=$("$home/halftune" doctor 2>/dev/null | sed -n 's/^ok  Java .*, //p')
exec "${java:+$java/bin/}java" --class-path "$home/target/halftune.jar" "$home/models/Fronts.java" "$folder"
