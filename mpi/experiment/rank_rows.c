#include "experiment/rank_rows.h"

#include "comm/agree.h"
#include "exchange/exchange.h" /* the tags */
#include "experiment/open_work.h"
#include "place/seat.h"

#include <assert.h>
#include <stdlib.h>

enum what { ORDER_OPEN = 1, ORDER_CLOSE, ORDER_TRY, ORDER_TRANSPORT, ORDER_END };

/* What the first rank of a subteam tells rank 0 of a trial. */
struct message {
    int failed;
    struct trial_result result;
};

/* --- a trial --- */

static int64_t gil_of(const struct contest *contest, int row)
{
    return mechanism_has_gil(contest->rows[row].mechanism) ? contest->gil_ns : 0;
}

static struct range range_of(const struct contest *contest, int64_t tasks)
{
    const struct range counted = {EXPERIMENT_FIRST, 1, tasks};
    return contest->range.count > 0 ? contest->range : counted;
}

/* On members. Of a failure only the rank it happened on keeps the error. */
static int take_part(struct contest *contest, const struct order *order,
                     struct trial_result *result, struct report_worker *workers)
{
    const struct subteam *subteam = &contest->subteams[contest->rows[order->row].subteam];
    const struct trial_setup setup = {
        .work = &contest->works[order->work],
        .range = range_of(contest, order->tasks),
        .gil_ns = gil_of(contest, order->row),
        .shared = contest->rows[order->row].mechanism == MECHANISM_WINDOW,
        .home = contest->home,
        .number = contest->team->rank,
        .host = contest->team->host_index,
    };
    int rank = 0;
    int status = trial_run(&setup, subteam, result, workers, &contest->err, &rank);
    if (status != 0 && subteam->team.rank != rank)
        contest->err = (struct err)ERR_INIT;
    return status;
}

static int workers_of(const struct contest *contest, int row)
{
    const struct shape *shape = contest_shape(contest, row);
    return shape->ranks * shape->threads;
}

/* On the first rank of a subteam that rank 0 is not in. */
static void try_and_tell(struct contest *contest, const struct order *order)
{
    int workers_count = workers_of(contest, order->row);
    struct report_worker *workers = calloc((size_t)workers_count, sizeof(*workers));
    struct message message = {0};
    if (workers == NULL) /* alone in its subteam, as subteams of several hosts have rank 0 */
        message.failed = err_memory(&contest->err, "the report");
    else
        message.failed = take_part(contest, order, &message.result, workers);
    MPI_Send(&message, sizeof(message), MPI_BYTE, 0, TAG_TRIAL, contest->team->world);
    if (message.failed == 0)
        MPI_Send(workers, workers_count * (int)sizeof(*workers), MPI_BYTE, 0, TAG_TRIAL,
                 contest->team->world);
    free(workers);
}

/* On rank 0, for a subteam that it is not in. Ends: the first rank of that subteam was called, and
 * tells how it ended in any case. */
static int hear(const struct contest *contest, int row, struct trial_result *result,
                struct report_worker *workers)
{
    struct message message;
    MPI_Request request;
    MPI_Irecv(&message, sizeof(message), MPI_BYTE, MPI_ANY_SOURCE, TAG_TRIAL, contest->team->world,
              &request);
    team_wait(contest->team, &request);
    if (message.failed != 0)
        return -1;
    *result = message.result;
    MPI_Recv(workers, workers_of(contest, row) * (int)sizeof(*workers), MPI_BYTE, MPI_ANY_SOURCE,
             TAG_TRIAL, contest->team->world, MPI_STATUS_IGNORE);
    return 0;
}

/* --- on all ranks --- */

/* The PUs of this job on this host, on its leader: it plans for each subteam that it is in, and it
 * is in the coarsest, be that of its host alone. */
static hwloc_const_bitmap_t pus_of_job(const struct contest *contest)
{
    for (int i = 0; i < contest->subteams_count; i++) {
        const struct subteam *subteam = &contest->subteams[i];
        if (subteam->member && subteam->seats.plan != NULL)
            return subteam->seats.plan->placement.widest;
    }
    return NULL;
}

