#include "place/evidence_find.h"

#include "base/text.h"
#include "place/seat.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *evidence_getenv(void *arg, const char *name)
{
    (void)arg;
    return getenv(name);
}

/* --- gathering --- */

int evidence_gather(struct evidence *evidence, const struct machine *machine,
                    hwloc_const_bitmap_t allowed, hwloc_const_bitmap_t ranks, struct err *err)
{
    struct evidence_world world = {
        .getenv = evidence_getenv, .proc = "/proc", .pid = getpid(), .root = ""};
    return evidence_gather_from(evidence, &world, machine, allowed, ranks, err);
}

/* PBS confines a job by a cgroup of its own if it is told to; then that is what the job was given,
 * and a number that may be too small says nothing more. */
static void drop_doubtful_count(struct evidence *evidence, const struct machine *machine)
{
    int allowed = hwloc_bitmap_weight(evidence->cgroup);
    if (evidence->cpus_at_least && allowed < machine->pus && evidence->manager_cpus < allowed)
        evidence->manager_cpus = 0;
}

int evidence_gather_from(struct evidence *evidence, const struct evidence_world *world,
                         const struct machine *machine, hwloc_const_bitmap_t allowed,
                         hwloc_const_bitmap_t ranks, struct err *err)
{
    int cores = machine->cores > 0 ? machine->cores : 1;
    int core_pus = (machine->pus + cores - 1) / cores;
    *evidence = (struct evidence){.core_pus = core_pus > 1 ? core_pus : 1};
    if (allowed == NULL || hwloc_bitmap_iszero(allowed))
        return err_set(err, ERR_FAILED, "this job may use no core of this host");
    evidence->cgroup = hwloc_bitmap_dup(allowed);
    evidence->ranks = ranks != NULL ? hwloc_bitmap_dup(ranks) : hwloc_bitmap_alloc();
    evidence->manager = hwloc_bitmap_alloc();
    evidence->launcher = hwloc_bitmap_alloc();
    if (evidence->cgroup == NULL || evidence->ranks == NULL || evidence->manager == NULL ||
        evidence->launcher == NULL) {
        evidence_release(evidence);
        return err_memory(err, "the plan");
    }
    if (world->root != NULL)
        quota_find(&evidence->quota, world->root, "self");
    evidence_find_set(evidence, world);
    evidence_find_count(evidence, world);
    drop_doubtful_count(evidence, machine);
    evidence_find_launcher(evidence, world);
    return 0;
}

void evidence_release(struct evidence *evidence)
{
    hwloc_bitmap_free(evidence->cgroup);
    hwloc_bitmap_free(evidence->ranks);
    hwloc_bitmap_free(evidence->manager);
    hwloc_bitmap_free(evidence->launcher);
    *evidence = (struct evidence){0};
}

/* --- deciding --- */

enum claimant { NOBODY, LAUNCHER, MANAGER, BOTH, COUNT };

/* The PUs in both; a new bitmap. */
static hwloc_bitmap_t meet(hwloc_const_bitmap_t a, hwloc_const_bitmap_t b)
{
    hwloc_bitmap_t set = hwloc_bitmap_dup(a);
    if (set != NULL)
        (void)hwloc_bitmap_and(set, set, b);
    return set;
}

/* What manager and launcher claim together, as a new bitmap: the PUs of both if they share any,
 * else the launcher's, because a mask is a fact, while a variable may be left over from elsewhere:
 * sbatch passes on the variables of the shell it was called in. For the same reason a list that
 * names no PU on which the ranks run is ignored. If no launcher is known and the manager gave as
 * many CPUs as the cgroup has, it gave all of them: the set it also names is only how it bound the
 * ranks. */
static hwloc_bitmap_t find_claim(const struct evidence *evidence, hwloc_const_bitmap_t ranks,
                                 enum claimant *who)
{
    hwloc_bitmap_t named = meet(evidence->manager, evidence->cgroup);
    hwloc_bitmap_t own = meet(evidence->launcher, evidence->cgroup);
    if (named == NULL || own == NULL) {
        hwloc_bitmap_free(named);
        hwloc_bitmap_free(own);
        return NULL;
    }
    bool launched = !hwloc_bitmap_iszero(own);
    if ((!hwloc_bitmap_iszero(ranks) && !hwloc_bitmap_intersects(named, ranks)) ||
        (launched && !hwloc_bitmap_intersects(named, own)))
        hwloc_bitmap_zero(named);
    if (!launched && evidence->manager_cpus >= hwloc_bitmap_weight(evidence->cgroup)) {
        *who = COUNT;
        (void)hwloc_bitmap_copy(own, evidence->cgroup);
    } else if (hwloc_bitmap_iszero(named)) {
        *who = launched ? LAUNCHER : NOBODY;
    } else if (!launched) {
        *who = MANAGER;
        (void)hwloc_bitmap_copy(own, named);
    } else {
        *who = hwloc_bitmap_isincluded(own, named)   ? LAUNCHER
               : hwloc_bitmap_isincluded(named, own) ? MANAGER
                                                     : BOTH;
        (void)hwloc_bitmap_and(own, own, named);
    }
    hwloc_bitmap_free(named);
    return own;
}

/* The most PUs that a claim may widen the job to. Managers count PUs or, depending on their
 * configuration, cores: cores only if the ranks have more PUs than the count. */
static long most_pus(const struct evidence *evidence, hwloc_const_bitmap_t ranks)
{
    long cpus = evidence->manager_cpus;
    if (cpus == 0)
        return LONG_MAX;
    return cpus < hwloc_bitmap_weight(ranks) ? cpus * evidence->core_pus : cpus;
}

