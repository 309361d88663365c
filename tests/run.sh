#!/bin/bash
# run.sh BUILD          runs all tests below BUILD/tests and closes with a line that counts every case.
# run.sh BUILD faults   only the fault walk, through all its points instead of some
# Each suite has a time limit: a hang is a failure, not a wait.
set -uo pipefail
build=$1
export SQUARES=$build/squares
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# A part of a suite, to $log.PART: GoogleTest deals its cases out. Each case that ends says so at
# once: of a part that dies, those that had ended are known.
part() { # PARTS PART SECONDS COMMAND...
    GTEST_TOTAL_SHARDS=$1 GTEST_SHARD_INDEX=$2 timeout -k 5 "$3" "${@:4}" --gtest_color=no \
        </dev/null >"$log.$2" 2>&1
}

# What a part printed, without the cases that passed.
without_passed() { # FILE
    awk '/^\[ RUN      \]/ { held = $0; next }
         /^\[       OK \]/ { held = ""; next }
         /^\[-+\]|^\[=+\]/ { next }
         held != "" && /^\[  (FAILED|SKIPPED) +\]/ { print held; print; held = ""; next }
         held != "" { held = held "\n" $0; next }
         NF > 0 { print }
         END { if (held != "") print held }' "$1"
}

# Adds one part to what the suite has so far. Cases that never ended, as the part died or hung, have
# failed; so has one that failed on a rank that does not count.
count() { # CODE FILE
    local begun p s f
    begun=$(sed -nE 's/^\[=+\] Running ([0-9]+) tests? from .*/\1/p' "$2" | tail -1)
    p=$(grep -c '^\[       OK \] .*)$' "$2") s=$(grep -c '^\[  SKIPPED \] .*)$' "$2")
    f=$((${begun:-0} - p - s))
    if [ "$1" != 0 ] && [ "$f" = 0 ]; then f=1; fi
    if [ "$1" = 0 ] && [ "$p" = 0 ]; then f=1; fi
    suite_p=$((suite_p + p)) suite_f=$((suite_f + f)) suite_s=$((suite_s + s))
    if [ "$f" != 0 ]; then
        printf -- '--- exit %d\n%s\n---\n' "$1" "$(without_passed "$2")" >>"$log"
    elif [ "$s" != 0 ]; then
        grep -A1 ': Skipped' "$2" | grep -v -e '^--' -e ': Skipped' | sed 's/^/  SKIPPED: /' >>"$log"
    fi
}

suite() { # NAME PARTS SECONDS COMMAND...: in PARTS parts at once
    local name=$1 parts=$2 i pids=() suite_p=0 suite_f=0 suite_s=0 began=$SECONDS
    local log="$logs/$name"
    : >"$log"
    echo "$name" >>"$logs/begun"
    for ((i = 0; i < parts; i++)); do
        part "$parts" "$i" "${@:3}" &
        pids+=($!)
    done
    for ((i = 0; i < parts; i++)); do
        wait "${pids[i]}"
        count $? "$log.$i"
    done
    echo "$suite_p $suite_f $suite_s" >>"$logs/counts"
    {
        printf '%-16s %4d passed, %d failed, %d skipped in %d s\n' "$name" "$suite_p" "$suite_f" \
            "$suite_s" $((SECONDS - began))
        cat "$log"
    } >"$log.all"
    cat "$log.all" # at once, as suites run side by side
}

# The calls that are failed are found first, so that the parts of the walk agree on them.
walk() { # some|all SECONDS
    if "$build/tests/faults" --record "$build/tests/faults.sites" </dev/null; then
        FAULTS=$1 suite "fault walk" 4 "$2" "$build/tests/faults" --walk "$build/tests/faults.sites"
    else
        echo "fault walk" >>"$logs/begun" # and never counted
    fi
}

# A suite that began and was not counted has failed.
close() {
    awk 'NR == FNR { begun++; next }
         { p += $1; f += $2; s += $3; ended++ }
         END { f += begun - ended
               print p + 0 " passed, " f + 0 " failed, " s + 0 " skipped"
               exit f > 0 }' "$logs/begun" "$logs/counts"
    exit
}

if [ "${2:-}" = faults ]; then
    walk all 7200
    close
fi

# The limits are there to find hangs: on a machine under load a suite may take several times as long.
suite unit 4 900 "$build/tests/unit"
# A few ranks mostly nap: these suites run side by side. Many keep the machine busy.
for np in 1 2 3 5; do
    suite "mpi, $np ranks" 1 600 "${MPIRUN:-mpirun}" -np "$np" "$build/tests/mpi" &
done
wait
suite "mpi, 8 ranks" 1 600 "${MPIRUN:-mpirun}" -np 8 "$build/tests/mpi"
suite "mpi, 16 ranks" 1 600 "${MPIRUN:-mpirun}" -np 16 "$build/tests/mpi" --gtest_filter='Exchange.*:ExactlyOnce.*'
# They mostly wait, for programs to start and to end.
suite cli 6 1800 "$build/tests/cli" --gtest_filter=-Lab.*
# What the lab's sheets say is seen wants the machine for itself.
suite lab 1 1200 "$build/tests/cli" --gtest_filter='Lab.*'
walk some 1800
close
