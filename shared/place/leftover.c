#include "place/leftover.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first entry that a variable begins with decides. Under OMPI_MCA_, PMIX_MCA_ and PRTE_MCA_
 * users set what they want for all jobs, and mpirun sets, in its ranks, what holds for this job. */
static const struct {
    const char *begin;
    enum leftover_kind kind;
} VARIABLES[] = {
    {"OMPI_ALLOW_", LEFTOVER_NONE},
    {"OMPI_MCA_orte_tmpdir_base", LEFTOVER_NONE},
    {"OMPI_MCA_orte_base_", LEFTOVER_NONE},
    {"OMPI_MCA_orte_", LEFTOVER_RANK},
    {"OMPI_MCA_ess", LEFTOVER_RANK},
    {"OMPI_MCA_pmix", LEFTOVER_RANK},
    {"OMPI_MCA_initial_wdir", LEFTOVER_RANK},
    {"OMPI_MCA_mpi_oversubscribe", LEFTOVER_RANK},
    {"OMPI_MCA_shmem_RUNTIME", LEFTOVER_RANK},
    {"OMPI_MCA_", LEFTOVER_NONE},
    {"OMPI_", LEFTOVER_RANK},
    {"PMIX_MCA_", LEFTOVER_NONE},
    {"PMIX_", LEFTOVER_RANK},
    {"PMI_", LEFTOVER_RANK},
    {"MPI_LOCAL", LEFTOVER_RANK}, /* MPI_LOCALRANKID and others: set by Hydra, MPICH's launcher */
    {"HYDI_", LEFTOVER_RANK},
    {"MPIR_CVAR_CH3_INTERFACE_HOSTNAME", LEFTOVER_RANK},
    {"PRTE_MCA_", LEFTOVER_NONE},
    {"PRTE_ALLOW_", LEFTOVER_NONE},
    {"PRTE_", LEFTOVER_RANK},
    {"SLURM_CONF=", LEFTOVER_NONE}, /* where Slurm's commands find their configuration */
    {"SLURM_", LEFTOVER_MANAGER},
    {"FLUX_", LEFTOVER_MANAGER},
};

enum leftover_kind leftover_kind(const char *variable)
{
    for (size_t i = 0; i < sizeof(VARIABLES) / sizeof(VARIABLES[0]); i++)
        if (strncmp(variable, VARIABLES[i].begin, strlen(VARIABLES[i].begin)) == 0)
            return VARIABLES[i].kind;
    return LEFTOVER_NONE;
}

/* Removes the variable from the environment. False: it has no name, or there is no memory. */
static bool take_out(const char *variable)
{
    const char *equals = strchr(variable, '=');
    char *name = equals != NULL ? strndup(variable, (size_t)(equals - variable)) : NULL;
    bool out = name != NULL && unsetenv(name) == 0;
    free(name);
    return out;
}

/* Ends: each turn removes a variable from the list or moves to the next one. */
void leftover_shed(bool managers)
{
    size_t i = 0;
    while (environ != NULL && environ[i] != NULL) {
        enum leftover_kind kind = leftover_kind(environ[i]);
        bool goes = kind == LEFTOVER_RANK || (managers && kind == LEFTOVER_MANAGER);
        if (!goes || !take_out(environ[i]))
            i++;
    }
}

/* A variable that is set twice is kept twice: as before, the first one counts. */
void leftover_hide(struct leftover_hidden *hidden)
{
    size_t count = 0, kept = 0;
    *hidden = (struct leftover_hidden){0};
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
        count += leftover_kind(environ[i]) == LEFTOVER_MANAGER;
    char **variables = count > 0 ? calloc(count + 1, sizeof(*variables)) : NULL;
    for (size_t i = 0; variables != NULL && environ[i] != NULL; i++)
        if (leftover_kind(environ[i]) == LEFTOVER_MANAGER &&
            (variables[kept] = strdup(environ[i])) != NULL)
            kept++;
    for (size_t i = 0; i < kept; i++)
        (void)take_out(variables[i]);
    hidden->variables = variables;
}

void leftover_show(struct leftover_hidden *hidden)
{
    for (size_t i = 0; hidden->variables != NULL && hidden->variables[i] != NULL; i++) {
        char *equals = strchr(hidden->variables[i], '=');
        if (equals != NULL) {
            *equals = '\0';
            (void)setenv(hidden->variables[i], equals + 1, 0);
        }
        free(hidden->variables[i]);
    }
    free(hidden->variables);
    *hidden = (struct leftover_hidden){0};
}
