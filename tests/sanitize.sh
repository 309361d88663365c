#!/bin/bash
# sanitize.sh BUILD   unit and MPI tests under AddressSanitizer and UndefinedBehaviorSanitizer, those
# that have threads under ThreadSanitizer, too. These builds check collectives: mpi/comm/collective.h. Leaks are suppressed only inside Open MPI, by name: lsan.supp.
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# Open MPI's own memory hooks and the sanitizer's do not go together.
export OMPI_MCA_memory=^patcher

make=(make --no-print-directory -j"$(nproc)")
"${make[@]}" BUILD="$build/asan" SANITIZE=address,undefined "$build/asan/tests/unit" \
    "$build/asan/tests/mpi" >/dev/null
timeout -k 5 900 "$build/asan/tests/unit" --gtest_brief=1
# Whole stacks, so that a leak below Open MPI shows its name; looked for before MPI ends, see main.cc.
export ASAN_OPTIONS=fast_unwind_on_malloc=0
export LSAN_OPTIONS=$LSAN_OPTIONS:leak_check_at_exit=0
for np in 1 3; do
    timeout -k 5 600 mpirun -np "$np" "$build/asan/tests/mpi" --gtest_brief=1
done

# Only the tests that have threads, as the others would have to be built for it, too.
"${make[@]}" BUILD="$build/tsan" SANITIZE=thread \
    UNIT_CC="$(echo tests/shared/{crew/{crew,crew_schedule,gil,safepoint,claims},\
work/{file,net,plugin,scratch,server,stock,plugin_turn},\
demo/{amdahl,binding,deadlock,false_sharing,gil,gil_convoy,granularity,imbalance,names,race,\
scatter,server,kit/{crew_once,gang}}}_test.cc)" \
    "$build/tsan/tests/unit" >/dev/null
TSAN_OPTIONS=halt_on_error=1 timeout -k 5 900 "$build/tsan/tests/unit" --gtest_brief=1
echo "sanitize: nothing found"
