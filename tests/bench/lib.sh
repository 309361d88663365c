#!/bin/bash
# lib.sh BUILD   what the scripts of the bench share; to be sourced, with their arguments.
# shellcheck disable=SC2034  # used there
export LC_ALL=C
build=$(cd "$1" && pwd)
rounds=${ROUNDS:-7}
squares=$build/squares
dir=$(mktemp -d "${TMPDIR:-/tmp}/squares-bench-XXXXXX")
trap 'rm -rf "$dir"' EXIT

summary() { # FORMAT: median (lowest to highest) of the numbers on stdin
    sort -g | awk -v f="$1" '{ x[NR] = $1 } END {
        m = NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2
        printf f " (" f " to " f ")", m, x[1], x[NR] }'
}

seconds_of() { # COMMAND...: how long it takes; what it prints goes to $dir/log
    local start=$EPOCHREALTIME
    "$@" >"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

json_number() { # KEY: its first value in $dir/run.json
    sed -nE "s/.*\"$1\": ([0-9.e+-]+).*/\1/p" "$dir/run.json" | head -1
}

column() { # NAME: that column of $dir/run.csv, which has no commas within fields
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' \
        "$dir/run.csv"
}
