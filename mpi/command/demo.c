#include "command/demo.h"

#include "base/outputs.h"
#include "base/paragraph.h"
#include "base/streams.h"
#include "comm/agree.h"
#include "command/demo_ranks.h"
#include "demo/kit/telling.h"
#include "place/seat.h"

#include <string.h>

void demo_list(void)
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

int demo_print_code(const struct demo *demo, struct err *err)
{
    for (int i = 0; i < DEMO_FILES && demo->code[i] != NULL; i++)
        if (print_file(demo->code[i], err) != 0)
            return -1;
    return streams_flush(err);
}

/* --- a demo under way --- */

static struct telling telling_of(const struct demo_show *show)
{
    return (struct telling){.demo = show->options->demo,
                            .scene = &show->scene,
                            .command = show->launch->command,
                            .launcher = show->launch->launcher,
                            .ranks_missing = show->ranks_missing};
}

int demo_begin(struct demo_show *show, const struct demo_options *options,
               const struct invocation *launch, struct err *err)
{
    const struct demo *demo = options->demo;
    *show = (struct demo_show){.options = options,
                               .launch = launch,
                               .json = OUTTEXT_NONE,
                               .speaks = true,
                               .ranks_missing = demo->ranks};
    struct scene *scene = &show->scene;
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
    (void)seat_take(scene->start); /* as the launcher wants it, for MPI */
    return status;
}

int demo_meet(const struct team *team, const void *arg, const struct invocation *launch)
{
    /* with_mpi hands on what no command changes, but a show goes on */
    struct demo_show *show = (struct demo_show *)arg;
    const struct demo *demo = show->options->demo;
    struct err err = ERR_INIT;
    (void)launch;
    if (team->size < demo->ranks)
        return 0;
    struct demo_ranks demo_ranks = {.team = team,
                                    .showing = team->rank == 0 ? &show->scene.showing : NULL,
                                    .seed = show->options->seed,
                                    .settings = show->options->settings};
    (void)demo_ranks_run(demo->name, &demo_ranks, &err);
    show->ranks_missing = 0;
    if (agree(team, &err) == 0)
        return 0;
    if (team->rank == 0)
        print_failure(&err);
    return (int)err.code;
}

int demo_tell(struct demo_show *show, struct err *err)
{
    struct telling telling = telling_of(show);
    if (showing_complete(&show->scene.showing, err) != 0)
        return -1;
    if (show->options->json != NULL && outtext_write(&show->json, telling_json(&telling), err) != 0)
        return -1;
    if (!outtext_prints(&show->json))
        telling_print(&telling, stdout);
    return streams_flush(err);
}

void demo_end(struct demo_show *show)
{
    if (!show->speaks)
        return;
    outtext_discard(&show->json);
    scene_close(&show->scene);
}
