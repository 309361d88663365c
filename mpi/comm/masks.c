#include "comm/masks.h"

#include "comm/gather.h"

#include <stdlib.h>

void mask_from(struct mask *mask, hwloc_const_bitmap_t set)
{
    for (unsigned i = 0; i < MASK_WORDS; i++)
        mask->words[i] = set != NULL ? hwloc_bitmap_to_ith_ulong(set, i) : 0;
}

hwloc_bitmap_t mask_to(const struct mask *mask)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    for (unsigned i = 0; set != NULL && i < MASK_WORDS; i++)
        if (mask->words[i] != 0 && hwloc_bitmap_set_ith_ulong(set, i, mask->words[i]) != 0) {
            hwloc_bitmap_free(set);
            return NULL;
        }
    return set;
}

hwloc_bitmap_t *masks_to(const struct mask *masks, int count)
{
    hwloc_bitmap_t *sets = calloc((size_t)count, sizeof(*sets));
    for (int i = 0; sets != NULL && i < count; i++) {
        sets[i] = mask_to(&masks[i]);
        if (sets[i] == NULL) {
            masks_release(sets, count);
            return NULL;
        }
    }
    return sets;
}

void masks_release(hwloc_bitmap_t *sets, int count)
{
    for (int i = 0; sets != NULL && i < count; i++)
        hwloc_bitmap_free(sets[i]);
    free(sets);
}

/* One element per mask, so that counts stay small. */
static MPI_Datatype mask_type(void)
{
    MPI_Datatype type;
    MPI_Type_contiguous(MASK_WORDS, MPI_UNSIGNED_LONG, &type);
    MPI_Type_commit(&type);
    return type;
}

void masks_gather(const struct mask *mine, int each, struct mask *all, MPI_Comm host)
{
    gather_equal(host, mine, each, sizeof(*mine), all);
}

void masks_allgather(const struct mask *mine, struct mask *all, MPI_Comm host)
{
    MPI_Datatype type = mask_type();
    MPI_Allgather(mine, 1, type, all, 1, type, host);
    MPI_Type_free(&type);
}

void masks_scatter(const struct mask *all, int each, struct mask *mine, MPI_Comm host)
{
    MPI_Datatype type = mask_type();
    MPI_Scatter(all, each, type, mine, each, type, 0, host);
    MPI_Type_free(&type);
}
