#!/bin/bash
# lines.sh SQUARES   whether the MPI that is here takes the launch lines that `squares place` prints:
# its own mapper is asked, on machines that are described, without starting anything. Each rank has to be
# bound, unless the line says that none is.
set -euo pipefail
squares=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v lstopo-no-graphics >/dev/null || {
    echo "lines: needs lstopo-no-graphics (.ci/deps lines)"
    exit 1
}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
failed=0 tried=0 skipped=0

line() { # KEY MACHINE RANKS THREADS: as printed, up to the program
    "$squares" place --topology "$2" --ranks "$3" --threads "$4" --json - |
        /usr/bin/python3 -c 'import json, sys
print((json.load(sys.stdin)["launch"][sys.argv[1]] or "").split(" ./squares")[0])' "$1"
}

bound() { # KEY XML WORD...: the ranks that the mapper says it binds
    local key=$1 xml=$2
    shift 2
    case $key in
    mpirun4) OMPI_MCA_hwloc_base_topo_file=$xml "$@" --display-map --do-not-launch true 2>&1 |
        grep -c 'Bound:.*[[]' ;;
    mpirun5) PRTE_MCA_hwloc_use_topo_file=$xml "$@" --display map --do-not-launch true 2>&1 |
        grep -ac 'Bound: package' ;;
    mpich) HWLOC_XMLFILE=$xml HWLOC_THISSYSTEM=0 HYDRA_TOPO_DEBUG=1 "$@" true 2>&1 |
        grep -c 'binding: 0*1' ;;
    esac
}

accepts() { # KEY XML WORD...
    local key=$1 xml=$2
    shift 2
    case $key in
    mpirun4) OMPI_MCA_hwloc_base_topo_file=$xml "$@" --do-not-launch true ;;
    mpirun5) PRTE_MCA_hwloc_use_topo_file=$xml "$@" --display map --do-not-launch true ;;
    mpich) HWLOC_XMLFILE=$xml HWLOC_THISSYSTEM=0 "$@" true ;;
    esac >"$work/said" 2>&1
}

try() { # KEY MPIRUN MACHINE RANKS THREADS
    local key=$1 mpirun=$2 machine=$3 ranks=$4 threads=$5 text count words
    text=$(line "$key" "$machine" "$ranks" "$threads")
    lstopo-no-graphics --no-io -f -i "$machine" "$work/machine.xml" 2>/dev/null
    read -ra words <<<"${text/#mpirun/$mpirun}"
    tried=$((tried + 1))
    if ! accepts "$key" "$work/machine.xml" "${words[@]}"; then
        printf 'REFUSED  %s, %s: %s\n' "$key" "$machine" "$text"
        head -5 "$work/said"
        failed=$((failed + 1))
        return
    fi
    [[ $text != *'-bind-to none'* ]] || return 0
    count=$(bound "$key" "$work/machine.xml" "${words[@]}" || true)
    if [ "$count" != "$ranks" ]; then
        printf 'BOUND %s of %s  %s, %s: %s\n' "$count" "$ranks" "$key" "$machine" "$text"
        failed=$((failed + 1))
    fi
}

# Open MPI 4.1 reads a described machine and then finds no core in it (every rank is "Bound: :").
sees_described() { # KEY MPIRUN
    lstopo-no-graphics --no-io -f -i 'pack:1 core:2 pu:1' "$work/probe.xml" 2>/dev/null
    [ "$(bound "$1" "$work/probe.xml" "$2" -np 1 --map-by slot --bind-to core || true)" = 1 ]
}

all() { # KEY MPIRUN
    if [ "$1" = mpirun4 ] && ! sees_described "$1" "$2"; then
        echo "SKIPPED: $2 ($1) cannot be asked about a machine that is described"
        skipped=$((skipped + 1))
        return 0
    fi
    local core4='pack:1 core:4 pu:2' two='pack:2 numa:1 core:18 pu:2' eight='pack:2 numa:4 core:6 pu:1' shape
    for shape in "1 1" "1 4" "2 2" "4 1" "8 1" "4 2" "2 3" "3 3" "16 1"; do
        # shellcheck disable=SC2086  # ranks and threads
        try "$1" "$2" "$core4" $shape
    done
    for shape in "2 18" "4 9" "72 1" "4 18" "8 4" "3 12" "5 14" "6 10" "3 6" "6 1" "100 1"; do
        # shellcheck disable=SC2086
        try "$1" "$2" "$two" $shape
    done
    for shape in "8 6" "4 12" "5 9" "48 1" "16 3"; do
        # shellcheck disable=SC2086
        try "$1" "$2" "$eight" $shape
    done
}

case $(mpirun --version 2>/dev/null | head -1) in
*'Open MPI) 4'*) all mpirun4 mpirun ;;
*'Open MPI)'*) all mpirun5 mpirun ;;
esac
for mpirun in mpirun.mpich mpirun; do
    if "$mpirun" --version 2>/dev/null | grep HYDRA >/dev/null; then
        all mpich "$mpirun"
        break
    fi
done
echo "lines: $tried tried, $failed refused or not bound"
[ "$failed" = 0 ] && [ $((tried + skipped)) -gt 0 ]
