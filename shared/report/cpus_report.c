#include "report/cpus_report.h"

#include "base/paragraph.h"
#include "base/text.h"
#include "report/parts.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { SENTENCE = 400, TEXT_COLUMN = 29 };

/* --- sentences --- */

/* "1.5", "8": without the noun of quota_text. */
static const char *count_text(double number, char text[QUOTA_CPUS])
{
    text[strcspn(quota_text(number, text), " ")] = '\0';
    return text;
}

static void tell_machine(char *words, const struct cpu_sources *sources)
{
    bool cpuset = sources->list[SOURCE_CPUSET].unknown, quota = sources->list[SOURCE_QUOTA].unknown;
    (void)snprintf(words, SENTENCE,
                   "The limit is the machine: nothing allows less than all of its "
                   "CPUs");
    if (cpuset || quota)
        text_add(words, SENTENCE, ", as far as can be seen: a %s may allow less",
                 cpuset && quota ? "cgroup"
                 : cpuset        ? "cgroup's cpuset"
                                 : "cgroup's quota");
    text_add(words, SENTENCE, ".");
}

static void tell_mask(char *words, const struct cpu_sources *sources)
{
    (void)snprintf(
        words, SENTENCE,
        "The limit is the kernel's mask of this process, which names the PUs that it may "
        "run on");
    if (sources->mask_by[0] != '\0')
        text_add(words, SENTENCE, ": %s", sources->mask_by);
    text_add(words, SENTENCE, ".");
}

static void tell_quota(char *words, const struct cpu_sources *sources)
{
    char cpus[QUOTA_CPUS];
    (void)snprintf(words, SENTENCE, "The limit is the cgroup's quota: the time of %s",
                   quota_text(sources->cpus, cpus));
    if (!quota_is_whole(sources->cpus))
        text_add(words, SENTENCE, ", rounded up for the number of workers");
    text_add(words, SENTENCE,
             ". A quota is time, not cores: once workers have used it up, all of them are stopped "
             "until the next period.");
}

static void tell_manager(char *words, const struct cpu_sources *sources)
{
    const char *by = cpu_source_name(sources->cpus_by);
    (void)snprintf(words, SENTENCE,
                   sources->cpus_by == SOURCE_PBS
                       ? "The limit is what %s gave, as far as it tells. "
                       : "The limit is what %s gave. ",
                   by);
    text_add(words, SENTENCE,
             "The kernel lets this process use more, but the other CPUs may be "
             "another job's.");
}

static void tell_launcher(char *words, const struct cpu_sources *sources)
{
    char cpus[QUOTA_CPUS];
    (void)snprintf(words, SENTENCE,
                   "The limit is that the launcher started several processes here: %s %s the share "
                   "of this one.",
                   quota_text(sources->cpus, cpus), sources->cpus == 1 ? "is" : "are");
}

static void tell_cpuset(char *words, const struct cpu_sources *sources)
{
    (void)sources;
    (void)snprintf(words, SENTENCE,
                   "The limit is the cgroup's cpuset, as a container or a batch system set it.");
}

static void (*const LIMITS[CPU_SOURCES])(char *words, const struct cpu_sources *sources) = {
    [SOURCE_ONLINE] = tell_machine,    [SOURCE_CPUSET] = tell_cpuset,
    [SOURCE_MASK] = tell_mask,         [SOURCE_QUOTA] = tell_quota,
    [SOURCE_SLURM] = tell_manager,     [SOURCE_PBS] = tell_manager,
    [SOURCE_LSF] = tell_manager,       [SOURCE_GRID_ENGINE] = tell_manager,
    [SOURCE_LAUNCHER] = tell_launcher,
};

static void print_sentence(const char *words, FILE *out)
{
    (void)fputs("  ", out);
    paragraph_print(words, 2, 2, out);
}

static void print_limit(const struct cpu_sources *sources, FILE *out)
{
    char words[SENTENCE], cpus[QUOTA_CPUS];
    enum cpu_source_id id = sources->cpus_by;
    LIMITS[id](words, sources);
    if (sources->workers_by != id)
        (void)snprintf(words, sizeof(words),
                       "The limit is %s. It limits threads only: this process may use the time of "
                       "%s.",
                       cpu_source_name(sources->workers_by), quota_text(sources->cpus, cpus));
    print_sentence(words, out);
}

