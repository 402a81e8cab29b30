#!/bin/sh
# resolves a sheet in 8 shards, 4 at once, and merges them: parallel.sh loans.csv
set -eu
export INPUT="$1" OUT="${1%.*}.resolved.${1##*.}"
shard() {
  loanmap resolve "$INPUT" -o "$OUT" --shard "$1/8" \
    --rate "${RATE:-1.25}" --review-exit-code 0 -q
}
case "${2:-}" in
'') seq 8 | parallel -q -j 4 sh "$0" "$INPUT" && loanmap merge "$OUT".*-of-8.part ;;
*) shard "$2" ;;
esac