/* "PU 3", "PUs 0-1". */
static const char *tell_pus(hwloc_const_bitmap_t set, char text[SEAT_TEXT + 4])
{
    char list[SEAT_TEXT];
    (void)snprintf(text, SEAT_TEXT + 4, hwloc_bitmap_weight(set) == 1 ? "PU %s" : "PUs %s",
                   seat_text(set, list));
    return text;
}

static void tell_claim(const struct evidence *evidence, enum claimant who,
                       hwloc_const_bitmap_t claim, char words[EVIDENCE_WORDS])
{
    char pus[SEAT_TEXT + 4];
    (void)tell_pus(claim, pus);
    if (who == COUNT)
        (void)snprintf(words, EVIDENCE_WORDS, "%s gave all %d CPUs of this host (%s)",
                       evidence->cpus_by, evidence->manager_cpus, evidence->cpus_name);
    else if (who == LAUNCHER)
        (void)snprintf(words, EVIDENCE_WORDS, "%s itself may use %s", evidence->launcher_name, pus);
    else
        (void)snprintf(words, EVIDENCE_WORDS, "%s gave %s (%s)%s%s%s", evidence->manager_by, pus,
                       evidence->manager_name, who == BOTH ? ", which " : "",
                       who == BOTH ? evidence->launcher_name : "",
                       who == BOTH ? " itself may use too" : "");
}

/* Describes the ranks' own masks, for when no claim goes beyond them; and why a claim that would go
 * beyond them does not count. */
static void tell_ranks(const struct evidence *evidence, hwloc_const_bitmap_t ranks,
                       const char *refused, char words[EVIDENCE_WORDS])
{
    char pus[SEAT_TEXT + 4];
    (void)snprintf(words, EVIDENCE_WORDS, "the ranks of this host may use %s",
                   tell_pus(ranks, pus));
    if (refused[0] != '\0')
        text_add(words, EVIDENCE_WORDS, "; %s, but %s gave %s %d CPU%s (%s)", refused,
                 evidence->cpus_by, evidence->cpus_at_least ? "for sure only" : "only",
                 evidence->manager_cpus, plural(evidence->manager_cpus), evidence->cpus_name);
}

/* Describes a claim, and what the ranks have beyond it. */
static void tell_wider(const struct evidence *evidence, enum claimant who,
                       hwloc_const_bitmap_t claim, hwloc_const_bitmap_t ranks,
                       char words[EVIDENCE_WORDS])
{
    char pus[SEAT_TEXT + 4];
    tell_claim(evidence, who, claim, words);
    if (!hwloc_bitmap_isincluded(ranks, claim))
        text_add(words, EVIDENCE_WORDS, ", and the ranks of this host %s", tell_pus(ranks, pus));
}

hwloc_bitmap_t evidence_widest(const struct evidence *evidence, char words[EVIDENCE_WORDS])
{
    char refused[EVIDENCE_WORDS / 2] = "", pus[SEAT_TEXT + 4];
    enum claimant who = NOBODY;
    hwloc_bitmap_t ranks = meet(evidence->ranks, evidence->cgroup);
    hwloc_bitmap_t claim = ranks != NULL ? find_claim(evidence, ranks, &who) : NULL;
    hwloc_bitmap_t widest = claim != NULL ? hwloc_bitmap_dup(ranks) : NULL;
    if (widest != NULL) {
        (void)hwloc_bitmap_or(widest, widest, claim);
        if (hwloc_bitmap_weight(widest) > most_pus(evidence, ranks) &&
            !hwloc_bitmap_isequal(widest, ranks)) {
            tell_claim(evidence, who, claim, words);
            (void)snprintf(refused, sizeof(refused), "%s", words);
            (void)hwloc_bitmap_copy(widest, ranks);
        }
        if (hwloc_bitmap_iszero(widest)) {
            (void)hwloc_bitmap_copy(widest, evidence->cgroup);
            (void)snprintf(words, EVIDENCE_WORDS, "the cgroup allows %s", tell_pus(widest, pus));
        } else if (hwloc_bitmap_isequal(widest, ranks)) {
            tell_ranks(evidence, ranks, refused, words);
        } else {
            tell_wider(evidence, who, claim, ranks, words);
        }
    }
    hwloc_bitmap_free(ranks);
    hwloc_bitmap_free(claim);
    return widest;
}

bool evidence_undecided(const struct evidence *evidence, char words[EVIDENCE_WORDS])
{
    char pus[SEAT_TEXT + 4];
    enum claimant who = NOBODY;
    hwloc_bitmap_t ranks = meet(evidence->ranks, evidence->cgroup);
    hwloc_bitmap_t all = ranks != NULL ? find_claim(evidence, ranks, &who) : NULL;
    bool undecided = all != NULL && evidence->manager_cpus > 0 &&
                     hwloc_bitmap_or(all, all, ranks) == 0 &&
                     hwloc_bitmap_weight(all) > evidence->manager_cpus * evidence->core_pus;
    if (undecided)
        (void)snprintf(words, EVIDENCE_WORDS,
                       "%s gave %s%d CPU%s (%s), but did not say which of %s", evidence->cpus_by,
                       evidence->cpus_at_least ? "at least " : "", evidence->manager_cpus,
                       plural(evidence->manager_cpus), evidence->cpus_name, tell_pus(all, pus));
    hwloc_bitmap_free(all);
    hwloc_bitmap_free(ranks);
    return undecided;
}
