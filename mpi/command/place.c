/* place - the command: plans, draws, checks and explains where ranks and threads run. */
#include "bind/probe.h"
#include "bind/seats.h"
#include "bind/seats_check.h"
#include "comm/agree.h"
#include "comm/gather.h"
#include "command/command.h"
#include "command/place_elsewhere.h"
#include "command/place_output.h"
#include "command/place_srun.h"
#include "command/run_report.h"
#include "exchange/exchange.h"
#include "place/starter.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* All that a call holds, so that it can be released at any point. A zeroed one is empty. Fields
 * marked `leader` are set on the leader of each host, and empty on other ranks. */
struct place {
    struct team team;
    const struct place_options *options;
    const struct invocation *launch;
    struct place_outputs outputs; /* rank 0 */
    struct seats seats;
    char mpi[REPORT_TEXT];           /* the library's name */
    char srun_offers[LAUNCH_OFFERS]; /* see srun_ask */
    struct seats_check seats_check;  /* leader */
    struct findings findings;        /* leader */
    json_t *documents;               /* rank 0 */
    struct err err;
};

/* --- the leader: looks for what is wrong --- */

/* Whether a launcher placed the ranks: the placement of a program started by hand has no
 * findings. */
static bool was_launched(const struct place *place)
{
    return strcmp(place->launch->launcher, STARTER_NONE) != 0;
}

/* The job's present shape. */
static struct launch_shape shape_now(const struct place *place)
{
    return launch_shape_of(&place->seats.plan->placement.cores, place->team.hosts, place->team.size,
                           place->team.most, place->seats.threads);
}

/* Whether a finding about the seats repeats one about the launcher's masks: with --place none these
 * are the same. */
static bool repeats(const struct findings *findings, const struct finding *f)
{
    for (int i = 0; i < findings->count && !f->as_launched; i++)
        if (findings->list[i].as_launched && findings->list[i].code == f->code)
            return true;
    return false;
}

static void drop_repeated(struct findings *findings)
{
    struct findings kept = {0};
    for (int i = 0; i < findings->count; i++)
        if (!repeats(findings, &findings->list[i]))
            kept.list[kept.count++] = findings->list[i];
    *findings = kept;
}

static void inspect_strays(struct place *place)
{
    const struct host_plan *plan = place->seats.plan;
    struct strays strays = {0};
    for (int i = 0; i < plan->ranks * place->seats.threads; i++)
        strays_note(&strays, &place->seats_check.stays[i]);
    struct launch_shape shape = shape_now(place);
    findings_of_strays(&place->findings, &strays, plan->name, &shape);
}

static void inspect(struct place *place)
{
    const struct host_plan *plan = place->seats.plan;
    const struct placement *placement = &plan->placement;
    const struct findings_job job = {place->team.hosts, place->team.size, place->team.most};
    struct seat_map seats = seats_map(plan, place->seats_check.seats);
    struct seat_map masks = seats;
    masks.threads = 1;
    masks.seats = plan->masks;
    if (was_launched(place) && placement->undecided == 0)
        findings_of_masks(&place->findings, &masks, &placement->cores, seats.threads, &job);
    inspect_strays(place);
    findings_of_seats(&place->findings, &seats, &placement->cores, &job);
    findings_of_quota(&place->findings, &plan->evidence.quota, &seats, &placement->cores, &job);
    if (placement->request.policy == PLACE_NONE)
        drop_repeated(&place->findings);
    if (placement->undecided > 0)
        findings_explain(&place->findings, placement->evidence);
}

static json_t *document_of(struct place *place)
{
    const struct host_plan *plan = place->seats.plan;
    const struct cores *cores = &plan->placement.cores;
    struct placing_pictures pictures = place_pictures(place->options);
    struct placing_host host = {
        .machine = &plan->machine,
        .cores = cores,
        .seat_map = seats_map(plan, place->seats_check.seats),
        .stays = place->seats_check.stays,
        .ranks = place->seats_check.ranks,
        .findings = &place->findings,
        .shape = shape_now(place),
        .evidence = plan->placement.evidence,
        .again = place->launch->again,
        .srun_mpi = launch_srun_mpi(place->mpi, place->srun_offers),
    };
    return placing_document(&host, &pictures);
}

/* --- from the leaders to rank 0 --- */

static int add_document(struct place *place, const char *text, size_t length)
{
    json_t *document = json_loadb(text, length, 0, NULL);
    if (document == NULL || json_array_append_new(place->documents, document) != 0)
        return err_memory(&place->err, "the report");
    return 0;
}

