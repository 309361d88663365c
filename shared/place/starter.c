#include "place/starter.h"

#include "place/rendezvous.h"

#include <string.h>

const char STARTER_NONE[] = "hand";

/* Which of the services that can start ranks were found. */
struct found {
    enum presence pmix, pmi, slurm;
};

/* Slurm is looked for only if a variable names it. */
static enum presence find_slurm(const struct evidence_world *world)
{
    static const char *const NAMES[] = {"SLURM_JOB_ID",
                                        "SLURM_JOBID",
                                        "SLURM_PROCID",
                                        "SLURM_STEP_ID",
                                        "SLURM_STEPID",
                                        "SLURM_CPUS_ON_NODE",
                                        "SLURM_JOB_CPUS_PER_NODE",
                                        "SLURM_CPU_BIND_TYPE",
                                        "SLURM_NODELIST"};
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
        if (rendezvous_set(world, NAMES[i]))
            return rendezvous_slurm(world);
    return ABSENT;
}

/* --- whether this process is one of several --- */

/* Whether srun started this process as one of several tasks; it may have given it a way to join
 * them other than PMIx or PMI: Slurm's own library. Only if Slurm is certainly present. */
static bool is_task(const struct evidence_world *world, const struct found *found)
{
    int tasks = rendezvous_number(world, "SLURM_STEP_NUM_TASKS");
    return found->slurm == PRESENT && rendezvous_set(world, "SLURM_STEP_ID") && tasks > 1 &&
           rendezvous_number(world, "SLURM_PROCID") >= 0;
}

/* The variable that holds the rank; NULL: the process is alone. A socket that this process itself
 * holds comes first: what Hydra starts through srun has the variables of srun's task, which are the
 * same on all ranks of the host. */
static const char *find_rank(const struct evidence_world *world, const struct found *found)
{
    const char *name = found->pmi == PRESENT   ? "PMI_RANK"
                       : found->pmix != ABSENT ? "PMIX_RANK"
                       : found->pmi != ABSENT  ? "PMI_RANK"
                       : is_task(world, found) ? "SLURM_PROCID"
                                               : NULL;
    return name != NULL && !rendezvous_below_rank(world) ? name : NULL;
}

/* --- which launcher started it --- */

/* The order matters: mpirun within a Slurm job passes Slurm's variables on. MPI_LOCALNRANKS is set
 * by Hydra, MPICH's launcher. */
static const char *name_launcher(const struct evidence_world *world, const struct found *found)
{
    static const struct {
        const char *variable, *name;
    } LAUNCHERS[] = {
        {"OMPI_COMM_WORLD_SIZE", "mpirun"}, {"PRTE_LAUNCHED", "mpirun"},
        {"MPI_LOCALNRANKS", "mpirun"},      {"FLUX_JOB_ID", "flux"},
        {"SLURM_STEP_ID", "srun"},
    };
    static const char OF_SLURM[] = "slurm.";
    const char *job = world->getenv(world->arg, "PMIX_NAMESPACE");
    if (found->pmi != PRESENT && found->pmix != ABSENT && job != NULL &&
        strncmp(job, OF_SLURM, strlen(OF_SLURM)) == 0)
        return "srun";
    for (size_t i = 0; i < sizeof(LAUNCHERS) / sizeof(LAUNCHERS[0]); i++)
        if (rendezvous_set(world, LAUNCHERS[i].variable))
            return LAUNCHERS[i].name;
    return found->pmix != ABSENT ? "a PMIx launcher" : "a PMI launcher";
}

/* srun also starts processes that are not ranks of MPI. */
static const char *name_alone(const struct evidence_world *world, const struct found *found)
{
    bool stepped = found->slurm == PRESENT && rendezvous_number(world, "SLURM_PROCID") >= 0 &&
                   rendezvous_set(world, "SLURM_STEP_ID");
    return stepped ? "srun" : STARTER_NONE;
}

void starter_find(struct starter *starter, const struct evidence_world *world)
{
    const struct found found = {rendezvous_pmix(world), rendezvous_pmi(world), find_slurm(world)};
    const char *rank = find_rank(world, &found);
    *starter = (struct starter){
        .alone = rank == NULL,
        .rank = rank != NULL ? rendezvous_number(world, rank) : 0,
        .name = rank != NULL ? name_launcher(world, &found) : name_alone(world, &found),
        .slurm_gone = found.slurm == ABSENT,
    };
}
