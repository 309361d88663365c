/* demo - the command: lists the demos, runs one, prints its source.
 *
 * The part of a demo that needs one process runs before MPI starts, on the rank that prints: so a
 * demo may fork, and the other ranks do not disturb it. The part that passes messages comes after
 * that. */
#include "demo/demo.h"
#include "base/outputs.h"
#include "base/outtext.h"
#include "base/paragraph.h"
#include "base/streams.h"
#include "cli/demo_options.h"
#include "comm/agree.h"
#include "command/command.h"
#include "command/demo_ranks.h"
#include "demo/kit/telling.h"
#include "place/seat.h"

#include <string.h>

static void list_demos(void)
{
    (void)printf("What courses teach about threads and processes, as something to run:\n\n");
    for (const struct demo *const *d = DEMOS; *d != NULL; d++) {
        const int COLUMN = 17;
        (void)printf("  %-14s ", (*d)->name);
        paragraph_print((*d)->shows, COLUMN, COLUMN, stdout);
    }
    (void)printf("\n'squares demo NAME' runs one, 'squares demo NAME --code' prints its source.\n");
}

static int print_file(const char *path, struct err *err)
{
    const char *const *lines = demo_code(path);
    if (lines == NULL)
        return err_set(err, ERR_FAILED, "'%s' was not built into this program", path);
    (void)printf("/* %s */\n", path);
    for (; *lines != NULL; lines++)
        (void)printf("%s\n", *lines);
    return 0;
}

static int print_code(const struct demo *demo, struct err *err)
{
    for (int i = 0; i < DEMO_FILES && demo->code[i] != NULL; i++)
        if (print_file(demo->code[i], err) != 0)
            return -1;
    return streams_flush(err);
}

/* --- a demo under way --- */

struct show {
    struct demo_options options; /* first, as for every command */
    const struct invocation *launch;
    struct scene scene;
    struct outtext json;
    bool begun;        /* the scene is open, which it is on the rank that prints */
    int ranks_missing; /* how many ranks the part with messages needs; 0: it has run */
};

static struct telling telling_of(const struct show *show)
{
    return (struct telling){.demo = show->options.demo,
                            .scene = &show->scene,
                            .command = show->launch->command,
                            .launcher = show->launch->launcher,
                            .ranks_missing = show->ranks_missing};
}

/* Opens the scene, asks for the prediction, runs what one process can show. */
static int begin(struct show *show, const struct invocation *launch, struct err *err)
{
    const struct demo_options *options = &show->options;
    const struct demo *demo = options->demo;
    struct scene *scene = &show->scene;
    show->launch = launch;
    show->json = (struct outtext)OUTTEXT_NONE;
    show->begun = true;
    show->ranks_missing = demo->ranks;
    scene->threads = options->threads;
    scene->seed = options->seed;
    scene->settings = options->settings;
    scene->program = launch->program;
    const struct output output = {"--json", &show->json.file, false};
    if (outtext_open(&show->json, options->json, err) != 0 || outputs_apart(&output, 1, err) != 0 ||
        scene_open(scene, err) != 0)
        return -1;
    outtext_synced(&show->json, !options->no_fsync);
    struct telling telling = telling_of(show);
    if (!outtext_prints(&show->json))
        telling_ask(&telling, stdout);
    int status = demo->run != NULL ? demo->run(scene, err) : 0;
    (void)seat_take(scene->start); /* so that MPI starts on the PUs the launcher gave */
    return status;
}

/* If the list or the source is wanted, that is all there is to do; else the demo begins. */
static int before_mpi(void *state, const struct invocation *launch, bool speaks, struct err *err)
{
    struct show *show = state;
    bool whole = show->options.demo == NULL || show->options.code;
    if (!speaks)
        return whole ? 0 : COMMAND_GOES_ON;
    if (show->options.demo == NULL)
        list_demos();
    else if (show->options.code)
        (void)print_code(show->options.demo, err);
    else
        (void)begin(show, launch, err);
    return whole && !err_is(err) ? 0 : COMMAND_GOES_ON;
}

static bool passes_messages(const void *state)
{
    const struct demo_options *options = state;
    return options->demo != NULL && options->demo->ranks > 0 && !options->code;
}

static int inside(const struct team *team, void *state, const struct invocation *launch)
{
    struct show *show = state;
    const struct demo *demo = show->options.demo;
    struct err err = ERR_INIT;
    (void)launch;
    if (team->size < demo->ranks)
        return 0;
    struct demo_ranks demo_ranks = {.team = team,
                                    .showing = team->rank == 0 ? &show->scene.showing : NULL,
                                    .seed = show->options.seed,
                                    .settings = show->options.settings};
    (void)demo_ranks_run(demo->name, &demo_ranks, &err);
    show->ranks_missing = 0;
    if (agree(team, &err) == 0)
        return 0;
    if (team->rank == 0)
        print_failure(&err);
    return (int)err.code;
}

/* Reports what happened. */
static int after_mpi(void *state, struct err *err)
{
    struct show *show = state;
    struct telling telling = telling_of(show);
    if (showing_complete(&show->scene.showing, err) != 0)
        return -1;
    if (show->options.json != NULL && outtext_write(&show->json, telling_json(&telling), err) != 0)
        return -1;
    if (!outtext_prints(&show->json))
        telling_print(&telling, stdout);
    return streams_flush(err);
}

static void end(void *state)
{
    struct show *show = state;
    if (!show->begun)
        return;
    outtext_discard(&show->json);
    scene_close(&show->scene);
}

static struct show the_show;

const struct command DEMO_COMMAND = {
    .line = &DEMO_LINE,
    .state = &the_show,
    .needs_mpi = passes_messages,
    .before_mpi = before_mpi,
    .inside = inside,
    .after_mpi = after_mpi,
    .end = end,
};
