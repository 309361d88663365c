/*
 * claims - what it costs to hand out one empty task at a time to two threads with a core each: by a
 * crew under each schedule, and a bare atomic counter that the same threads count up.
 */
#include "pair.h"

enum { TASKS = 4000000 };

int main(int argc, char **argv)
{
    struct crew *crew = pair_create();
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell("atomic", "ns", pair_count_ns(crew, TASKS));
        for (int s = 0; SCHEDULES[s] != NULL; s++) {
            const struct crew_job job = {.count = TASKS,
                                         .grain = 1,
                                         .claim = 1,
                                         .schedule = (enum schedule)s,
                                         .chunk = pair_nothing};
            tell(SCHEDULES[s], "ns", pair_seconds(crew, &job) * 1e9 / TASKS);
        }
    }
    crew_destroy(crew);
    return 0;
}
