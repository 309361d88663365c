#!/bin/bash
# run.sh BUILD   runs all tests below BUILD/tests and closes with a line that counts every case.
# Each suite has a time limit: a hang is a failure, not a wait.
set -uo pipefail
build=$1
export SQUARES=$build/squares
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT

# The number in a closing line of GoogleTest such as "[  PASSED  ] 12 tests."
closing() { # PASSED|SKIPPED FILE
    sed -nE "s/^\[  $1 *\] ([0-9]+) tests?.*/\1/p" "$2" | tail -1
}

# A part of a suite, to $log.PART: GoogleTest deals its cases out.
part() { # PARTS PART SECONDS COMMAND...
    GTEST_TOTAL_SHARDS=$1 GTEST_SHARD_INDEX=$2 timeout -k 5 "$3" "${@:4}" --gtest_brief=1 \
        --gtest_color=no </dev/null >"$log.$2" 2>&1
}

# Adds one part to what the suite has so far. One that died, hung, or failed on a rank that does not
# count is one failure at least.
count() { # CODE FILE
    local ran p s f
    ran=$(sed -nE 's/^\[=+\] ([0-9]+) tests? from .* ran\..*/\1/p' "$2" | tail -1)
    p=$(closing PASSED "$2") s=$(closing SKIPPED "$2")
    f=$((${ran:-0} - ${p:-0} - ${s:-0}))
    if [ "$1" != 0 ] && [ "$f" = 0 ]; then f=1; fi
    if [ "$1" = 0 ] && [ "${p:-0}" = 0 ]; then f=1; fi
    suite_p=$((suite_p + ${p:-0})) suite_f=$((suite_f + f)) suite_s=$((suite_s + ${s:-0}))
    if [ "$f" != 0 ]; then
        printf -- '--- exit %d\n%s\n---\n' "$1" "$(cat "$2")" >>"$log"
    elif [ "${s:-0}" != 0 ]; then
        grep -A1 ': Skipped' "$2" | grep -v -e '^--' -e ': Skipped' | sed 's/^/  SKIPPED: /' >>"$log"
    fi
}

suite() { # NAME PARTS SECONDS COMMAND...: in so many parts at once
    local name=$1 parts=$2 i pids=() suite_p=0 suite_f=0 suite_s=0 began=$SECONDS
    : >"$log"
    for ((i = 0; i < parts; i++)); do
        part "$parts" "$i" "${@:3}" &
        pids+=($!)
    done
    for ((i = 0; i < parts; i++)); do
        wait "${pids[i]}"
        count $? "$log.$i"
    done
    printf '%-16s %4d passed, %d failed, %d skipped in %d s\n' "$name" "$suite_p" "$suite_f" \
        "$suite_s" $((SECONDS - began))
    cat "$log"
    passed=$((passed + suite_p)) failed=$((failed + suite_f)) skipped=$((skipped + suite_s))
}

suite unit 2 120 "$build/tests/unit"
for np in 1 2 3 5 8; do
    suite "mpi, $np ranks" 1 60 mpirun -np "$np" "$build/tests/mpi"
done
suite "mpi, 16 ranks" 1 60 mpirun -np 16 "$build/tests/mpi" --gtest_filter='Exchange.*:ExactlyOnce.*'
# They mostly wait, for programs to start and to end.
suite cli 4 200 "$build/tests/cli" --gtest_filter=-Lab.*
# What the lab's sheets say is seen wants the machine for itself.
suite lab 1 200 "$build/tests/cli" --gtest_filter='Lab.*'

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
