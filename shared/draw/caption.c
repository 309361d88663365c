#include "draw/caption.h"

#include "base/text.h"

#include <string.h>

/* --- lists --- */

char *caption_list(char letter, hwloc_const_bitmap_t set, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int first = hwloc_bitmap_first(set), last; first >= 0;
         first = hwloc_bitmap_next(set, last)) {
        char item[CAPTION_RUN];
        last = hwloc_bitmap_next_unset(set, first) - 1;
        bool endless = last < 0; /* no end: hwloc returns -1 */
        int length = snprintf(item, sizeof(item), used > 0 ? ",%d" : "%c#%d",
                              used > 0 ? first : letter, first);
        if (endless || last > first)
            length +=
                snprintf(item + length, sizeof(item) - (size_t)length, endless ? "-" : "-%d", last);
        bool more = !endless && hwloc_bitmap_next(set, last) >= 0;
        if (used + (size_t)length + (more ? sizeof(",..") - 1 : 0) >= size) {
            (void)snprintf(text + used, size - used, used > 0 ? ",.." : "..");
            break;
        }
        memcpy(text + used, item, (size_t)length + 1);
        used += (size_t)length;
        if (endless)
            break;
    }
    return text;
}

/* Whether `next` is the worker after `worker` in the whole job, not only on this host. */
static bool follows(const struct grid *cells, int worker, int next)
{
    return next == worker + 1 &&
           cells_rank(cells, next) <= cells_rank(cells, worker) + 1; /* others may be elsewhere */
}

int caption_run(const struct grid *cells, const int *workers, int count, char text[CAPTION_RUN])
{
    int length = 1;
    while (length < count && follows(cells, workers[length - 1], workers[length]))
        length++;
    int first = workers[0], last = workers[length - 1];
    (void)snprintf(text, CAPTION_RUN, "%d.%d", cells_rank(cells, first),
                   cells_thread(cells, first));
    if (length > 1)
        text_add(text, CAPTION_RUN, "-%d.%d", cells_rank(cells, last), cells_thread(cells, last));
    return length;
}

int caption_workers(const struct grid *cells, const int *workers, int count, char *text,
                    size_t size)
{
    size_t used = 0;
    int shown = 0;
    text[0] = '\0';
    while (shown < count) {
        char run[CAPTION_RUN], rest[CAPTION_RUN];
        int next = shown + caption_run(cells, workers + shown, count - shown, run);
        size_t length = strlen(run) + (used > 0);
        int behind = next < count ? snprintf(rest, sizeof(rest), " +%d more", count - next) : 0;
        if (used + length + (size_t)behind >= size) {
            text_add(text, size, used > 0 ? " +%d more" : "%d workers", count - shown);
            break;
        }
        text_item(text, size, ",", "%s", run);
        used += length;
        shown = next;
    }
    return count - shown;
}

/* --- cells and boxes --- */

char *caption_cell(const struct grid *cells, const struct cell *cell, char text[CAPTION_CELL])
{
    static const char *const MARKS[CELL_STATES] = {
        [CELL_UNUSABLE] = "x", [CELL_IDLE] = "-", [CELL_OPEN] = "~", [CELL_TAKEN] = ""};
    (void)snprintf(text, CAPTION_CELL, "%s", MARKS[cell->state]);
    if (cell->state != CELL_TAKEN)
        return text;
    int first = cells->seated[cell->first];
    (void)snprintf(text, CAPTION_CELL, "%d.%d", cells_rank(cells, first),
                   cells_thread(cells, first));
    if (cell->count > 1)
        text_add(text, CAPTION_CELL, "+%d", cell->count - 1);
    if (!cell->usable)
        text_add(text, CAPTION_CELL, "x");
    return text;
}

