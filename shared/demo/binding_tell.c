#include "demo/binding.h"

#include "base/units.h"

static const double NOTHING = 1.15; /* times the work of one: a smaller gain may be chance */
static const double TWICE = 1.6;    /* nearly as much as two cores can do */

void binding_show(const struct binding *found, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"pu", "PU", SHOWN_COUNT},
                                                    {"other_pu", "PU", SHOWN_COUNT},
                                                    {"chain", "1 chain", SHOWN_TIMES},
                                                    {"dense", "8 chains", SHOWN_TIMES},
                                                    {"reading", "reading", SHOWN_TIMES},
                                                    {"pass_s", "a pass", SHOWN_SECONDS},
                                                    {.key = NULL}};
    showing_table(showing, "pairs", "two workers on", COLUMNS);
    for (int kind = 0; kind < PAIR_FAR; kind++) {
        const int *pu = found->pairs.pu[kind];
        const double *speedup = found->speedup[kind];
        if (pairs_has(&found->pairs, kind))
            showing_row(showing, pair_name(kind),
                        (double[]){pu[0], pu[1], speedup[BINDING_CHAIN], speedup[BINDING_DENSE],
                                   speedup[BINDING_READ], found->pass_s[kind]});
    }
}

void binding_tell_lacking(const struct binding *found, struct scene *scene)
{
    struct showing *showing = &scene->showing;
    char lacking[PAIRS_TEXT];
    showing_say(showing, "In a chain each multiplication needs the result of the one before, so "
                         "the core idles in between; 8 chains side by side fill these gaps.");
    pairs_lacking(&found->pairs, lacking);
    if (lacking[0] != '\0' && scene->cores->pus < scene->machine.pus)
        showing_say(showing,
                    "Among the %d of %d PUs that this job may use there are %s, so those pairs "
                    "are not measured.",
                    scene->cores->pus, scene->machine.pus, lacking);
    else if (lacking[0] != '\0')
        showing_say(showing, "This machine has %s, so those pairs are not measured.", lacking);
    if (!found->seated)
        showing_say(showing, "The kernel did not bind all workers as planned: these rows may not "
                             "show what their names say.");
    if (scene->placement.undecided > 0)
        showing_say(showing,
                    "The job was given %d of these CPUs, but not told which: other jobs may have "
                    "disturbed these figures.",
                    scene->placement.undecided);
    scene_tell_fixed(scene);
}

/* The nearest pair that gives each worker a PU of its own; PAIR_FAR: there is none. */
static enum pair_kind nearest(const struct pairs *pairs)
{
    int kind = PAIR_SIBLINGS;
    while (kind < PAIR_FAR && !pairs_has(pairs, kind))
        kind++;
    return kind;
}

static void tell_turns(const struct binding *found, struct showing *showing)
{
    enum pair_kind other = nearest(&found->pairs);
    const double dense = found->speedup[PAIR_TURNS][BINDING_DENSE];
    char turns[UNIT_TEXT], apart[UNIT_TEXT];
    showing_say(showing, "On one PU two workers do %.2f times the work of one%s.", dense,
                dense < NOTHING ? ": they take turns, and nothing is gained"
                                : ", which is more than one PU can do: chance, or they were not "
                                  "bound");
    unit_duration(found->pass_s[PAIR_TURNS], turns);
    if (other == PAIR_FAR)
        showing_say(showing, "A word from one to the other takes %s: the kernel switches threads.",
                    turns);
    else
        showing_say(showing,
                    "A word from one to the other takes %s there, as the kernel has to switch "
                    "threads, and %s between %s.",
                    turns, unit_duration(found->pass_s[other], apart), pair_name(other));
}

static void tell_siblings(const struct binding *found, struct showing *showing)
{
    const double *speedup = found->speedup[PAIR_SIBLINGS];
    double chain = speedup[BINDING_CHAIN], dense = speedup[BINDING_DENSE];
    showing_say(showing,
                "Two SMT siblings do %.2f times the work of one where each step waits for the "
                "one before, %.2f times where 8 chains leave no gaps%s.",
                chain, dense,
                chain > dense * NOTHING ? ": a sibling computes in the other's gaps" : "");
}

static void tell_cores(const struct binding *found, enum pair_kind kind, struct showing *showing)
{
    const double *speedup = found->speedup[kind];
    double chain = speedup[BINDING_CHAIN], dense = speedup[BINDING_DENSE];
    double reading = speedup[BINDING_READ];
    showing_say(showing,
                "On %s two workers compute %.2f times as much as one, and read %.2f "
                "times as much: %s.",
                pair_name(kind), dense, reading,
                reading * NOTHING < dense ? "separate cores still share the path to memory"
                                          : "one alone does not use up the path to memory here");
    if (dense < 1.3 && chain > TWICE)
        showing_say(showing,
                    "With one chain it is %.2f times, as on siblings: a virtual machine "
                    "may show hardware threads of one core as cores.",
                    chain);
    else if (dense < TWICE)
        showing_say(showing, "That is less than two cores can do: something may have kept them "
                             "from running meanwhile.");
}

/* Doubts that cores which the machine shows under one cache are really close. */
static void doubt_nearness(const struct binding *found, struct showing *showing)
{
    const double LONG_S = 120e-9; /* through one cache it takes some 20 to 80 ns */
    char text[UNIT_TEXT];
    if (found->pass_s[PAIR_CORES] >= LONG_S)
        showing_say(showing,
                    "A pass of %s is long for neighbouring cores: a virtual machine's cores may "
                    "be far apart, and elsewhere in the next run.",
                    unit_duration(found->pass_s[PAIR_CORES], text));
}

/* Compares passing a cache line between the nearest pair and the farthest. */
static void tell_passes(const struct binding *found, struct showing *showing)
{
    int near = nearest(&found->pairs), far = near;
    char from[UNIT_TEXT], to[UNIT_TEXT];
    for (int kind = PAIR_SIBLINGS; kind < PAIR_FAR; kind++)
        if (pairs_has(&found->pairs, kind))
            far = kind;
    if (near == far)
        return;
    double longer = found->pass_s[far] / found->pass_s[near];
    showing_say(showing,
                "A word is passed in %s between %s, in %s between %s: %.1f times as long%s.",
                unit_duration(found->pass_s[near], from), pair_name(near),
                unit_duration(found->pass_s[far], to), pair_name(far), longer,
                longer > NOTHING ? "" : ", so the distance did not show");
}

/* If workers were not bound as planned, it is unknown what they shared. */
void binding_tell(const struct binding *found, struct showing *showing)
{
    if (!found->seated)
        return;
    tell_turns(found, showing);
    if (pairs_has(&found->pairs, PAIR_SIBLINGS))
        tell_siblings(found, showing);
    for (int kind = PAIR_CORES; kind <= PAIR_PACKAGES; kind++)
        if (pairs_has(&found->pairs, kind))
            tell_cores(found, kind, showing);
    if (pairs_has(&found->pairs, PAIR_CORES))
        doubt_nearness(found, showing);
    tell_passes(found, showing);
}