/* Of a failure only the rank it happened on keeps the error. */
static int begin_work(struct contest *contest, int work)
{
    int rank = 0;
    contest->open_work = work;
    other_load_watch_begin(&contest->other_load_watch, pus_of_job(contest));
    int status = open_work(&contest->works[work], contest->team, &contest->err, &rank);
    if (status != 0 && contest->team->rank != rank)
        contest->err = (struct err)ERR_INIT;
    return status;
}

static void leave_work(struct contest *contest)
{
    if (contest->open_work >= 0)
        close_work(&contest->works[contest->open_work], contest->team);
    contest->open_work = -1;
}

static struct other_load end_work(struct contest *contest)
{
    struct other_load seen =
        other_load_watch_end(&contest->other_load_watch, contest->team, pus_of_job(contest));
    leave_work(contest);
    return seen;
}

/* Whether there is more to come. */
static bool obey(struct contest *contest, const struct order *order)
{
    const struct subteam *subteam = &contest->subteams[contest->rows[order->row].subteam];
    struct trial_result unused;
    switch ((enum what)order->what) {
    case ORDER_OPEN:
        return begin_work(contest, order->work) == 0;
    case ORDER_CLOSE:
        (void)end_work(contest);
        return true;
    case ORDER_TRY:
        if (subteam->member && subteam->team.rank == 0)
            try_and_tell(contest, order);
        else if (subteam->member)
            (void)take_part(contest, order, &unused, NULL);
        return true;
    case ORDER_TRANSPORT:
        if (contest->team->host_index == 0 && contest->team->host_rank == 1)
            (void)transport_measure(contest->team);
        return true;
    case ORDER_END:
        break;
    }
    return false;
}

/* Ends: rank 0 calls the end whatever happens, unless a work could not be opened, which all ranks
 * have agreed on. */
void contest_follow(struct contest *contest)
{
    struct order order;
    do
        bell_await(&contest->bell, &order);
    while (obey(contest, &order));
}

/* --- on rank 0 --- */

static void call(struct contest *contest, enum what what, int work, int row, int64_t tasks)
{
    const struct order order = {(int)what, work, row, tasks};
    bell_ring(&contest->bell, &order);
}

int contest_open_work(struct contest *contest, int work)
{
    call(contest, ORDER_OPEN, work, 0, 0);
    return begin_work(contest, work);
}

struct other_load contest_close_work(struct contest *contest)
{
    call(contest, ORDER_CLOSE, contest->open_work, 0, 0);
    return end_work(contest);
}

/* Whom it does not concern sleeps on: the bell is not rung for rank 0 alone. */
int contest_try(struct contest *contest, int row, int64_t tasks, struct trial_result *result,
                struct report_worker *workers)
{
    const struct subteam *subteam = &contest->subteams[contest->rows[row].subteam];
    const struct order order = {ORDER_TRY, contest->open_work, row, tasks};
    if (!subteam->member || subteam->team.size > 1)
        bell_ring(&contest->bell, &order);
    if (subteam->member)
        return take_part(contest, &order, result, workers);
    return hear(contest, row, result, workers);
}

double contest_bandwidth(struct contest *contest, int64_t numbers)
{
    for (int i = contest->subteams_count - 1; i >= 0; i--)
        if (contest->subteams[i].member && contest->subteams[i].team.size == 1)
            return trial_bandwidth(&contest->subteams[i], numbers, contest->home);
    return 0;
}

struct transport contest_transport(struct contest *contest)
{
    if (!transport_possible(contest->team))
        return (struct transport){0};
    call(contest, ORDER_TRANSPORT, 0, 0, 0);
    return transport_measure(contest->team);
}

void contest_end(struct contest *contest)
{
    call(contest, ORDER_END, 0, 0, 0);
}

/* --- opening --- */

static void add_row(struct contest *contest, enum mechanism mechanism, int subteam)
{
    contest->rows[contest->rows_count++] = (struct contest_row){mechanism, subteam};
}

static enum mechanism mechanism_of(const struct shape *shape)
{
    if (shape->ranks == 1)
        return shape->threads == 1 ? MECHANISM_SERIAL : MECHANISM_THREADS;
    return shape->threads == 1 ? MECHANISM_PROCESSES : MECHANISM_HYBRID;
}

/* Those without a gil first, that with a window behind the same by messages; then threads under a
 * gil, and the finest shape with one for each rank. A window is of one host. */
