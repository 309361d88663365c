/* place_text - prints the documents of hosts for people, in 80 columns. */
#include "report/place_report.h"

#include "base/paragraph.h"
#include "base/text.h"

#include <string.h>

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int number_at(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

/* --- pictures: hosts with equal pictures share one --- */

/* "n2 (ranks 4-7), n3 (ranks 1,5)": hosts with the same picture as the one just printed. */
static void name_alike(const json_t *documents, size_t index, FILE *out)
{
    const char *same = text_at(json_array_get(documents, index), "same");
    char line[512] = "";
    size_t used = 0;
    int more = 0;
    for (size_t i = index + 1; i < json_array_size(documents); i++) {
        const json_t *document = json_array_get(documents, i);
        const json_t *host = json_object_get(document, "host");
        if (strcmp(text_at(document, "same"), same) != 0)
            continue;
        int length =
            snprintf(line + used, sizeof(line) - used, "%s%.60s (rank%s %.40s)",
                     used > 0 ? ", " : "", text_at(host, "name"),
                     seat_plural(text_at(host, "ranks")) ? "s" : "", text_at(host, "ranks"));
        if (used + (size_t)length > sizeof(line) - 150)
            more++;
        else
            used += (size_t)length;
    }
    line[used] = '\0';
    if (more > 0)
        text_add(line, sizeof(line), ", and %d more", more);
    if (line[0] == '\0')
        return;
    (void)fprintf(out, "alike: ");
    paragraph_print(line, 7, 7, out);
}

/* Why not all of the host is usable, if that is known. */
static void name_usable(const json_t *host, FILE *out)
{
    if (number_at(host, "usable_pus") == number_at(host, "pus") ||
        text_at(host, "evidence")[0] == '\0')
        return;
    (void)fprintf(out, "usable: ");
    paragraph_print(text_at(host, "evidence"), 8, 8, out);
}

/* "kinds: cores L#0-5 are the fastest, then L#6-13": if there are several kinds. */
static void name_kinds(const json_t *kinds, FILE *out)
{
    char line[512] = "";
    if (json_array_size(kinds) < 2)
        return;
    for (size_t i = 0; i < json_array_size(kinds) && strlen(line) < sizeof(line) - 128; i++)
        text_add(line, sizeof(line), "%s%.60s%s", i == 0 ? "cores L#" : ", then L#",
                 json_string_value(json_array_get(kinds, i)), i == 0 ? " are the fastest" : "");
    text_add(line, sizeof(line), "; a rank keeps to one kind where it can");
    (void)fprintf(out, "kinds: ");
    paragraph_print(line, 7, 7, out);
}

/* Why no worker has a seat, if that is on purpose. */
static void name_left(const json_t *host, FILE *out)
{
    if (!json_is_true(json_object_get(host, "left_to_kernel")))
        return;
    (void)fprintf(out, "placed: ");
    paragraph_print(
        "left to the kernel, as nothing bound this job and it needs fewer cores than it may "
        "use: another such job would get the same seats. Use --place auto to seat it anyway",
        8, 8, out);
}

static void pictures(const json_t *documents, FILE *out)
{
    for (size_t i = 0; i < json_array_size(documents); i++) {
        if (placing_drawn_before(documents, i))
            continue;
        (void)fprintf(out, "%s", text_at(json_array_get(documents, i), "picture"));
        name_usable(json_object_get(json_array_get(documents, i), "host"), out);
        name_left(json_object_get(json_array_get(documents, i), "host"), out);
        name_kinds(json_object_get(json_object_get(json_array_get(documents, i), "host"), "kinds"),
                   out);
        name_alike(documents, i, out);
        (void)fputc('\n', out);
    }
}

/* --- masks: before MPI_Init, after it, and the seats --- */

enum { ROWS_HEAD = 12, ROWS_TAIL = 4, ROWS_MOST = 20 };

/* Prints a list in at most `width` characters: whole, or cut and marked as cut. Returns how many
 * characters it took. */
static int cut(const char *list, int width, FILE *out)
{
    int length = (int)strlen(list);
    if (length <= width)
        return fprintf(out, "  %s", list) - 2;
    return fprintf(out, "  %.*s...", width - 3, list) - 2;
}

static void column(const char *list, int width, FILE *out)
{
    (void)fprintf(out, "%*s", width - cut(list, width, out), "");
}

static void mask_row(const json_t *binding, FILE *out)
{
    (void)fprintf(out, "%4d", number_at(binding, "rank"));
    column(text_at(binding, "start_pus"), 14, out);
    column(text_at(binding, "pus"), 14, out);
    if (json_is_true(json_object_get(binding, "widened"))) {
        column(text_at(binding, "seated_pus"), 14, out);
        (void)fputs("  (widened)", out);
    } else {
        (void)cut(text_at(binding, "seated_pus"), 40, out);
    }
    (void)fputc('\n', out);
}

/* Prints each value under `key` once for all ranks that have it: "(rank 0 and others)". */
static void told_once(const json_t *bindings, const char *label, const char *key, FILE *out)
{
    size_t count = json_array_size(bindings);
    for (size_t i = 0; i < count; i++) {
        const char *words = text_at(json_array_get(bindings, i), key);
        size_t alike = 0, k = 0;
        while (k < i && strcmp(text_at(json_array_get(bindings, k), key), words) != 0)
            k++;
        if (k < i || words[0] == '\0')
            continue;
        for (; k < count; k++)
            alike += strcmp(text_at(json_array_get(bindings, k), key), words) == 0;
        char line[512], who[64] = "";
        if (alike < count)
            (void)snprintf(who, sizeof(who), " (rank %d%s)",
                           number_at(json_array_get(bindings, i), "rank"),
                           alike > 1 ? " and others" : "");
        (void)snprintf(line, sizeof(line), "%s%s", words, who);
        (void)fprintf(out, "%-15s", label);
        paragraph_print(line, 15, 15, out);
    }
}

static void masks(const json_t *documents, bool whole, FILE *out)
{
    json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(documents); i++)
        json_array_extend(all, json_object_get(json_array_get(documents, i), "bindings"));
    size_t count = json_array_size(all);
    if (count > 0)
        (void)fprintf(out, "%4s  %-14s  %-14s  %s\n", "rank", "PUs at start", "after MPI_Init",
                      "seated");
    for (size_t i = 0; i < count; i++) {
        if (!whole && count > ROWS_MOST && i == ROWS_HEAD) {
            (void)fprintf(out, "      ... %zu more ranks: all with --verbose\n",
                          count - ROWS_HEAD - ROWS_TAIL);
            i = count - ROWS_TAIL;
        }
        mask_row(json_array_get(all, i), out);
    }
    told_once(all, "at start", "set_by", out);
    told_once(all, "in MPI_Init", "set_in_mpi", out);
    told_once(all, "widened, as", "evidence", out);
    told_once(all, "note", "note", out);
    if (count > 0)
        (void)fputc('\n', out);
    json_decref(all);
}