/* Collective: the text of each host's leader, as documents on rank 0. Returns 0; or -1 and sets
 * err where it failed. */
static int gather_documents(struct place *place, const char *text)
{
    const struct team *team = &place->team;
    struct gathered all = {0};
    int length = text != NULL ? (int)strlen(text) : 0;
    int status = gather(team, text, length, 1, &all, &place->err);
    const char *begin = all.records;
    if (team->rank == 0)
        place->documents = json_array();
    for (int rank = 0; rank < team->size && status == 0 && team->rank == 0; rank++) {
        if (all.counts[rank] > 0)
            status = add_document(place, begin, (size_t)all.counts[rank]);
        begin += all.counts[rank];
    }
    gathered_release(&all);
    return status;
}

static int document_phase(struct place *place)
{
    char *text = NULL;
    if (place->seats.plan != NULL) {
        json_t *document = document_of(place);
        text = document != NULL ? json_dumps(document, JSON_COMPACT) : NULL;
        if (text == NULL || strlen(text) > INT_MAX)
            err_memory(&place->err, "the report");
        json_decref(document);
    }
    int status = agree(&place->team, &place->err);
    if (status == 0) {
        (void)gather_documents(place, text);
        status = agree(&place->team, &place->err);
    }
    free(text);
    return status;
}

/* --- the whole --- */

static int tell(struct place *place)
{
    const char *offers = place->srun_offers;
    const struct placing_run run = {.command = place->launch->command,
                                    .mpi = place->mpi,
                                    .srun_offers = offers[0] != '\0' ? offers : NULL,
                                    .launcher = place->launch->launcher,
                                    .ranks = place->team.size,
                                    .threads = place->seats.threads,
                                    .findings_only = place->options->quiet,
                                    .whole = place->options->whole};
    return place_tell(place->documents, &run, place->options, &place->outputs, &place->err);
}

static int look(struct place *place)
{
    present_mpi(place->mpi);
    srun_ask(&place->team, place->srun_offers);
    if (place->team.rank == 0)
        (void)place_outputs_open(&place->outputs, place->options, &place->err);
    const struct seats_wish wish = {.placing = place->options->placing};
    if (agree(&place->team, &place->err) != 0 ||
        seats_plan(&place->seats, &place->team, &wish, &place->err) != 0)
        return -1;
    place->team.crowded = place->seats.host.oversubscribed;
    if (seats_check_take(&place->seats_check, &place->team, &place->seats, place->launch->start,
                         &place->err) != 0)
        return -1;
    if (place->seats.plan != NULL)
        inspect(place);
    return 0;
}

static int measure(struct place *place)
{
    struct seat_map seat_map = {0};
    if (place->seats.plan != NULL)
        seat_map = seats_map(place->seats.plan, place->seats_check.seats);
    return probe_findings(&place->findings, &place->team, &place->seats, &seat_map, &place->err);
}

static void release(struct place *place)
{
    json_decref(place->documents);
    seats_check_release(&place->seats_check);
    seats_release(&place->seats);
    place_outputs_discard(&place->outputs);
}

static int inside(const struct team *team, void *state, const struct invocation *launch)
{
    const struct place_options *options = state;
    struct place place = {.team = *team,
                          .options = options,
                          .launch = launch,
                          .outputs = PLACE_OUTPUTS_NONE,
                          .err = ERR_INIT};
    int status = look(&place);
    if (status == 0 && options->measure)
        status = measure(&place);
    if (status == 0)
        status = document_phase(&place);
    if (status == 0) {
        if (team->rank == 0)
            (void)tell(&place);
        status = agree(&place.team, &place.err);
    }
    int code = (int)place.err.code;
    if (status == 0) {
        code = team->rank == 0 ? place_exit_code(place.documents, options) : 0;
        team_bcast(team, &code, 1, MPI_INT, 0);
    } else if (team->rank == 0) {
        print_failure(&place.err);
    }
    release(&place);
    return code;
}

static bool is_of_this_job(const void *state)
{
    return ((const struct place_options *)state)->topology == NULL;
}

/* One rank is enough for a machine that is not here. */
static int before_mpi(void *state, const struct invocation *launch, bool speaks, struct err *err)
{
    (void)err;
    if (is_of_this_job(state))
        return COMMAND_GOES_ON;
    return speaks ? place_elsewhere(state, launch) : 0;
}

static struct place_options options_given;

const struct command PLACE_COMMAND = {
    .line = &PLACE_LINE,
    .state = &options_given,
    .needs_mpi = is_of_this_job,
    .before_mpi = before_mpi,
    .inside = inside,
};
