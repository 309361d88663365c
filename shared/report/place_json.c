/* place_json - one document per host, and the JSON that they form together. */
#include "report/parts.h"
#include "report/place_report.h"

#include "draw/svg.h"
#include "version.h"

#include <stdlib.h>
#include <string.h>

/* --- a host's document --- */

/* The cores of each kind as logical numbers, "0-5", the fastest kind first. */
static json_t *kinds_of(const struct cores *cores)
{
    json_t *kinds = json_array();
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    char text[SEAT_TEXT];
    for (int kind = 0; set != NULL && kind < cores->kinds; kind++) {
        for (int i = 0; i < cores->count; i++)
            if (cores->list[i].kind == kind)
                hwloc_bitmap_set(set, (unsigned)cores->list[i].logical);
        json_array_append_new(kinds, json_string(seat_text(set, text)));
        hwloc_bitmap_zero(set);
    }
    hwloc_bitmap_free(set);
    return kinds;
}

/* The ranks of the host: "4-7". */
static json_t *ranks_of(const struct seat_map *seat_map)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    char text[SEAT_TEXT] = "";
    for (int i = 0; set != NULL && i < seat_map->ranks; i++)
        hwloc_bitmap_set(set, (unsigned)(seat_map->numbers != NULL ? seat_map->numbers[i] : i));
    if (set != NULL)
        seat_text(set, text);
    hwloc_bitmap_free(set);
    return json_string(text);
}

static json_t *host_of(const struct placing_host *host)
{
    const struct machine *m = host->machine;
    char usable[SEAT_TEXT];
    return json_pack("{s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:o, s:o, s:o, s:b}", "name",
                     part_text(host->seat_map.host), "cpu", part_text(m->cpu), "packages",
                     m->packages, "numa", m->numa, "cores", m->cores, "pus", m->pus, "usable_cores",
                     host->cores->count, "usable_pus", host->cores->pus, "usable",
                     seat_text(host->seat_map.usable, usable), "evidence",
                     part_text(host->evidence), "kinds", kinds_of(host->cores), "ranks",
                     ranks_of(&host->seat_map), "left_to_kernel", (int)host->seat_map.left);
}

static json_t *bindings_of(const struct placing_host *host)
{
    json_t *bindings = json_array();
    for (int i = 0; host->ranks != NULL && i < host->seat_map.ranks; i++) {
        const struct placing_rank *r = &host->ranks[i];
        json_array_append_new(
            bindings,
            json_pack("{s:i, s:s, s:o, s:s, s:o, s:s, s:b, s:o}", "rank", host->seat_map.numbers[i],
                      "start_pus", r->start, "set_by", part_text(r->origin.before_words), "pus",
                      r->given, "set_in_mpi", part_text(r->origin.after_words), "seated_pus",
                      r->seated, "widened", (int)r->widened, "note", part_text(r->origin.note)));
        json_object_set_new(json_array_get(bindings, (size_t)i), "evidence",
                            r->widened ? part_text(host->evidence) : json_null());
    }
    return bindings;
}

static json_t *numbers_of(hwloc_const_bitmap_t set)
{
    json_t *numbers = json_array();
    for (int i = hwloc_bitmap_first(set); i >= 0; i = hwloc_bitmap_next(set, i))
        json_array_append_new(numbers, json_integer(i));
    return numbers;
}

/* hwloc's logical numbers of the cores that a seat touches. */
static json_t *cores_of(const struct cores *cores, hwloc_const_bitmap_t seat)
{
    hwloc_bitmap_t touched = hwloc_bitmap_alloc();
    for (int pu = hwloc_bitmap_first(seat); touched != NULL && pu >= 0 && pu <= cores->last_pu;
         pu = hwloc_bitmap_next(seat, pu))
        if (cores->core_of[pu] >= 0)
            hwloc_bitmap_set(touched, (unsigned)cores->list[cores->core_of[pu]].logical);
    json_t *numbers = touched != NULL ? numbers_of(touched) : json_array();
    hwloc_bitmap_free(touched);
    return numbers;
}

/* hwloc's OS numbers of the NUMA nodes that contain one of the seat's PUs. */
static json_t *nodes_of(hwloc_topology_t topology, hwloc_const_bitmap_t seat)
{
    hwloc_nodeset_t nodes = hwloc_bitmap_alloc();
    if (nodes == NULL || hwloc_cpuset_to_nodeset(topology, seat, nodes) != 0) {
        hwloc_bitmap_free(nodes);
        return json_array();
    }
    json_t *numbers = numbers_of(nodes);
    hwloc_bitmap_free(nodes);
    return numbers;
}

static json_t *workers_of(const struct placing_host *host)
{
    const struct seat_map *seat_map = &host->seat_map;
    json_t *workers = json_array();
    for (int i = 0; i < seat_map_workers(seat_map); i++) {
        int rank = i / seat_map->threads;
        json_t *worker = json_pack("{s:i, s:i, s:o, s:o, s:o, s:o}", "rank",
                                   seat_map->numbers != NULL ? seat_map->numbers[rank] : rank,
                                   "thread", i % seat_map->threads, "host",
                                   part_text(seat_map->host), "pus", numbers_of(seat_map->seats[i]),
                                   "cores", cores_of(host->cores, seat_map->seats[i]), "numa",
                                   nodes_of(seat_map->topology, seat_map->seats[i]));
        if (host->stays != NULL) {
            json_object_set_new(worker, "planned_pus", part_text(host->stays[i].planned));
            json_object_set_new(worker, "bound", json_boolean(host->stays[i].bound));
        }
        json_array_append_new(workers, worker);
    }
    return workers;
}

