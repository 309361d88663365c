#include "place/shapes.h"

static int fewest(const int *host_ranks, int hosts)
{
    int least = host_ranks[0];
    for (int i = 1; i < hosts; i++)
        least = host_ranks[i] < least ? host_ranks[i] : least;
    return least;
}

static bool divides_all(int group, const int *host_ranks, int hosts)
{
    for (int i = 0; i < hosts; i++)
        if (host_ranks[i] % group != 0)
            return false;
    return true;
}

static int sum(const int *host_ranks, int hosts)
{
    int all = 0;
    for (int i = 0; i < hosts; i++)
        all += host_ranks[i];
    return all;
}

/* The k-th smallest common divisor of the hosts' numbers of ranks, counted from 0; 0: there are not
 * that many. */
static int common_divisor(int k, const int *host_ranks, int hosts)
{
    for (int group = 1; group <= fewest(host_ranks, hosts); group++)
        if (divides_all(group, host_ranks, hosts) && k-- == 0)
            return group;
    return 0;
}

static int list_groups(const int *host_ranks, int hosts, int threads, struct shape *shapes)
{
    int divisors = 0;
    while (common_divisor(divisors, host_ranks, hosts) != 0)
        divisors++;
    int listed = divisors < SHAPES_GROUPS ? divisors : SHAPES_GROUPS;
    for (int i = 0; i < listed; i++) {
        int k = listed > 1 ? i * (divisors - 1) / (listed - 1) : 0; /* evenly, both ends kept */
        int group = common_divisor(k, host_ranks, hosts);
        shapes[i] = (struct shape){group, -1, sum(host_ranks, hosts) / group, group * threads};
    }
    return listed;
}

static bool is_one_worker(const struct shape *shape)
{
    return shape->ranks == 1 && shape->threads == 1;
}

int shapes_list(const int *host_ranks, int hosts, int threads, struct shape shapes[SHAPES_MOST])
{
    int count = list_groups(host_ranks, hosts, threads, shapes);
    for (int host = 0; hosts > 1 && host < hosts && host < SHAPES_HOSTS; host++)
        shapes[count++] = (struct shape){host_ranks[host], host, 1, host_ranks[host] * threads};
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (!is_one_worker(&shapes[i]))
            shapes[kept++] = shapes[i];
    return kept;
}
