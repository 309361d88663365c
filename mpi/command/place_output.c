#include "command/place_output.h"

#include "base/outputs.h"
#include "base/streams.h"
#include "report/progress.h"

#include <stdlib.h>
#include <unistd.h>

int place_outputs_open(struct place_outputs *outputs, const struct place_options *o,
                       struct err *err)
{
    *outputs = (struct place_outputs)PLACE_OUTPUTS_NONE;
    if (outtext_open(&outputs->json, o->json, err) != 0 ||
        outtext_open(&outputs->svg, o->svg, err) != 0)
        return -1;
    const struct output both[] = {{"--json", &outputs->json.file, false},
                                  {"--svg", &outputs->svg.file, false}};
    outtext_synced(&outputs->json, !o->no_fsync);
    outtext_synced(&outputs->svg, !o->no_fsync);
    return outputs_apart(both, 2, err) == 0 ? outputs_apart_from(both, 2, o->topology, err) : -1;
}

void place_outputs_discard(struct place_outputs *outputs)
{
    outtext_discard(&outputs->json);
    outtext_discard(&outputs->svg);
}

int place_tell(const json_t *documents, const struct placing_run *run,
               const struct place_options *o, struct place_outputs *outputs, struct err *err)
{
    if (o->json != NULL && outtext_write(&outputs->json, placing_json(documents, run), err) != 0)
        return -1;
    if (o->svg != NULL && outtext_write(&outputs->svg, placing_svg(documents), err) != 0)
        return outtext_kept(&outputs->json, err);
    if (!outtext_prints(&outputs->json))
        (void)placing_print(documents, run, stdout);
    return streams_flush(err);
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
