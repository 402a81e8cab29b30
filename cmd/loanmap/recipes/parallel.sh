#!/bin/sh
# Resolves a sheet in 8 shards, 4 at once, and merges them:
#   parallel.sh loans.csv
set -eu
in="$1" out="${1%.*}.resolved.${1##*.}"
if [ $# -eq 2 ]; then
  exec loanmap resolve "$in" -o "$out" --shard "$2/8" \
    --rate "${RATE:-1.25}" --review-exit-code 0 -q
fi
seq 8 | parallel -q -j 4 sh "$0" "$in"
loanmap merge "$out".*-of-8.part