static void fill_lines(struct launch_lines *lines, const struct placing_host *host,
                       struct launch_shape shape)
{
    shape.srun_mpi = host->srun_mpi;
    launch_again(lines, &shape, host->again);
}

static json_t *warnings_of(const struct placing_host *host)
{
    json_t *warnings = json_array();
    for (int i = 0; i < host->findings->count; i++) {
        const struct finding *f = &host->findings->list[i];
        struct launch_lines lines;
        bool launches = f->shape.threads > 0;
        if (launches)
            fill_lines(&lines, host, f->shape);
        json_array_append_new(
            warnings,
            json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "code", finding_name(f->code), "stage",
                      f->as_launched ? "launch" : "seats", "host", part_text(host->seat_map.host),
                      "text", part_text(f->text), "remedy", part_text(f->remedy), "measured",
                      f->measured[0] != '\0' ? part_text(f->measured) : json_null(), "launch",
                      launches ? part_launch(&lines) : json_null()));
    }
    return warnings;
}

/* Stores `text` in the document and frees it. -1: there is no text. */
static int take_text(json_t *document, const char *key, char *text)
{
    int status = text != NULL ? json_object_set_new(document, key, part_text(text)) : -1;
    free(text);
    return status;
}

static int draw(json_t *document, const struct placing_host *host,
                const struct placing_pictures *pictures)
{
    int width = 0, height = 0;
    if (take_text(document, "picture", picture_text(&host->seat_map, pictures->flags)) != 0 ||
        take_text(document, "same",
                  picture_text(&host->seat_map, PICTURE_RELATIVE | PICTURE_WHOLE)) != 0)
        return -1;
    if (!pictures->svg)
        return 0;
    if (take_text(document, "svg", svg_group(&host->seat_map, &width, &height)) != 0)
        return -1;
    json_object_set_new(document, "width", json_integer(width));
    return json_object_set_new(document, "height", json_integer(height));
}

json_t *placing_document(const struct placing_host *host, const struct placing_pictures *pictures)
{
    struct launch_lines lines;
    fill_lines(&lines, host, host->shape);
    json_t *document = json_pack("{s:o, s:o, s:o, s:o, s:o}", "host", host_of(host), "bindings",
                                 bindings_of(host), "workers", workers_of(host), "warnings",
                                 warnings_of(host), "launch", part_launch(&lines));
    if (document != NULL && draw(document, host, pictures) == 0)
        return document;
    json_decref(document);
    return NULL;
}

/* --- all documents --- */

/* Collects what all documents have under `key`, one after the other. */
static json_t *all_of(const json_t *documents, const char *key)
{
    json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(documents); i++) {
        json_t *part = json_object_get(json_array_get(documents, i), key);
        if (json_is_array(part))
            json_array_extend(all, part);
        else
            json_array_append(all, part);
    }
    return all;
}

char *placing_json(const json_t *documents, const struct placing_run *run)
{
    json_t *environment = json_pack("{s:o?, s:s, s:o, s:o?, s:o}", "mpi",
                                    run->mpi != NULL ? part_text(run->mpi) : NULL, "hwloc",
                                    SQUARES_HWLOC, "hosts", all_of(documents, "host"), "launcher",
                                    run->launcher != NULL ? part_text(run->launcher) : NULL,
                                    "bindings", all_of(documents, "bindings"));
    json_t *root =
        json_pack("{s:i, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:O}", "schema_version", SCHEMA_VERSION,
                  "tool", part_tool(), "environment", environment, "command",
                  part_text(run->command), "ranks", run->ranks, "threads", run->threads, "workers",
                  all_of(documents, "workers"), "warnings", all_of(documents, "warnings"), "launch",
                  json_object_get(json_array_get(documents, 0), "launch"));
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}

bool placing_drawn_before(const json_t *documents, size_t index)
{
    const json_t *same = json_object_get(json_array_get(documents, index), "same");
    for (size_t i = 0; i < index; i++)
        if (json_equal(json_object_get(json_array_get(documents, i), "same"), same))
            return true;
    return false;
}

char *placing_svg(const json_t *documents)
{
    size_t count = json_array_size(documents);
    char **groups = calloc(count, sizeof(*groups));
    int *widths = calloc(count, sizeof(*widths)), *heights = calloc(count, sizeof(*heights));
    char *text = NULL;
    int drawn = 0;
    for (size_t i = 0; groups != NULL && widths != NULL && heights != NULL && i < count; i++) {
        const json_t *document = json_array_get(documents, i);
        if (placing_drawn_before(documents, i))
            continue;
        groups[drawn] = (char *)json_string_value(json_object_get(document, "svg"));
        widths[drawn] = (int)json_integer_value(json_object_get(document, "width"));
        heights[drawn++] = (int)json_integer_value(json_object_get(document, "height"));
    }
    if (groups != NULL && widths != NULL && heights != NULL)
        text = svg_document(groups, widths, heights, drawn);
    free(heights);
    free(widths);
    free(groups);
    return text;
}

int placing_found(const json_t *documents)
{
    json_t *all = all_of(documents, "warnings");
    int count = (int)json_array_size(all);
    json_decref(all);
    return count;
}
