#!/bin/bash
# compare.sh BUILD   what `squares compare` adds to the rows that it measures, and whether a row is as
# fast in it as alone. ROUNDS (7) can be set from outside.
set -euo pipefail
# shellcheck source=tests/bench/lib.sh
source "$(dirname "$0")/lib.sh"

mpirun -np 8 "$build/bench/bell"

work="squares:repeat=10000" tasks=4000 repeat=9
: >"$dir/overhead"
: >"$dir/processes"
: >"$dir/threads"
for ((i = 0; i < rounds; i++)); do
    mpirun -np 8 "$squares" compare -q --work "$work" --range 0:$tasks --repeat $repeat \
        --json "$dir/run.json" --csv "$dir/run.csv" >"$dir/log"
    # each row was run once more, to warm up
    rows=$(paste <(column median_s) <(column repetitions) | awk '{ s += $1 * ($2 + 1) } END { print s }')
    awk -v all="$(json_number elapsed_s)" -v rows="$rows" \
        'BEGIN { print 100 * (all / rows - 1) }' >>"$dir/overhead"
    paste <(column mechanism) <(column median_s) >"$dir/rows"
    for row in processes:8:1 threads:1:8; do
        IFS=: read -r mechanism np threads <<<"$row"
        mpirun -np "$np" "$squares" run -q --work "$work" --range 0:$tasks --threads "$threads" \
            --json "$dir/run.json" >"$dir/log"
        awk -v m="$mechanism" -v alone="$(json_number median_s)" \
            '$1 == m { print $2 / alone }' "$dir/rows" >>"$dir/$mechanism"
    done
done
echo "compare adds $(summary %.1f <"$dir/overhead") % to its rows, wanted: under 10"
echo "a row in it takes, of what the same run alone does: 8 processes $(summary %.2f <"$dir/processes"), 8 threads $(summary %.2f <"$dir/threads")"
