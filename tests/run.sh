#!/bin/bash
# run.sh BUILD   runs all tests below BUILD/tests and closes with a line that counts every case.
# Each suite has a time limit: a hang is a failure, not a wait.
set -uo pipefail
build=$1
export SQUARES=$build/squares
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The number in a closing line of GoogleTest such as "[  PASSED  ] 12 tests."
closing() { sed -nE "s/^\[  $1 *\] ([0-9]+) tests?.*/\1/p" "$log" | tail -1; }

suite() { # NAME SECONDS COMMAND...
    local name=$1 seconds=$2 code
    shift 2
    timeout -k 5 "$seconds" "$@" --gtest_brief=1 --gtest_color=no </dev/null >"$log" 2>&1
    code=$?
    local ran p f s
    ran=$(sed -nE 's/^\[=+\] ([0-9]+) tests? from .* ran\..*/\1/p' "$log" | tail -1)
    p=$(closing PASSED) s=$(closing SKIPPED)
    f=$((${ran:-0} - ${p:-0} - ${s:-0}))
    # A suite that died, hung, or failed on a rank that does not count is one failure at least.
    if [ "$code" != 0 ] && [ "${f:-0}" = 0 ]; then f=1; fi
    if [ "$code" = 0 ] && [ "${p:-0}" = 0 ]; then f=1; fi
    printf '%-16s %4d passed, %d failed, %d skipped\n' "$name" "${p:-0}" "${f:-0}" "${s:-0}"
    if [ "${f:-0}" != 0 ]; then
        echo "--- $name: exit $code"
        cat "$log"
        echo "---"
    elif [ "${s:-0}" != 0 ]; then
        grep -A1 ': Skipped' "$log" | grep -v -e '^--' -e ': Skipped' | sed 's/^/  SKIPPED: /'
    fi
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
}

suite unit 60 "$build/tests/unit"
for np in 1 2 3 5 8; do
    suite "mpi, $np ranks" 60 mpirun -np "$np" "$build/tests/mpi"
done
suite cli 260 "$build/tests/cli"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
