#include "exchange/message_post.h"

#include "comm/tags.h"

#include <string.h>

enum { REQUESTS_EACH = 2, NOTICES = 2 };

static MPI_Request *requests_of(const struct post *post, const struct parcel *parcel)
{
    return &post->requests[(parcel - post->parcels) * REQUESTS_EACH];
}

static int tag_of(const struct post *post, const struct parcel *parcel)
{
    return TAG_ANSWER + (int)((parcel - post->parcels) % PIECES);
}

struct parcel *post_free(const struct post *post, int peer, int pieces)
{
    struct parcel *found = NULL;
    int open = 0;
    for (int i = 0; i < PIECES; i++) {
        struct parcel *parcel = &post->parcels[peer * PIECES + i];
        if (parcel->open)
            open++;
        else if (found == NULL && *requests_of(post, parcel) == MPI_REQUEST_NULL)
            found = parcel;
    }
    return open < pieces ? found : NULL;
}

static void await_answer(struct post *post, int peer, struct parcel *parcel)
{
    parcel->gone = true;
    MPI_Irecv(parcel->numbers.cells, (int)parcel->numbers.count, MPI_INT64_T, peer + 1,
              tag_of(post, parcel), post->team->world, &requests_of(post, parcel)[1]);
}

void post_send(struct post *post, int peer, struct parcel *parcel, const struct numbers *numbers,
               int block, int64_t now_ns)
{
    MPI_Request *requests = requests_of(post, parcel);
    MPI_Comm world = post->team->world;
    int count = (int)numbers->count;
    bool few = count <= PACKET_MOST;
    parcel->numbers = *numbers;
    parcel->block = block;
    parcel->sent_ns = now_ns;
    parcel->open = true;
    parcel->gone = false;
    parcel->packet[0] = numbers->first;
    parcel->packet[1] = count;
    parcel->packet[2] = tag_of(post, parcel);
    if (few)
        memcpy(parcel->packet + HEADER_CELLS, numbers->cells, (size_t)count * NUMBER_SIZE);
    MPI_Isend(parcel->packet, HEADER_CELLS + (few ? count : 0), MPI_INT64_T, peer + 1, TAG_HEADER,
              world, &requests[0]);
    if (few)
        await_answer(post, peer, parcel);
    else
        MPI_Isend(numbers->cells, count, MPI_INT64_T, peer + 1, TAG_NUMBERS, world, &requests[1]);
}

void post_notify(struct post *post, int how, int64_t at)
{
    int which = how == HEADER_STOP ? 0 : 1;
    int64_t *header = post->notices[which];
    MPI_Request *requests =
        &post->requests[post->peers * (PIECES * REQUESTS_EACH) + which * post->peers];
    header[0] = at;
    header[1] = how;
    for (int peer = 0; peer < post->peers; peer++)
        MPI_Isend(header, HEADER_CELLS, MPI_INT64_T, peer + 1, TAG_HEADER, post->team->world,
                  &requests[peer]);
}

/* Request `index` is finished: takes the next step for it. */
static void follow(struct post *post, int index, const MPI_Status *status, post_answer_fn *answer,
                   void *arg)
{
    if (index >= post->peers * PIECES * REQUESTS_EACH) /* a notice: nothing follows */
        return;
    struct parcel *parcel = &post->parcels[index / REQUESTS_EACH];
    int peer = index / REQUESTS_EACH / PIECES;
    if (index % REQUESTS_EACH == 0) /* the packet */
        return;
    if (!parcel->gone) { /* only now may the answer overwrite the numbers */
        await_answer(post, peer, parcel);
        return;
    }
    int results = 0;
    MPI_Get_count(status, MPI_INT64_T, &results);
    parcel->open = false;
    answer(arg, peer, parcel, results > 0);
}

bool post_advance(struct post *post, post_answer_fn *answer, void *arg)
{
    int count = 0;
    MPI_Testsome(post->requests_count, post->requests, &count, post->finished, post->statuses);
    if (count == MPI_UNDEFINED || count == 0)
        return false;
    for (int i = 0; i < count; i++)
        follow(post, post->finished[i], &post->statuses[i], answer, arg);
    return true;
}

bool post_busy(const struct post *post)
{
    for (int i = 0; i < post->requests_count; i++)
        if (post->requests[i] != MPI_REQUEST_NULL)
            return true;
    return false;
}

int post_open(struct post *post, const struct team *team, struct err *err)
{
    int peers = team->size - 1;
    *post = (struct post){
        .team = team, .peers = peers, .requests_count = (PIECES * REQUESTS_EACH + NOTICES) * peers};
    size_t count = (size_t)post->requests_count + 1; /* never 0 */
    post->parcels = calloc((size_t)peers * PIECES + 1, sizeof(*post->parcels));
    post->requests = malloc(count * sizeof(*post->requests));
    post->finished = malloc(count * sizeof(*post->finished));
    post->statuses = malloc(count * sizeof(*post->statuses));
    if (post->parcels == NULL || post->requests == NULL || post->finished == NULL ||
        post->statuses == NULL)
        return err_memory(err, "the messages");
    for (int i = 0; i < post->requests_count; i++)
        post->requests[i] = MPI_REQUEST_NULL;
    return 0;
}

void post_close(struct post *post)
{
    free(post->parcels);
    free(post->requests);
    free(post->finished);
    free(post->statuses);
}
