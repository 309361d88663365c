#include "experiment/rank_rows.h"

#include "comm/agree.h"
#include "comm/tags.h"
#include "experiment/open_work.h"
#include "place/seat.h"

#include <assert.h>
#include <stdlib.h>

enum what { ORDER_OPEN = 1, ORDER_CLOSE, ORDER_TRY, ORDER_TRANSPORT, ORDER_END };

/* What the first rank of a subteam tells rank 0 about a trial. */
struct message {
    int failed;
    struct trial_result result;
};

/* --- a trial --- */

static int64_t gil_of(const struct rank_rows *rank_rows, int row)
{
    return mechanism_has_gil(rank_rows->rows[row].mechanism) ? rank_rows->gil_ns : 0;
}

static struct range range_of(const struct rank_rows *rank_rows, int64_t tasks)
{
    const struct range counted = {EXPERIMENT_FIRST, 1, tasks};
    return rank_rows->range.count > 0 ? rank_rows->range : counted;
}

/* On members. If it fails, only the rank it failed on keeps the error. */
static int take_part(struct rank_rows *rank_rows, const struct order *order,
                     struct trial_result *result, struct report_worker *workers)
{
    const struct subteam *subteam = &rank_rows->subteams[rank_rows->rows[order->row].subteam];
    const struct trial_setup setup = {
        .work = &rank_rows->works[order->work],
        .range = range_of(rank_rows, order->tasks),
        .gil_ns = gil_of(rank_rows, order->row),
        .shared = rank_rows->rows[order->row].mechanism == MECHANISM_WINDOW,
        .home = rank_rows->home,
        .number = rank_rows->team->rank,
        .host = rank_rows->team->host_index,
    };
    int status = trial_run(&setup, subteam, result, workers, &rank_rows->err);
    if (status != 0)
        agree_keep_own(&subteam->team, &rank_rows->err);
    return status;
}

static int workers_of(const struct rank_rows *rank_rows, int row)
{
    const struct shape *shape = rank_rows_shape(rank_rows, row);
    return shape->ranks * shape->threads;
}

/* On the first rank of a subteam that rank 0 is not in. */
static void try_and_tell(struct rank_rows *rank_rows, const struct order *order)
{
    int workers_count = workers_of(rank_rows, order->row);
    struct report_worker *workers = calloc((size_t)workers_count, sizeof(*workers));
    struct message message = {0};
    if (workers == NULL) /* it is alone in its subteam, as subteams of several ranks that span hosts
                            contain rank 0 */
        message.failed = err_memory(&rank_rows->err, "the report");
    else
        message.failed = take_part(rank_rows, order, &message.result, workers);
    MPI_Send(&message, sizeof(message), MPI_BYTE, 0, TAG_TRIAL, rank_rows->team->world);
    if (message.failed == 0)
        MPI_Send(workers, workers_count * (int)sizeof(*workers), MPI_BYTE, 0, TAG_TRIAL,
                 rank_rows->team->world);
    free(workers);
}

/* On rank 0, for a subteam that it is not in. Ends: the first rank of that subteam got the order,
 * and reports how it ended in any case. */
static int hear(const struct rank_rows *rank_rows, int row, struct trial_result *result,
                struct report_worker *workers)
{
    struct message message;
    MPI_Request request;
    MPI_Irecv(&message, sizeof(message), MPI_BYTE, MPI_ANY_SOURCE, TAG_TRIAL,
              rank_rows->team->world, &request);
    team_wait(rank_rows->team, &request);
    if (message.failed != 0)
        return -1;
    *result = message.result;
    MPI_Recv(workers, workers_of(rank_rows, row) * (int)sizeof(*workers), MPI_BYTE, MPI_ANY_SOURCE,
             TAG_TRIAL, rank_rows->team->world, MPI_STATUS_IGNORE);
    return 0;
}

/* --- on all ranks --- */

/* On a host's leader: the job's PUs on this host. The leader plans for each subteam it is in, and
 * it is always in the coarsest, even if that covers only its own host. */
static hwloc_const_bitmap_t pus_of_job(const struct rank_rows *rank_rows)
{
    for (int i = 0; i < rank_rows->subteams_count; i++) {
        const struct subteam *subteam = &rank_rows->subteams[i];
        if (subteam->member && subteam->seats.plan != NULL)
            return subteam->seats.plan->placement.widest;
    }
    return NULL;
}

/* If it fails, only the rank it failed on keeps the error. */
static int begin_work(struct rank_rows *rank_rows, int work)
{
    rank_rows->open_work = work;
    other_load_watch_begin(&rank_rows->other_load_watch, pus_of_job(rank_rows));
    return open_work(&rank_rows->works[work], rank_rows->team, &rank_rows->err);
}

