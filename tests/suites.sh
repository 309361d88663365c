#!/bin/bash
# suites.sh [SUITE...]            builds and tests squares in these Debian systems: bookworm, trixie, sid
# suites.sh --remove SUITE...     removes them
#
# The systems are made by debootstrap and kept, for the next time, in ~/.cache/squares/suites (or below
# XDG_CACHE_HOME). What is mounted in them is so only in a mount namespace of its own, which ends
# with the run. A system that cannot be had is skipped, loudly.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
systems=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/squares/suites
room_mib=10240
mirror=${MIRROR:-http://deb.debian.org/debian}

mounted_below() { # FOLDER: whether any process sees a mount below it
    cut -d' ' -f5 /proc/[0-9]*/mountinfo 2>/dev/null | grep -qF "$1/"
}

remove() { # FOLDER
    [ -e "$1" ] || return 0
    if mounted_below "$1"; then
        echo "suites: something is mounted below $1: not removed" >&2
        return 1
    fi
    rm -rf --one-file-system "$1"
}

# Why that system cannot be had; nothing: it can.
obstacle() { # SUITE
    local left
    mkdir -p "$systems" 2>/dev/null || { echo "cannot make $systems" && return; }
    left=$(df --output=avail -m "$systems" | tail -1)
    if [ "$(id -u)" != 0 ]; then
        echo "needs root"
    elif ! unshare --mount --pid --fork true 2>/dev/null; then
        echo "needs namespaces of its own (unshare --mount --pid)"
    elif [ "$left" -lt "$room_mib" ]; then
        echo "less than $((room_mib / 1024)) GB free below $systems"
    elif [ -x "$systems/$1/bin/sh" ]; then
        :
    elif ! command -v debootstrap >/dev/null; then
        echo "needs debootstrap"
    elif [ ! -e "/usr/share/debootstrap/scripts/$1" ]; then
        echo "debootstrap does not know it"
    elif ! getent hosts "$(echo "$mirror" | cut -d/ -f3)" >/dev/null; then
        echo "no network: $mirror is not found"
    fi
}

# Makes the system under another name first: one that was interrupted is no system.
bootstrap() { # SUITE
    local part=$systems/.$1.part
    [ -x "$systems/$1/bin/sh" ] && return 0
    remove "$part"
    echo "suites: making $systems/$1"
    unshare --mount --propagation private debootstrap --variant=minbase \
        --include=make,git,ca-certificates "$1" "$part" "$mirror" >"$systems/$1.log" 2>&1 || return 1
    mv "$part" "$systems/$1"
}

# In namespaces of its own: mounts what a system has, and runs in it.
inside() { # SUITE COMMAND
    local box=$systems/$1
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child --propagation private bash -c '
        set -e
        mount --bind "$1" "$1" # so that the tests can make namespaces of their own in it
        mount --rbind /sys "$1/sys"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/dev/shm"
        mount -t proc proc "$1/proc"
        mkdir -p "$1/.old"
        cd "$1"
        pivot_root . .old
        umount -l /.old # nothing of this machine is left to be seen
        exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive bash -c "cd /root/squares && $2"' \
        inside "$box" "$2"
}

# The files as they are here, committed or not.
take_sources() { # SUITE
    local home=$systems/$1/root/squares
    remove "$home"
    mkdir -p "$home"
    cp /etc/resolv.conf /etc/hosts "$systems/$1/etc/" 2>/dev/null || true
    cp -n /etc/apt/apt.conf.d/* "$systems/$1/etc/apt/apt.conf.d/" 2>/dev/null || true
    (cd "$top" && git ls-files -z --cached --others --exclude-standard |
        tar --null --ignore-failed-read -T - -cf -) | tar -C "$home" -xf -
}

try() { # SUITE: 0 passed, 1 failed, 2 skipped
    local why
    why=$(obstacle "$1")
    if [ -n "$why" ]; then
        echo "SKIPPED: $1: $why"
        return 2
    fi
    if ! bootstrap "$1"; then
        tail -5 "$systems/$1.log"
        echo "SKIPPED: $1: debootstrap failed, see $systems/$1.log"
        return 2
    fi
    take_sources "$1"
    echo "suites: $1"
    inside "$1" 'make deps-test && .ci/deps lines && CI=true make test && tests/lines.sh build/squares &&
        MPI=mpich .ci/deps run && CI=true make MPI=mpich all check-mpi' || return 1
}

if [ "${1:-}" = --remove ]; then
    for suite in "${@:2}"; do remove "$systems/$suite"; done
    exit 0
fi
[ $# -gt 0 ] || set -- bookworm trixie sid
passed=() failed=() skipped=()
for suite in "$@"; do
    code=0
    try "$suite" || code=$?
    case $code in
    0) passed+=("$suite") ;;
    2) skipped+=("$suite") ;;
    *) failed+=("$suite") ;;
    esac
done
echo "suites: passed: ${passed[*]:-none}; failed: ${failed[*]:-none}; skipped: ${skipped[*]:-none}"
[ ${#failed[@]} = 0 ]