/* --- findings, and what to start instead --- */

static void launch_lines_of(const json_t *launch, const struct placing_run *run, FILE *out)
{
    bool all_alike = strcmp(text_at(launch, "mpirun4"), text_at(launch, "mpirun5")) == 0;
    const struct {
        const char *name, *line;
    } lines[] = {{all_alike ? "Open MPI" : "Open MPI 4", text_at(launch, "mpirun4")},
                 {"Open MPI 5+", all_alike ? "" : text_at(launch, "mpirun5")},
                 {"MPICH", text_at(launch, "mpich")},
                 {"Slurm", text_at(launch, "srun")}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (lines[i].line[0] != '\0')
            (void)fprintf(out, "  %-11s  %s\n", lines[i].name, lines[i].line);
    if (json_is_object(launch) && text_at(launch, "srun")[0] == '\0' && run->srun_offers != NULL)
        (void)fprintf(out,
                      "  %-11s  srun has no --mpi for this MPI, only %s: use mpirun in the job\n",
                      "Slurm", run->srun_offers);
}

static bool same_at(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(text_at(a, key), text_at(b, key)) == 0;
}

/* How many hosts have a finding with that code; 0: it was printed with an earlier host. */
static size_t hosts_with(const json_t *all, size_t index)
{
    const json_t *warning = json_array_get(all, index);
    size_t hosts = 0;
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *other = json_array_get(all, i);
        if (!same_at(other, warning, "code"))
            continue;
        if (i < index && !same_at(other, warning, "host"))
            return 0;
        hosts += i == 0 || !same_at(json_array_get(all, i - 1), other, "host") ||
                 !same_at(json_array_get(all, i - 1), other, "code");
    }
    return hosts;
}

