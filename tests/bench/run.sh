#!/bin/bash
# run.sh BUILD   squares against what one would use instead: ratios within one run, medians with their
# spread. ROUNDS (7) and NUMBERS of the file test (10^9: 8 GB in, 8 GB out) can be set from outside.
set -euo pipefail
millions=$((${NUMBERS:-1000000000} / 1000000))
# shellcheck source=tests/bench/lib.sh
source "$(dirname "$0")/lib.sh"

echo "squares bench: $("$squares" --version)"
echo "machine: $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"

echo
echo "--- messages, with the transport settings given"
mpirun -np 2 "$build/bench/stream"
echo "--- the same without single-copy between processes"
OMPI_MCA_btl_vader_single_copy_mechanism=none mpirun -np 2 "$build/bench/stream"

efficiency() { # NAME IDEAL_S WANTED ARGUMENT...
    local name=$1 ideal=$2 wanted=$3
    shift 3
    : >"$dir/values"
    for ((i = 0; i < rounds; i++)); do
        mpirun -np 8 "$squares" run -q --json "$dir/run.json" "$@" >"$dir/log" 2>&1
        awk -v i="$ideal" -v t="$(json_number median_s)" 'BEGIN { print i / t }' >>"$dir/values"
    done
    echo "$name: $(summary %.3f <"$dir/values") of the ideal, wanted: at least $wanted"
}

echo
echo "--- waiting: 5 ms a task, ideally 1 s"
efficiency "8 ranks on $(nproc) processors, 1,600 tasks" 1 0.95 --range 0:1600 --work io:latency=5ms
efficiency "8 ranks x 16 threads, 25,600 tasks" 1 0.9 --range 0:25600 --work io:latency=5ms \
    --threads 16
efficiency "8 ranks x 128 threads, 102,400 tasks of 10 ms" 1 0.9 --range 0:102400 \
    --work io:latency=10ms --threads 128

echo
echo "--- start to end of an empty job on 8 ranks, against MPI_Init and MPI_Finalize alone"
: >"$dir/values"
for ((i = 0; i <= rounds; i++)); do
    a=$(seconds_of mpirun -np 8 "$squares" run -q --range 0:1)
    b=$(seconds_of mpirun -np 8 "$build/bench/init")
    [ "$i" = 0 ] || echo "$a $b" >>"$dir/values" # the first warms up
done
echo "squares: $(cut -d' ' -f1 "$dir/values" | summary %.3f) s, MPI alone: $(cut -d' ' -f2 "$dir/values" | summary %.3f) s"
echo "ratio: $(awk '{ print $1 / $2 }' "$dir/values" | summary %.2f), wanted: at most 1.3"

echo
echo "--- the gil and the crew by themselves"
"$build/bench/gil"

echo
echo "--- handing out tasks one at a time"
"$build/bench/claims"
mpirun -np 2 --bind-to core "$build/bench/hall"

echo
echo "--- compare"
"$(dirname "$0")/compare.sh" "$build"

echo
echo "--- the server of net"
"$build/bench/net"

echo
echo "--- placing"
"$build/bench/place"
: >"$dir/values"
: >"$dir/shares"
for ((i = 0; i <= rounds; i++)); do
    a=$(seconds_of mpirun -np 8 "$squares" run -q --range 0:1 --json "$dir/run.json")
    [ "$i" != 0 ] || continue
    json_number place_s >>"$dir/values"
    awk -v p="$(json_number place_s)" -v t="$a" 'BEGIN { print 100 * p / (t - p) }' >>"$dir/shares"
done
echo "of run on 8 ranks: $(summary %.4f <"$dir/values") s; it adds $(summary %.2f <"$dir/shares") %, wanted: at most 10"

echo
echo "--- $millions million numbers, .i64 to .i64, on 2 ranks, against cat"
"$squares" run -q --range 0:1000000 --work io:latency=0 -o "$dir/one.i64" >"$dir/log"
for ((i = 0; i < millions; i++)); do cat "$dir/one.i64"; done >"$dir/in.i64"
: >"$dir/values"
: >"$dir/peaks"
for ((i = 0; i < rounds; i++)); do
    rm -f "$dir/out.i64"
    a=$(seconds_of mpirun -np 2 "$squares" run -q -i "$dir/in.i64" -o "$dir/out.i64" \
        --json "$dir/run.json")
    sed -nE 's/.*"peak_bytes": ([0-9]+).*/\1/p' "$dir/run.json" |
        awk '{ print $1 / 1048576 }' >>"$dir/peaks"
    rm -f "$dir/out.i64"
    b=$(seconds_of bash -c "cat '$dir/in.i64' >'$dir/out.i64'")
    echo "$a $b" >>"$dir/values"
done
echo "squares: $(cut -d' ' -f1 "$dir/values" | summary %.2f) s, cat: $(cut -d' ' -f2 "$dir/values" | summary %.2f) s"
echo "ratio: $(awk '{ print $1 / $2 }' "$dir/values" | summary %.2f)"
echo "peak memory a rank: $(summary %.0f <"$dir/peaks") MiB, wanted: under 200"
