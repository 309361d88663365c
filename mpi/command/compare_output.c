#include "command/compare_output.h"

#include "base/outputs.h"
#include "base/streams.h"

#include <stdio.h>

int compare_outputs_open(struct compare_outputs *outputs, const struct compare_options *o,
                         struct err *err)
{
    *outputs = (struct compare_outputs)COMPARE_OUTPUTS_NONE;
    if (outtext_open(&outputs->json, o->json, err) != 0 ||
        outtext_open(&outputs->csv, o->csv, err) != 0)
        return -1;
    const struct output both[] = {{"--json", &outputs->json.file, false},
                                  {"--csv", &outputs->csv.file, false}};
    outtext_synced(&outputs->json, !o->no_fsync);
    outtext_synced(&outputs->csv, !o->no_fsync);
    return outputs_apart(both, 2, err);
}

void compare_outputs_discard(struct compare_outputs *outputs)
{
    outtext_discard(&outputs->json);
    outtext_discard(&outputs->csv);
}

static void print(const struct contrast *contrast, const struct compare_options *o)
{
    if (!o->quiet && contrast_table(contrast, o->verbose, stdout) == 0)
        (void)printf("\n");
    (void)contrast_verdict(contrast, stdout);
    if (contrast->tour)
        (void)printf("\nThis was 'squares %s'. Compare your own work: 'squares compare --help';\n"
                     "run it on your own numbers: 'squares run --help'.\n",
                     contrast->environment.command);
}

int compare_tell(const struct contrast *contrast, const struct compare_options *o,
                 struct compare_outputs *outputs, struct err *err)
{
    if (o->json != NULL && outtext_write(&outputs->json, contrast_json(contrast), err) != 0)
        return -1;
    if (o->csv != NULL && outtext_write(&outputs->csv, contrast_csv(contrast), err) != 0)
        return outtext_kept(&outputs->json, err);
    if (!outtext_prints(&outputs->json) && !outtext_prints(&outputs->csv))
        print(contrast, o);
    if (streams_flush(err) != 0)
        return -1;
    if (!o->quiet)
        environment_print_warnings(&contrast->environment, false, stderr);
    return 0;
}
