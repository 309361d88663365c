#!/bin/bash
# collectives.sh   every MPI function that the program calls is one that mpi/comm/collective.h precedes by
# a meeting in debug builds, or is listed here because it is not collective.
set -euo pipefail
cd "$(dirname "$0")/.."

local_only='
Abort Comm_create_keyval Comm_get_attr Comm_group Comm_rank Comm_set_attr Comm_set_errhandler
Comm_size Error_class Error_string File_get_size File_read_at File_set_errhandler File_set_view
File_set_atomicity File_write_at Get_count Get_library_version Get_processor_name Get_version
Group_free Group_translate_ranks Init Init_thread Initialized Finalized Iprobe Irecv Isend Issend
Op_create Op_free Pack Probe Query_thread Recv Send Sendrecv Ssend Test Testall Testany Testsome Test_cancelled
Cancel Type_commit Type_contiguous Type_free Type_get_extent Type_size Unpack Wait Waitall Waitany
Waitsome Request_free Win_create_keyval Win_get_attr Win_set_attr Win_shared_query Win_sync
'

# Opened by each rank for itself, and so closed by it: see the check below.
local_only+=' File_close '

bad=0
while IFS=: read -r file line name; do
    name=${name#MPI_} name=${name%(}
    grep -q "define MPI_$name(" mpi/comm/collective.h && continue
    [[ " ${local_only//$'\n'/ } " == *" $name "* ]] && continue
    echo "$file:$line: MPI_$name is neither preceded by a meeting in mpi/comm/collective.h" \
        "nor known as not collective (tests/collectives.sh)"
    bad=1
done < <(grep -rnoE '\bP?MPI_[A-Z][a-z]\w*\(' mpi --include='*.c' --include='*.h' |
    grep -v '^mpi/comm/collective')

# Only through the header are they preceded.
if grep -rnE '#[[:space:]]*include[[:space:]]*[<"]mpi\.h' mpi | grep -v '^mpi/comm/collective\.h:'; then
    echo 'include "collective.h", not mpi.h'
    bad=1
fi
if grep -rnE '\(P?MPI_\w+\)[[:space:]]*\(|\bPMPI_' mpi --include='*.c' --include='*.h' |
    grep -v '^mpi/comm/collective'; then
    echo "only mpi/comm/collective.c may call MPI's functions past the header"
    bad=1
fi
if grep -rn 'MPI_File_open(' mpi --include='*.c' | grep -v 'MPI_File_open(MPI_COMM_SELF'; then
    echo 'files are opened by each rank for itself: closing one has no meeting'
    bad=1
fi
exit "$bad"
