#!/bin/bash
# slurm.sh up DIR [NAME=VALUE...]   a real Slurm of one host, slurm1, in namespaces of its own: network,
#                                   host name, mounts, processes. The words go into slurm.conf
# slurm.sh on DIR COMMAND...        runs a command there, in the present folder
# slurm.sh down DIR                 ends all of it, at once
# As root. DIR has its files; logs are in DIR/log. Nothing is left outside of DIR.
set -euo pipefail
ADDRESS=198.18.77.1 # of RFC 2544's range; Slurm looks no name up where there is only the loopback

die() {
    echo "slurm.sh: $*" >&2
    exit 1
}

# Tries a command for ten seconds.
await() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    return 1
}

configure() { # DIR NAME=VALUE...
    mkdir -p "$1"/{log,run,state,spool,tmp}
    printf '127.0.0.1 localhost\n%s slurm1\n' $ADDRESS >"$1/hosts"
    (
        umask 077
        head -c 128 /dev/urandom >"$1/munge.key"
    )
    cat >"$1/slurm.conf" <<CONF
ClusterName=squares
SlurmctldHost=slurm1($ADDRESS)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$1/run/munge.socket
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/run/slurmctld.pid
SlurmdPidFile=$1/run/slurmd.pid
SlurmctldLogFile=$1/log/slurmctld.log
SlurmdLogFile=$1/log/slurmd.log
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
$(printf '%s\n' "${@:2}")
NodeName=slurm1 NodeAddr=$ADDRESS CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
}

# The first process of the namespaces: starts the daemons, and waits.
inside() { # DIR
    hostname slurm1
    mount --bind "$1/hosts" /etc/hosts
    ip link set lo up
    ip link add eth0 type veth peer name eth1
    ip addr add $ADDRESS/24 dev eth0
    ip link set eth0 up
    ip link set eth1 up
    export SLURM_CONF=$1/slurm.conf
    munged --foreground --force --key-file="$1/munge.key" --socket="$1/run/munge.socket" \
        --pid-file="$1/run/munged.pid" --log-file="$1/log/munged.log" \
        --seed-file="$1/state/munge.seed" >"$1/log/munged.out" 2>&1 &
    await test -S "$1/run/munge.socket" || die "munged does not start: see $1/log"
    slurmctld -D -c >"$1/log/slurmctld.out" 2>&1 &
    slurmd -D -N slurm1 >"$1/log/slurmd.out" 2>&1 &
    await is_idle || die "Slurm does not start: see $1/log"
    touch "$1/ready"
    wait
}

is_idle() {
    [ "$(sinfo -h -t idle -o %N)" = slurm1 ]
}

# The namespaces' first process is the only child of unshare.
first_of() { # DIR
    local outer child
    outer=$(cat "$1/outer") && child=$(cat "/proc/$outer/task/$outer/children") || return 1
    [ -n "$child" ] && echo "${child%% *}"
}

command=${1:?} dir=$(mkdir -p "${2:?}" && cd "$2" && pwd)
case $command in
up)
    configure "$dir" "${@:3}"
    setsid unshare --net --uts --mount --pid --fork --kill-child --mount-proc --propagation private \
        bash "$0" inside "$dir" </dev/null >"$dir/log/inside" 2>&1 &
    echo $! >"$dir/outer"
    for ((tries = 0; tries < 600; tries++)); do
        [ -e "$dir/ready" ] && exit 0
        kill -0 "$(cat "$dir/outer")" 2>/dev/null || break
        sleep 0.05
    done
    cat "$dir/log/"* >&2
    die "no Slurm"
    ;;
inside)
    inside "$dir"
    ;;
on)
    first=$(first_of "$dir") || die "not up: $dir"
    export SLURM_CONF=$dir/slurm.conf TMPDIR=$dir/tmp
    exec nsenter --target "$first" --net --uts --mount --pid --wd="$PWD" -- "${@:3}"
    ;;
down)
    first=$(first_of "$dir") && kill -KILL "$first"
    while kill -0 "$(cat "$dir/outer")" 2>/dev/null; do sleep 0.02; done
    ;;
*) die "up, on or down, not '$command'" ;;
esac