const char *caption_cache(const struct grid *cells)
{
    static const struct {
        hwloc_obj_type_t type;
        const char *name;
    } names[] = {{HWLOC_OBJ_L3CACHE, "L3"},
                 {HWLOC_OBJ_L5CACHE, "L5"},
                 {HWLOC_OBJ_L4CACHE, "L4"},
                 {HWLOC_OBJ_L2CACHE, "L2"},
                 {HWLOC_OBJ_L1CACHE, "L1"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].type == cells->cache)
            return names[i].name;
    return "";
}

enum { LIST_TEXT = 24 };

/* numactl uses P# for nodes, which is not always L#. */
static void put_numa(const struct grid *cells, hwloc_const_bitmap_t numbers, FILE *out)
{
    char text[LIST_TEXT];
    hwloc_bitmap_t os = hwloc_bitmap_alloc();
    bool differ = false;
    for (int i = hwloc_bitmap_first(numbers); i >= 0 && os != NULL;
         i = hwloc_bitmap_next(numbers, i)) {
        hwloc_obj_t node =
            hwloc_get_obj_by_type(cells->seat_map->topology, HWLOC_OBJ_NUMANODE, (unsigned)i);
        (void)hwloc_bitmap_set(os, node->os_index);
        differ |= node->os_index != (unsigned)i;
    }
    (void)fprintf(out, "NUMA node%s %s", hwloc_bitmap_weight(numbers) > 1 ? "s" : "",
                  caption_list('L', numbers, text, sizeof(text)));
    if (differ && os != NULL)
        (void)fprintf(out, " (%s)", caption_list('P', os, text, sizeof(text)));
    hwloc_bitmap_free(os);
}

char *caption_box(const struct grid *cells, int box, char *text, size_t size)
{
    char list[LIST_TEXT];
    hwloc_bitmap_t const *numbers = cells->boxes[box].numbers;
    const char *comma = "";
    text[0] = '\0';
    FILE *out = fmemopen(text, size, "w");
    if (out == NULL)
        return text;
    if (numbers[BOX_PACKAGE] != NULL) {
        (void)fprintf(out, "Package %s",
                      caption_list('L', numbers[BOX_PACKAGE], list, sizeof(list)));
        comma = ", ";
    }
    if (numbers[BOX_NUMA] != NULL) {
        (void)fputs(comma, out);
        put_numa(cells, numbers[BOX_NUMA], out);
        comma = ", ";
    }
    if (numbers[BOX_CACHE] != NULL)
        (void)fprintf(out, "%s%s %s", comma, caption_cache(cells),
                      caption_list('L', numbers[BOX_CACHE], list, sizeof(list)));
    (void)fclose(out);
    text[size - 1] = '\0';
    return text;
}

/* --- lines about the host --- */

/* Items one after the other, on as many lines as they need. */
struct flow {
    FILE *out;
    const char *between, *indent; /* put after an item; put before a new line */
    int used;                     /* columns used in this line; 0: it is empty */
};

static void flow_put(struct flow *flow, const char *item)
{
    int length = (int)strlen(item), between = (int)strlen(flow->between);
    if (flow->used == 0) {
        flow->used = fprintf(flow->out, "%s%s", flow->indent, item);
        return;
    }
    (void)fputs(flow->between, flow->out);
    if (flow->used + between + 1 + length + between > CAPTION_LINE) {
        flow->used = fprintf(flow->out, "\n%s%s", flow->indent, item) - 1;
        return;
    }
    flow->used += between + fprintf(flow->out, " %s", item);
}

static void flow_end(struct flow *flow)
{
    if (flow->used > 0)
        (void)fputc('\n', flow->out);
    flow->used = 0;
}

static void flow_count(struct flow *flow, int count, const char *one, const char *many)
{
    char item[CAPTION_LINE];
    (void)snprintf(item, sizeof(item), "%d %s", count, count == 1 ? one : many);
    if (count > 0)
        flow_put(flow, item);
}

enum { NAME_MOST = 40 };

/* Names come from outside: characters that could upset a terminal become "?", and several blanks
 * become one. */
