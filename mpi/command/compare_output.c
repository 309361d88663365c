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

static void print(const struct compare_report *compare_report, const struct compare_options *o)
{
    if (!o->quiet && compare_table(compare_report, o->verbose, stdout) == 0)
        (void)printf("\n");
    (void)compare_verdict(compare_report, stdout);
    if (compare_report->tour)
        (void)printf("\nThis was 'squares %s'. Compare your own work: 'squares compare --help';\n"
                     "run it on your own numbers: 'squares run --help'.\n",
                     compare_report->environment.command);
}

int compare_tell(const struct compare_report *compare_report, const struct compare_options *o,
                 struct compare_outputs *outputs, struct err *err)
{
    if (o->json != NULL && outtext_write(&outputs->json, compare_json(compare_report), err) != 0)
        return -1;
    if (o->csv != NULL && outtext_write(&outputs->csv, compare_csv(compare_report), err) != 0)
        return outtext_kept(&outputs->json, err);
    if (!outtext_prints(&outputs->json) && !outtext_prints(&outputs->csv))
        print(compare_report, o);
    if (streams_flush(err) != 0)
        return -1;
    if (!o->quiet)
        environment_print_warnings(&compare_report->environment, false, stderr);
    return 0;
}