/* More workers than cores share them as hardware threads. */
static void print_cores(const struct cpu_sources *sources, FILE *out)
{
    char words[SENTENCE];
    int cores = (int)sources->list[SOURCE_CORES].number;
    if (cores <= 0 || sources->workers <= cores)
        return;
    (void)snprintf(words, sizeof(words),
                   "These %d PUs are hardware threads of %d core%s. Whether more than %d worker%s "
                   "compute%s faster, 'squares compare' measures.",
                   (int)sources->list[SOURCE_PUS].number, cores, plural(cores), cores,
                   plural(cores), cores == 1 ? "s" : "");
    print_sentence(words, out);
}

/* --- the table --- */

static void print_row(const struct cpu_sources *sources, enum cpu_source_id id, FILE *out)
{
    char number[QUOTA_CPUS] = "-";
    const struct cpu_source *source = &sources->list[id];
    if (source->number > 0)
        (void)count_text(source->number, number);
    (void)fprintf(out, "  %-17s %5s %c  ", cpu_source_name(id), number,
                  id == sources->workers_by ? '*' : ' ');
    paragraph_print(source->text, TEXT_COLUMN, TEXT_COLUMN, out);
}

static void print_silent(const struct cpu_sources *sources, FILE *out)
{
    char names[SENTENCE] = "";
    for (int id = 0; id < SOURCE_PUS; id++)
        if (sources->list[id].text[0] == '\0')
            text_item(names, sizeof(names), ", ", "%s", cpu_source_name((enum cpu_source_id)id));
    if (names[0] == '\0')
        return;
    (void)fprintf(out, "  no limit by ");
    paragraph_print(names, 14, 14, out);
}

void cpus_print(const struct cpu_sources *sources, const char *host, FILE *out)
{
    (void)fprintf(out, "%s: start %d worker%s%s\n\n", host, sources->workers,
                  plural(sources->workers),
                  sources->list[SOURCE_LAUNCHER].limits ? " in this process, rank 0" : "");
    print_limit(sources, out);
    print_cores(sources, out);
    (void)fprintf(out, "\n  %-17s %5s    %s\n", "source", "CPUs", "what it says");
    for (int id = 0; id < CPU_SOURCES; id++)
        if (sources->list[id].text[0] != '\0')
            print_row(sources, (enum cpu_source_id)id, out);
    print_silent(sources, out);
    (void)fprintf(out, "\n  * the limit. For scripts: make -j$(squares cpus -q)\n");
}

/* --- for programs --- */

static json_t *list_sources(const struct cpu_sources *sources)
{
    json_t *list = json_array();
    for (int id = 0; id < CPU_SOURCES && list != NULL; id++) {
        const struct cpu_source *source = &sources->list[id];
        bool said = source->text[0] != '\0';
        json_t *row = json_pack(
            "{s:s, s:o, s:b, s:b, s:o}", "source", cpu_source_key((enum cpu_source_id)id), "number",
            part_real(source->number > 0, source->number), "limits", source->limits, "unknown",
            source->unknown, "text", said ? part_text(source->text) : json_null());
        if (json_array_append_new(list, row) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

/* null: there is none that can be seen. */
static json_t *quota_object(const struct quota *quota)
{
    if (quota->cpus <= 0)
        return json_null();
    return json_pack("{s:f, s:I, s:I, s:i, s:o}", "cpus", quota->cpus, "quota_us",
                     (json_int_t)quota->quota_us, "period_us", (json_int_t)quota->period_us,
                     "cgroup_version", quota->version, "cgroup", part_text(quota->cgroup));
}

char *cpus_json(const struct cpu_sources *sources, const char *host)
{
    json_t *root = json_pack("{s:i, s:o, s:s, s:o, s:i, s:f, s:s, s:s, s:o, s:o}", "schema_version",
                             SCHEMA_VERSION, "tool", part_tool(), "command", "cpus", "host",
                             part_text(host), "workers", sources->workers, "cpus", sources->cpus,
                             "workers_limited_by", cpu_source_key(sources->workers_by),
                             "cpus_limited_by", cpu_source_key(sources->cpus_by), "sources",
                             list_sources(sources), "quota", quota_object(&sources->quota));
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
