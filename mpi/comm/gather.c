#include "comm/gather.h"

#include <limits.h>
#include <stdlib.h>

/* One element per record, so that counts stay small. */
static MPI_Datatype record_type(size_t size)
{
    MPI_Datatype type;
    MPI_Type_contiguous((int)size, MPI_BYTE, &type);
    MPI_Type_commit(&type);
    return type;
}

void(gather_equal)(MPI_Comm comm, const void *mine, int each, size_t size, void *all)
{
    MPI_Datatype type = record_type(size);
    MPI_Gather(mine, each, type, all, each, type, 0, comm);
    MPI_Type_free(&type);
}

/* Where each rank's records begin. -1: there are too many of them for MPI's counts. */
static int lay_out(struct gathered *all, int ranks, int *begins)
{
    int64_t total = 0;
    for (int rank = 0; rank < ranks; rank++) {
        begins[rank] = (int)total;
        total += all->counts[rank];
        if (total > INT_MAX)
            return -1;
    }
    all->total = (int)total;
    return 0;
}

/* On rank 0: room for all records. */
static int make_room(struct gathered *all, int ranks, size_t size, int *begins)
{
    if (lay_out(all, ranks, begins) != 0)
        return -1;
    all->records = calloc((size_t)all->total + 1, size);
    return all->records != NULL ? 0 : -1;
}

/* Whether rank 0 has what it needs, on all ranks. */
static bool has_room(const struct team *team, int status, struct err *err)
{
    if (status != 0)
        err_memory(err, "the report");
    team_bcast(team, &status, 1, MPI_INT, 0);
    return status == 0;
}

int(gather)(const struct team *team, const void *mine, int count, size_t size, struct gathered *all,
            struct err *err)
{
    bool root = team->rank == 0;
    size_t ranks = (size_t)team->size;
    *all = (struct gathered){0};
    int *begins = root ? calloc(ranks, sizeof(*begins)) : NULL;
    all->counts = root ? calloc(ranks, sizeof(*all->counts)) : NULL;
    bool lacks = root && (begins == NULL || all->counts == NULL);
    int status = has_room(team, lacks ? -1 : 0, err) ? 0 : -1;
    if (status == 0) {
        MPI_Gather(&count, 1, MPI_INT, all->counts, 1, MPI_INT, 0, team->world);
        int made = root ? make_room(all, team->size, size, begins) : 0;
        status = has_room(team, made, err) ? 0 : -1;
    }
    if (status == 0) {
        MPI_Datatype type = record_type(size);
        MPI_Gatherv(mine, count, type, all->records, all->counts, begins, type, 0, team->world);
        MPI_Type_free(&type);
    }
    free(begins);
    return status;
}

void gathered_release(struct gathered *all)
{
    free(all->counts);
    free(all->records);
    *all = (struct gathered){0};
}
