#include "command/demo_eager.h"

#include "comm/collective.h"
#include <stddef.h>

long eager_limit(bool one_host, const char **name)
{
    static const char *const NEAR[] = {"btl_vader_eager_limit", "btl_sm_eager_limit"},
                             *const FAR[] = {"btl_tcp_eager_limit", "btl_tcp_eager_limit"};
    int provided, index, count;
    size_t limit = 0;
    bool known = false;
    MPI_T_cvar_handle handle;
    if (MPI_T_init_thread(MPI_THREAD_SINGLE, &provided) != MPI_SUCCESS)
        return -1;
    for (int i = 0; i < 2 && !known; i++) {
        *name = (one_host ? NEAR : FAR)[i];
        if (MPI_T_cvar_get_index(*name, &index) != MPI_SUCCESS ||
            MPI_T_cvar_handle_alloc(index, NULL, &handle, &count) != MPI_SUCCESS)
            continue;
        known = count == 1 && MPI_T_cvar_read(handle, &limit) == MPI_SUCCESS;
        MPI_T_cvar_handle_free(&handle);
    }
    MPI_T_finalize();
    return known ? (long)limit : -1;
}