static void leave_work(struct rank_rows *rank_rows)
{
    if (rank_rows->open_work >= 0)
        close_work(&rank_rows->works[rank_rows->open_work], rank_rows->team);
    rank_rows->open_work = -1;
}

static struct other_load end_work(struct rank_rows *rank_rows)
{
    struct other_load seen =
        other_load_watch_end(&rank_rows->other_load_watch, rank_rows->team, pus_of_job(rank_rows));
    leave_work(rank_rows);
    return seen;
}

/* Returns whether there is more to come. */
static bool obey(struct rank_rows *rank_rows, const struct order *order)
{
    const struct subteam *subteam = &rank_rows->subteams[rank_rows->rows[order->row].subteam];
    struct trial_result unused;
    switch ((enum what)order->what) {
    case ORDER_OPEN:
        return begin_work(rank_rows, order->work) == 0;
    case ORDER_CLOSE:
        (void)end_work(rank_rows);
        return true;
    case ORDER_TRY:
        if (subteam->member && subteam->team.rank == 0)
            try_and_tell(rank_rows, order);
        else if (subteam->member)
            (void)take_part(rank_rows, order, &unused, NULL);
        return true;
    case ORDER_TRANSPORT:
        if (rank_rows->team->host_index == 0 && rank_rows->team->host_rank == 1)
            (void)transport_measure(rank_rows->team);
        return true;
    case ORDER_END:
        break;
    }
    return false;
}

/* Ends: rank 0 orders the end whatever happens, unless a work could not be opened, which all ranks
 * have agreed on. */
void rank_rows_follow(struct rank_rows *rank_rows)
{
    struct order order;
    do
        bell_await(&rank_rows->bell, &order);
    while (obey(rank_rows, &order));
}

/* --- on rank 0 --- */

static void call(struct rank_rows *rank_rows, enum what what, int work, int row, int64_t tasks)
{
    const struct order order = {(int)what, work, row, tasks};
    bell_ring(&rank_rows->bell, &order);
}

int rank_rows_open_work(struct rank_rows *rank_rows, int work)
{
    call(rank_rows, ORDER_OPEN, work, 0, 0);
    return begin_work(rank_rows, work);
}

struct other_load rank_rows_close_work(struct rank_rows *rank_rows)
{
    call(rank_rows, ORDER_CLOSE, rank_rows->open_work, 0, 0);
    return end_work(rank_rows);
}

/* Ranks that the order does not involve sleep on, and the bell is not rung for rank 0 alone. */
int rank_rows_try(struct rank_rows *rank_rows, int row, int64_t tasks, struct trial_result *result,
                  struct report_worker *workers)
{
    const struct subteam *subteam = &rank_rows->subteams[rank_rows->rows[row].subteam];
    const struct order order = {ORDER_TRY, rank_rows->open_work, row, tasks};
    if (!subteam->member || subteam->team.size > 1)
        bell_ring(&rank_rows->bell, &order);
    if (subteam->member)
        return take_part(rank_rows, &order, result, workers);
    return hear(rank_rows, row, result, workers);
}

double rank_rows_bandwidth(struct rank_rows *rank_rows, int64_t numbers)
{
    for (int i = rank_rows->subteams_count - 1; i >= 0; i--)
        if (rank_rows->subteams[i].member && rank_rows->subteams[i].team.size == 1)
            return trial_bandwidth(&rank_rows->subteams[i], numbers, rank_rows->home);
    return 0;
}

struct transport rank_rows_transport(struct rank_rows *rank_rows)
{
    if (!transport_possible(rank_rows->team))
        return (struct transport){0};
    call(rank_rows, ORDER_TRANSPORT, 0, 0, 0);
    return transport_measure(rank_rows->team);
}

void rank_rows_end(struct rank_rows *rank_rows)
{
    call(rank_rows, ORDER_END, 0, 0, 0);
}

/* --- opening --- */

static void add_row(struct rank_rows *rank_rows, enum mechanism mechanism, int subteam)
{
    rank_rows->rows[rank_rows->rows_count++] = (struct rank_row){mechanism, subteam};
}

static enum mechanism mechanism_of(const struct shape *shape)
{
    if (shape->ranks == 1)
        return shape->threads == 1 ? MECHANISM_SERIAL : MECHANISM_THREADS;
    return shape->threads == 1 ? MECHANISM_PROCESSES : MECHANISM_HYBRID;
}

/* Rows without a gil come first, each row with a window after the same shape by messages. Then come
 * threads under a gil, and the finest shape with a gil for each rank. A window needs a single
 * host. */
