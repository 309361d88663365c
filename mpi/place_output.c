#include "place_output.h"

#include "report/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int place_outputs_open(struct place_outputs *outputs, const struct place_options *o,
                       struct err *err)
{
    *outputs = (struct place_outputs){OUTFILE_CLOSED, OUTFILE_CLOSED};
    if (o->json != NULL && strcmp(o->json, "-") != 0 &&
        outfile_open(&outputs->json, o->json, err) != 0)
        return -1;
    return o->svg != NULL ? outfile_open(&outputs->svg, o->svg, err) : 0;
}

void place_outputs_discard(struct place_outputs *outputs)
{
    outfile_discard(&outputs->json);
    outfile_discard(&outputs->svg);
}

/* Writes `text`, which it frees, and puts the file in place. */
static int write_text(struct outfile *file, char *text, struct err *err)
{
    if (text == NULL)
        return err_memory(err, "the report");
    int status = -1;
    if (outfile_write(file, text, strlen(text), err) == 0 && outfile_write(file, "\n", 1, err) == 0)
        status = outfile_commit(file, err);
    free(text);
    return status;
}

static int print_all(const json_t *documents, const struct placing_run *run, bool json_only,
                     struct err *err)
{
    if (json_only) {
        char *text = placing_json(documents, run);
        if (text == NULL)
            return err_memory(err, "the report");
        (void)printf("%s\n", text);
        free(text);
    } else {
        (void)placing_print(documents, run, stdout);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return err_sys(err, ERR_FAILED, "cannot write to standard output");
    return 0;
}

int place_tell(const json_t *documents, const struct placing_run *run,
               const struct place_options *o, struct place_outputs *outputs, struct err *err)
{
    bool json_only = o->json != NULL && strcmp(o->json, "-") == 0;
    if (o->json != NULL && !json_only &&
        write_text(&outputs->json, placing_json(documents, run), err) != 0)
        return -1;
    if (o->svg != NULL && write_text(&outputs->svg, placing_svg(documents), err) != 0)
        return -1;
    return print_all(documents, run, json_only, err);
}

struct placing_pictures place_pictures(const struct place_options *o)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = progress_terminal(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
    return (struct placing_pictures){(colour ? PICTURE_COLOUR : 0) | (o->whole ? PICTURE_WHOLE : 0),
                                     o->svg != NULL};
}

int place_exit_code(const json_t *documents, const struct place_options *o)
{
    return o->check && placing_found(documents) > 0 ? PLACE_FOUND : 0;
}