static void finding(const json_t *warning, size_t hosts, FILE *out)
{
    char text[512];
    const char *measured = text_at(warning, "measured");
    (void)snprintf(text, sizeof(text), "%s%s%s", text_at(warning, "text"),
                   measured[0] != '\0' ? "; measured: " : "", measured);
    int begun = fprintf(out, "%-15s  ", text_at(warning, "code"));
    paragraph_print(text, begun, 17, out);
    if (hosts > 1)
        (void)fprintf(out, "%17sthe same on %zu more host%s\n", "", hosts - 1, plural(hosts - 1));
    (void)fprintf(out, "%17s", "");
    paragraph_print(text_at(warning, "remedy"), 17, 17, out);
}

/* Lines that fix several findings are printed after the last of them. */
static bool same_lines_follow(const json_t *all, size_t index)
{
    const json_t *launch = json_object_get(json_array_get(all, index), "launch");
    for (size_t i = index + 1; i < json_array_size(all); i++)
        if (hosts_with(all, i) > 0 &&
            json_equal(json_object_get(json_array_get(all, i), "launch"), launch))
            return true;
    return false;
}

/* The findings of one stage, under a title. */
static void stage(const json_t *documents, const char *name, const char *title,
                  const struct placing_run *run, FILE *out)
{
    json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(documents); i++) {
        const json_t *warnings = json_object_get(json_array_get(documents, i), "warnings");
        for (size_t k = 0; k < json_array_size(warnings); k++)
            if (strcmp(text_at(json_array_get(warnings, k), "stage"), name) == 0)
                json_array_append(all, json_array_get(warnings, k));
    }
    if (json_array_size(all) > 0)
        (void)fprintf(out, "%s\n\n", title);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *warning = json_array_get(all, i);
        const json_t *launch = json_object_get(warning, "launch");
        size_t hosts = hosts_with(all, i);
        if (hosts == 0)
            continue;
        finding(warning, hosts, out);
        (void)fputc('\n', out);
        if (json_is_object(launch) && !same_lines_follow(all, i)) {
            launch_lines_of(launch, run, out);
            (void)fputc('\n', out);
        }
    }
    json_decref(all);
}

int placing_print(const json_t *documents, const struct placing_run *run, FILE *out)
{
    size_t hosts = json_array_size(documents);
    int found = placing_found(documents);
    if (!run->findings_only) {
        (void)fprintf(out, "%d rank%s x %d thread%s on %zu host%s\n\n", run->ranks,
                      plural((size_t)run->ranks), run->threads, plural((size_t)run->threads), hosts,
                      plural(hosts));
        pictures(documents, out);
        masks(documents, run->whole, out);
    }
    if (found > 0) {
        stage(documents, "launch", "As the launcher bound the ranks:", run, out);
        stage(documents, "seats", "As the workers sit:", run, out);
    } else {
        (void)fprintf(out, "No finding: every worker has a core of its own, and every usable core "
                           "a worker.\n");
        if (!run->findings_only) {
            (void)fprintf(out, "To start it like this:\n\n");
            launch_lines_of(json_object_get(json_array_get(documents, 0), "launch"), run, out);
        }
    }
    return ferror(out) ? -1 : 0;
}