static void put_clean(const char *name, char *text, size_t size)
{
    size_t used = 0;
    for (; name != NULL && *name != '\0' && used + 1 < size; name++) {
        char c = *name;
        if (c < ' ' || c > '~')
            c = '?';
        if (c != ' ' || (used > 0 && text[used - 1] != ' '))
            text[used++] = c;
    }
    while (used > 0 && text[used - 1] == ' ')
        used--;
    text[used] = '\0';
}

static void name_line(const struct grid *cells, FILE *out)
{
    hwloc_topology_t topology = cells->seat_map->topology;
    hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (model == NULL)
        model = hwloc_obj_get_info_by_name(hwloc_get_root_obj(topology), "CPUModel");
    char name[NAME_MOST + 1] = "", cpu[CAPTION_LINE + 1] = "";
    if (!cells->relative)
        put_clean(cells->seat_map->host, name, sizeof(name));
    put_clean(model, cpu, sizeof(cpu) - strlen(name) - strlen(": "));
    const char *between = name[0] != '\0' && cpu[0] != '\0' ? ": " : "";
    bool nothing = name[0] == '\0' && cpu[0] == '\0';
    (void)fprintf(out, "%s%s%s\n", nothing ? "host" : name, between, cpu);
}

static void flow_caches(struct flow *flow, const struct grid *cells)
{
    if (cells->cache == CELLS_NO_CACHE)
        return;
    hwloc_topology_t topology = cells->seat_map->topology;
    hwloc_obj_t cache = hwloc_get_next_obj_by_type(topology, cells->cache, NULL);
    hwloc_uint64_t bytes = cache->attr->cache.size;
    int count = 0;
    for (; cache != NULL; cache = hwloc_get_next_obj_by_type(topology, cells->cache, cache)) {
        count++;
        if (cache->attr->cache.size != bytes)
            bytes = 0;
    }
    char item[CAPTION_LINE];
    bool mib = bytes % (1 << 20) == 0;
    (void)snprintf(item, sizeof(item), "%d %s", count, caption_cache(cells));
    if (bytes > 0)
        text_add(item, sizeof(item), " of %llu %s", (unsigned long long)bytes >> (mib ? 20 : 10),
                 mib ? "MiB" : "KiB");
    flow_put(flow, item);
}

/* "4 ranks (0-3) x 2 threads" */
static void flow_ranks(struct flow *flow, const struct grid *cells)
{
    const struct seat_map *seat_map = cells->seat_map;
    char item[CAPTION_LINE], list[LIST_TEXT] = "";
    hwloc_bitmap_t numbers = hwloc_bitmap_alloc();
    for (int rank = 0; rank < seat_map->ranks && numbers != NULL; rank++)
        (void)hwloc_bitmap_set(numbers, (unsigned)cells_rank(cells, rank * seat_map->threads));
    if (numbers != NULL)
        (void)caption_list('#', numbers, list, sizeof(list));
    hwloc_bitmap_free(numbers);
    bool listed = list[0] != '\0';
    (void)snprintf(item, sizeof(item), "%d rank%s%s%s%s x %d thread%s", seat_map->ranks,
                   plural(seat_map->ranks), listed ? " (" : "", listed ? list + strlen("##") : "",
                   listed ? ")" : "", seat_map->threads, plural(seat_map->threads));
    flow_put(flow, item);
    (void)snprintf(item, sizeof(item), "up to %d on one PU", cells->most_on_cell);
    if (cells->most_on_cell > 1)
        flow_put(flow, item);
}