static void list_rows(struct contest *contest)
{
    int threads = -1;
    for (int i = 0; i < contest->subteams_count; i++) {
        enum mechanism mechanism = mechanism_of(&contest->subteams[i].shape);
        add_row(contest, mechanism, i);
        if (mechanism == MECHANISM_PROCESSES && contest->team->hosts == 1)
            add_row(contest, MECHANISM_WINDOW, i);
        if (mechanism == MECHANISM_THREADS && threads < 0)
            threads = i;
    }
    if (threads >= 0)
        add_row(contest, MECHANISM_THREADS_GIL, threads);
    if (contest->subteams_count > 1 && contest->subteams[1].shape.ranks > 1)
        add_row(contest, MECHANISM_PROCESSES_GIL, 1);
}

/* How many ranks each host has, on all ranks. */
static void count_ranks(const struct team *team, int *host_ranks)
{
    for (int i = 0; i < team->hosts; i++)
        host_ranks[i] = 0;
    host_ranks[team->host_index] = team_leads_host(team) ? team->host_size : 0;
    MPI_Allreduce(MPI_IN_PLACE, host_ranks, team->hosts, MPI_INT, MPI_SUM, team->world);
}

static int form_squad(struct contest *contest, const struct shape *shape)
{
    return subteam_form(&contest->subteams[contest->subteams_count++], shape,
                        &contest->subteam_base, &contest->err, &contest->failed_rank);
}

/* Once the serial subteam has been planned rank 0 knows how many cores there are. */
static int choose_threads(const struct contest *contest, int host_ranks)
{
    int wish = contest->placing.threads, cores = contest->cores;
    if (wish == PLACEMENT_AUTO)
        return plan_auto_threads(cores, host_ranks, contest->placing.smt);
    if (wish != EXPERIMENT_THREADS)
        return wish;
    if (contest->team->size > 1)
        return 1;
    return cores > EXPERIMENT_SHOWN ? cores : EXPERIMENT_SHOWN;
}

/* The serial subteam tells how many cores there are, and with that how many workers the widest row
 * of each host has. Rows are only comparable if all are seated, or all left to the kernel, so the
 * serial one is planned anew if that is what the widest is. */
static int form_serial(struct contest *contest, const int *host_ranks)
{
    const struct shape serial = {host_ranks[0], 0, 1, 1};
    if (form_squad(contest, &serial) != 0)
        return -1;
    int cores = contest->subteams[0].seats.host.usable_cores;
    team_bcast(contest->team, &cores, 1, MPI_INT, 0);
    contest->cores = cores;
    contest->threads = choose_threads(contest, host_ranks[0]);
    contest->subteam_base.placing.most = contest->team->host_size * contest->threads;
    if (host_ranks[0] * contest->threads < cores)
        return 0;
    subteam_release(&contest->subteams[--contest->subteams_count]);
    return form_squad(contest, &serial);
}

static int form_squads(struct contest *contest, const int *host_ranks)
{
    if (form_serial(contest, host_ranks) != 0)
        return -1;
    struct shape shapes[SHAPES_MOST];
    int count = shapes_list(host_ranks, contest->team->hosts, contest->threads, shapes);
    for (int i = 0; i < count; i++)
        if (form_squad(contest, &shapes[i]) != 0)
            return -1;
    return 0;
}

int contest_open(struct contest *contest)
{
    const struct team *team = contest->team;
    contest->open_work = -1;
    contest->home = seat_of(0);
    bell_open(&contest->bell, team);
    int *host_ranks = calloc((size_t)team->hosts, sizeof(*host_ranks));
    if (host_ranks == NULL)
        err_memory(&contest->err, "the plan");
    int status = agree(team, &contest->err, &contest->failed_rank);
    if (status == 0)
        status = subteam_base_open(&contest->subteam_base, team, &contest->placing, &contest->err,
                                   &contest->failed_rank);
    if (status == 0) {
        assert(host_ranks != NULL); /* the ranks have agreed on that */
        count_ranks(team, host_ranks);
        status = form_squads(contest, host_ranks);
    }
    free(host_ranks);
    if (status == 0)
        list_rows(contest);
    return status;
}

void contest_close(struct contest *contest)
{
    leave_work(contest);
    for (int i = contest->subteams_count - 1; i >= 0; i--)
        subteam_release(&contest->subteams[i]);
    subteam_base_release(&contest->subteam_base);
    bell_close(&contest->bell);
    hwloc_bitmap_free(contest->home);
}