static void list_rows(struct rank_rows *rank_rows)
{
    int threads = -1;
    for (int i = 0; i < rank_rows->subteams_count; i++) {
        enum mechanism mechanism = mechanism_of(&rank_rows->subteams[i].shape);
        add_row(rank_rows, mechanism, i);
        if (mechanism == MECHANISM_PROCESSES && rank_rows->team->hosts == 1)
            add_row(rank_rows, MECHANISM_WINDOW, i);
        if (mechanism == MECHANISM_THREADS && threads < 0)
            threads = i;
    }
    if (threads >= 0)
        add_row(rank_rows, MECHANISM_THREADS_GIL, threads);
    if (rank_rows->subteams_count > 1 && rank_rows->subteams[1].shape.ranks > 1)
        add_row(rank_rows, MECHANISM_PROCESSES_GIL, 1);
}

/* Counts the ranks of each host; all ranks get the result. */
static void count_ranks(const struct team *team, int *host_ranks)
{
    for (int i = 0; i < team->hosts; i++)
        host_ranks[i] = 0;
    host_ranks[team->host_index] = team_leads_host(team) ? team->host_size : 0;
    MPI_Allreduce(MPI_IN_PLACE, host_ranks, team->hosts, MPI_INT, MPI_SUM, team->world);
}

static int form_subteam(struct rank_rows *rank_rows, const struct shape *shape)
{
    return subteam_form(&rank_rows->subteams[rank_rows->subteams_count++], shape,
                        &rank_rows->subteam_base, &rank_rows->err);
}

/* Once the serial subteam has been planned, rank 0 knows how many cores there are. */
static int choose_threads(const struct rank_rows *rank_rows, int host_ranks)
{
    int wish = rank_rows->placing.threads, cores = rank_rows->cores;
    if (wish == PLACEMENT_AUTO)
        return plan_auto_threads(cores, host_ranks, rank_rows->placing.smt);
    if (wish != EXPERIMENT_THREADS)
        return wish;
    if (rank_rows->team->size > 1)
        return 1;
    return cores > EXPERIMENT_SHOWN ? cores : EXPERIMENT_SHOWN;
}

/* The serial subteam shows how many cores there are, and so how many workers the widest row of each
 * host has. Rows are only comparable if all have seats, or if all are left to the kernel, so the
 * serial subteam is planned anew if the widest row uses all cores. */
static int form_serial(struct rank_rows *rank_rows, const int *host_ranks)
{
    const struct shape serial = {host_ranks[0], 0, 1, 1};
    if (form_subteam(rank_rows, &serial) != 0)
        return -1;
    int cores = rank_rows->subteams[0].seats.host.usable_cores;
    team_bcast(rank_rows->team, &cores, 1, MPI_INT, 0);
    rank_rows->cores = cores;
    rank_rows->threads = choose_threads(rank_rows, host_ranks[0]);
    rank_rows->subteam_base.placing.most = rank_rows->team->host_size * rank_rows->threads;
    if (host_ranks[0] * rank_rows->threads < cores)
        return 0;
    subteam_release(&rank_rows->subteams[--rank_rows->subteams_count]);
    return form_subteam(rank_rows, &serial);
}

static int form_subteams(struct rank_rows *rank_rows, const int *host_ranks)
{
    if (form_serial(rank_rows, host_ranks) != 0)
        return -1;
    struct shape shapes[SHAPES_MOST];
    int count = shapes_list(host_ranks, rank_rows->team->hosts, rank_rows->threads, shapes);
    for (int i = 0; i < count; i++)
        if (form_subteam(rank_rows, &shapes[i]) != 0)
            return -1;
    return 0;
}

int rank_rows_open(struct rank_rows *rank_rows)
{
    const struct team *team = rank_rows->team;
    rank_rows->open_work = -1;
    rank_rows->home = seat_of(0);
    bell_open(&rank_rows->bell, team);
    int *host_ranks = calloc((size_t)team->hosts, sizeof(*host_ranks));
    if (host_ranks == NULL)
        err_memory(&rank_rows->err, "the plan");
    int status = agree(team, &rank_rows->err);
    if (status == 0)
        status =
            subteam_base_open(&rank_rows->subteam_base, team, &rank_rows->placing, &rank_rows->err);
    if (status == 0) {
        assert(host_ranks != NULL); /* the ranks have agreed on that */
        count_ranks(team, host_ranks);
        status = form_subteams(rank_rows, host_ranks);
    }
    free(host_ranks);
    if (status == 0)
        list_rows(rank_rows);
    return status;
}

void rank_rows_close(struct rank_rows *rank_rows)
{
    leave_work(rank_rows);
    for (int i = rank_rows->subteams_count - 1; i >= 0; i--)
        subteam_release(&rank_rows->subteams[i]);
    subteam_base_release(&rank_rows->subteam_base);
    bell_close(&rank_rows->bell);
    hwloc_bitmap_free(rank_rows->home);
}