static void count_lines(const struct grid *cells, FILE *out)
{
    hwloc_topology_t topology = cells->seat_map->topology;
    struct flow flow = {out, ",", "  ", 0};
    char usable[CAPTION_LINE] = "all usable";
    flow_count(&flow, hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PACKAGE), "package", "packages");
    flow_count(&flow, hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE), "NUMA node",
               "NUMA nodes");
    flow_caches(&flow, cells);
    flow_count(&flow, cells->core_count, "core", "cores");
    flow_count(&flow, cells->cell_count, "PU", "PUs");
    if (cells->usable_count != cells->cell_count)
        (void)snprintf(usable, sizeof(usable), "%d usable", cells->usable_count);
    flow_put(&flow, usable);
    flow_count(&flow, cells->hidden, "more PU offline or closed to this job",
               "more PUs offline or closed to this job");
    flow_end(&flow);
    flow_ranks(&flow, cells);
    flow_end(&flow);
    char text[LIST_TEXT];
    if (!hwloc_bitmap_iszero(cells->no_cores))
        (void)fprintf(out, "  NUMA nodes without cores: %s\n",
                      caption_list('L', cells->no_cores, text, sizeof(text)));
}

/* --- loose workers --- */

enum { GROUPS_MOST = 8 };

static void loose_lines(const struct grid *cells, const struct loose *group, bool whole, FILE *out)
{
    struct flow flow = {out, ",", "  ", 0};
    const int *workers = cells->wanderers + group->first;
    hwloc_const_bitmap_t seat = cells->seat_map->seats[workers[0]];
    char text[CAPTION_RUN], where[LIST_TEXT], item[2 * CAPTION_LINE];
    const char *what = group->everywhere ? "unbound:" : "loosely bound:";
    int from = 0;
    while (whole && from < group->count) { /* all runs except the last, each as an item */
        int next = from + caption_run(cells, workers + from, group->count - from, text);
        if (next == group->count)
            break;
        (void)snprintf(item, sizeof(item), "%s%s%s", from == 0 ? what : "", from == 0 ? " " : "",
                       text);
        flow_put(&flow, item);
        from = next;
    }
    (void)caption_workers(cells, workers + from, group->count - from, text, LIST_TEXT);
    (void)snprintf(item, sizeof(item), "%s%s%s may run on any ", from == 0 ? what : "",
                   from == 0 ? " " : "", text);
    if (group->everywhere)
        text_add(item, sizeof(item), "usable PU");
    else
        text_add(item, sizeof(item), "of %s", caption_list('P', seat, where, sizeof(where)));
    flow_put(&flow, item);
    flow_end(&flow);
}

static void all_loose_lines(const struct grid *cells, const bool *told, bool whole, FILE *out)
{
    int lines = 0, groups = 0, workers = 0;
    for (int i = 0; i < cells->loose_count; i++) {
        if (told[i])
            continue;
        if (whole || lines < GROUPS_MOST) {
            loose_lines(cells, &cells->loose[i], whole, out);
            lines++;
        } else {
            groups++;
            workers += cells->loose[i].count;
        }
    }
    if (groups > 0)
        (void)fprintf(out, "  and %d more worker%s loosely bound to %d other set%s of PUs\n",
                      workers, plural(workers), groups, plural(groups));
}

void caption_head(const struct grid *cells, const bool *told, bool whole, FILE *out)
{
    name_line(cells, out);
    count_lines(cells, out);
    all_loose_lines(cells, told, whole, out);
}

/* --- legend --- */

void caption_legend(const struct grid *cells, bool runs, FILE *out)
{
    bool taken = cells->states[CELL_TAKEN] > 0, loose = cells->loose_count > 0;
    const struct {
        bool used;
        const char *text;
    } items[] = {
        {true, "L# logical, P# OS number"},
        {!runs && (taken || loose), "0.1 rank.thread"},
        {runs && (taken || loose), "0.0-1.7 rank.thread to rank.thread"},
        {!runs && cells->most_on_cell > 1, "+3 and 3 more"},
        {cells->states[CELL_IDLE] > 0, "- idle"},
        {cells->states[CELL_UNUSABLE] > 0, "x unusable"},
        {loose, "~ not bound to one core"},
    };
    struct flow flow = {out, ";", "", 0};
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        if (items[i].used)
            flow_put(&flow, items[i].text);
    flow_end(&flow);
}
