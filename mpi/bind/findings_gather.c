#include "bind/findings_gather.h"

#include "base/text.h"
#include "comm/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a finding's code means in a report of `run`. */
static const struct {
    bool of_computing; /* harmless when the work waits */
    bool advice;       /* about other shapes of the job, not a fault of this one */
} MEANING[FINDING_CODES] = {
    [FINDING_CORE_SHARED] = {true, false},    [FINDING_SMT_SHARED] = {true, false},
    [FINDING_OVERSUBSCRIBED] = {true, false}, [FINDING_NUMA_STRADDLE] = {true, false},
    [FINDING_CACHE_STRADDLE] = {true, false}, [FINDING_MIXED_KINDS] = {true, false},
    [FINDING_UNBOUND] = {true, false},        [FINDING_CORES_IDLE] = {true, true},
    [FINDING_QUOTA] = {true, false},
};

/* Keeps one finding of each kind, the first host's, and counts the hosts that have one. */
static void merge(struct findings *kept, int hosts[FINDINGS_MOST], const struct findings *more)
{
    for (int i = 0; i < more->count; i++) {
        const struct finding *f = &more->list[i];
        int k = 0;
        while (k < kept->count &&
               (kept->list[k].code != f->code || kept->list[k].as_launched != f->as_launched))
            k++;
        if (k == FINDINGS_MOST)
            continue;
        if (k == kept->count) {
            kept->list[kept->count++] = *f;
            hosts[k] = 0;
        }
        hosts[k]++;
    }
}

static void count_hosts(struct findings *kept, const int *hosts)
{
    for (int k = 0; k < kept->count; k++) {
        struct finding *f = &kept->list[k];
        if (hosts[k] > 1)
            text_add(f->text, sizeof(f->text), "; the same on %d more host%s", hosts[k] - 1,
                     plural(hosts[k] - 1));
    }
}

/* On rank 0, in the order of ranks: the text does not depend on which is quicker. */
static void merge_all(struct findings *findings, const struct gathered *all)
{
    int hosts[FINDINGS_MOST] = {0};
    const struct findings *others = (const void *)all->records;
    for (int i = 0; i < findings->count; i++)
        hosts[i] = 1;
    for (int i = 1; i < all->total; i++) /* the first are rank 0's own */
        merge(findings, hosts, &others[i]);
    count_hosts(findings, hosts);
}

/* Only leaders have anything to send. */
int warn_gather(struct findings *findings, const struct team *team, struct err *err)
{
    struct gathered all = {0};
    int status =
        gather(team, findings, team_leads_host(team) ? 1 : 0, sizeof(*findings), &all, err);
    if (status == 0 && team->rank == 0)
        merge_all(findings, &all);
    gathered_release(&all);
    return status;
}

void warn_inspect(struct findings *findings, const struct team *team, const struct seats *seats)
{
    *findings = (struct findings){0};
    if (seats->plan == NULL || seats->plan->ranks == 0)
        return;
    const struct findings_job job = {team->hosts, team->size, team->most};
    struct seat_map seat_map = seats_map(seats->plan, NULL);
    const struct placement *placement = &seats->plan->placement;
    findings_of_seats(findings, &seat_map, &placement->cores, &job);
    findings_of_quota(findings, &seats->plan->evidence.quota, &seat_map, &placement->cores, &job);
    if (placement->undecided > 0)
        findings_explain(findings, placement->evidence);
}

static bool told(const struct run_report *report, enum finding_code code)
{
    for (int i = 0; i < report->environment.warnings_count; i++)
        if (strcmp(report->environment.warnings[i].code, finding_name(code)) == 0)
            return true;
    return false;
}

void warn_report(struct run_report *report, const struct findings *findings, bool waits,
                 const char *command)
{
    for (int i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->list[i];
        if (MEANING[f->code].advice || (waits && MEANING[f->code].of_computing))
            continue;
        /* The kernel refused to bind it, and that has been reported. */
        if (f->code == FINDING_UNBOUND && told(report, f->code))
            continue;
        struct report_warning *w = environment_warn(&report->environment, finding_name(f->code));
        if (w == NULL)
            return;
        (void)snprintf(w->text, sizeof(w->text), "%s", f->text);
        (void)snprintf(w->remedy, sizeof(w->remedy), "%s", f->remedy);
        /* A launch shape has no rank that only feeds. */
        w->launches = f->shape.threads > 0 && report->root_works;
        if (!w->launches)
            continue;
        struct launch_shape shape = f->shape;
        shape.srun_mpi = launch_srun_mpi(report->environment.mpi, "");
        launch_again(&w->launch, &shape, command);
    }
}
