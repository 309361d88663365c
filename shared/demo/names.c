/*
 * names - two threads, A and B, each print their name and 1 to 5. The lines of each thread stay in
 * order; which thread's line comes next is decided anew each time, by which one happens to be
 * running.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "demo/demo.h"
#include "demo/kit/gang.h"
#include "demo/names_orders.h"

#include <pthread.h>
#include <sched.h>

enum { EACH = ORDERS_EACH, LINES = ORDERS_LINES };

/* What both print on. A terminal would do, but not a thousand times within a second: so a thread
 * takes a line with one atomic addition, and then it owns the line. As on a terminal, lines come
 * one after the other, none is lost, and nothing determines whose is next. */
struct page {
    _Alignas(128) int next;
    struct line {
        char name;
        int number;
    } lines[LINES];
    bool yields; /* each lets others run after each line */
};

static void count_to_five(void *arg, int member)
{
    struct page *page = arg;
    for (int number = 1; number <= EACH; number++) {
        int line = __atomic_fetch_add(&page->next, 1, __ATOMIC_RELAXED);
        page->lines[line] = (struct line){(char)('A' + member), number};
        if (page->yields)
            sched_yield();
    }
}

/* --- three ways to run the two --- */

static void *main_a(void *page)
{
    count_to_five(page, 0);
    return NULL;
}

static void *main_b(void *page)
{
    count_to_five(page, 1);
    return NULL;
}

/* The obvious way: start A, start B, wait for both. A has usually begun before B has. */
static int start_in_turn(struct page *page, struct err *err)
{
    pthread_t a, b;
    struct limits_reason reason;
    int refused = pthread_create(&a, NULL, main_a, page);
    bool one = refused == 0;
    if (one)
        refused = pthread_create(&b, NULL, main_b, page);
    if (refused != 0)
        limits_find(LIMITS_THREAD, refused, &reason);
    if (one)
        pthread_join(a, NULL);
    if (refused == 0)
        return pthread_join(b, NULL);
    err_set(err, ERR_FAILED, "cannot start two threads: %s", reason.cause);
    return err_remedy(err, "%s", reason.remedy);
}

/* At once: both wait until both have started, each on its own core if there are two. */
static const struct way {
    const char *name;
    bool at_once, yields;
} WAYS[] = {
    {"A, then B", false, false},
    {"at once", true, false},
    {"at once, yielding", true, true},
};

enum { WAYS_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };

/* --- a thousand runs of each, or as many as there is time for on a busy machine --- */

enum { RUNS = 1000 };

static int order_of(const struct page *page)
{
    int order = 0;
    for (int i = 0; i < LINES; i++)
        order |= (page->lines[i].name == 'B') << i;
    return order;
}

static int measure(const struct scene *scene, const struct way *way, struct names_orders *orders,
                   struct page *page, struct err *err)
{
    const int64_t enough_ns = clock_now_ns() + 2 * NS_PER_S;
    *orders = (struct names_orders){.runs = 0};
    while (orders->runs < RUNS && (orders->runs == 0 || clock_now_ns() < enough_ns)) {
        *page = (struct page){.yields = way->yields};
        if (way->at_once ? gang_run(scene, 2, count_to_five, page, NULL, err) != 0
                         : start_in_turn(page, err) != 0)
            return -1;
        names_orders_add(orders, order_of(page));
    }
    names_orders_sort(orders);
    return 0;
}

/* --- results --- */

static void draw_page(struct showing *showing, const struct page *page)
{
    char text[LINES * 8] = "";
    for (int i = 0; i < LINES; i++)
        text_add(text, sizeof(text), "  %c %d", page->lines[i].name, page->lines[i].number);
    showing_draw(showing, "the last run printed, line by line:");
    showing_draw(showing, "%s", text);
}

static void tell(struct showing *showing, const struct names_orders *outcomes)
{
    const struct names_orders *in_turn = &outcomes[0], *at_once = &outcomes[1], *most = in_turn;
    for (int i = 1; i < WAYS_COUNT; i++)
        most = outcomes[i].seen > most->seen ? &outcomes[i] : most;
    showing_say(showing,
                "One printed all before the other began in %d of %d runs that start A, then B, "
                "in %d of %d that start both at once, in %d of %d where each also yields.",
                in_turn->whole, in_turn->runs, at_once->whole, at_once->runs, outcomes[2].whole,
                outcomes[2].runs);
    if (in_turn->b_first > 0)
        showing_say(showing, "A was started first, and yet B printed first in %d of %d runs.",
                    in_turn->b_first, in_turn->runs);
    else
        showing_say(showing, "A was started first, and printed first each time.");
    if (most->seen > 1)
        showing_say(showing,
                    "The same ten lines came in up to %d different orders; %d are possible.",
                    most->seen, ORDERS_POSSIBLE);
    else
        showing_say(showing, "Each way printed in one order only, this time: that proves nothing, "
                             "as nothing forbids the others.");
}

static int run(struct scene *scene, struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"runs", "runs", SHOWN_COUNT},
        {"orders", "orders", SHOWN_COUNT},
        {"commonest_runs", "commonest", SHOWN_COUNT},
        {"whole_runs", "one, then other", SHOWN_COUNT},
        {"b_first_runs", "B first", SHOWN_COUNT},
        {.key = NULL},
    };
    static struct names_orders outcomes[WAYS_COUNT];
    struct page page;
    for (int i = 0; i < WAYS_COUNT; i++)
        if (measure(scene, &WAYS[i], &outcomes[i], &page, err) != 0)
            return -1;
    showing_table(&scene->showing, "ways", "started", COLUMNS);
    for (int i = 0; i < WAYS_COUNT; i++) {
        const struct names_orders *o = &outcomes[i];
        showing_row(&scene->showing, WAYS[i].name,
                    (double[]){o->runs, o->seen, o->all[0].runs, o->whole, o->b_first});
    }
    draw_page(&scene->showing, &page);
    for (int i = 0; i < WAYS_COUNT; i++)
        names_orders_draw(&outcomes[i], WAYS[i].name, &scene->showing);
    tell(&scene->showing, outcomes);
    scene_tell_fixed(scene);
    return 0;
}

const struct demo DEMO_NAMES = {
    .name = "names",
    .shows = "two threads that print: nothing fixes the order",
    .predict = "A and B each print 1 to 5: A 1, A 2, ... and B 1, B 2, ... In which order will "
               "the ten lines appear? And if you run it a thousand times?",
    .why = "Each thread does its own steps in order; between the steps of two threads only a "
           "lock, a join or the like makes an order. Which thread runs when depends on the "
           "scheduler, and on how long a start takes. An order that you have always seen is "
           "still not guaranteed.",
    .next = {"demo race", "demo names --json -", "demo names --code"},
    .code = {"shared/demo/names.c"},
    .run = run,
};
