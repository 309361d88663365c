/*
 * c - the C headers under shared/, for C++. What they include from the system comes first, outside
 * of extern "C".
 */
#ifndef SQUARES_TESTS_SUPPORT_C_H
#define SQUARES_TESTS_SUPPORT_C_H

#include <hwloc.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/outfile.h"
#include "base/outtext.h"
#include "base/patience.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/stop.h"
#include "base/units.h"
#include "crew/checkpoint.h"
#include "crew/claims.h"
#include "crew/crew.h"
#include "crew/dealer.h"
#include "crew/gil.h"
#include "crew/schedule.h"
#include "demo/band.h"
#include "demo/bill.h"
#include "demo/binding.h"
#include "demo/child.h"
#include "demo/chore.h"
#include "demo/convoy.h"
#include "demo/disk.h"
#include "demo/duet.h"
#include "demo/errand.h"
#include "demo/footprint.h"
#include "demo/gang.h"
#include "demo/lines.h"
#include "demo/losses.h"
#include "demo/near.h"
#include "demo/orders.h"
#include "demo/pairs.h"
#include "demo/program.h"
#include "demo/siege.h"
#include "demo/speedups.h"
#include "demo/staff.h"
#include "demo/stretch.h"
#include "demo/telling.h"
#include "demo/timeline.h"
#include "demo/tries.h"
#include "measure/bounds.h"
#include "measure/frequency.h"
#include "measure/interval.h"
#include "measure/load.h"
#include "measure/noise.h"
#include "measure/rounds.h"
#include "measure/samples.h"
#include "number/formats.h"
#include "number/numbers.h"
#include "number/parse.h"
#include "number/range.h"
#include "number/sink.h"
#include "number/source.h"
#include "number/tally.h"
#include "place/blocks.h"
#include "place/cores.h"
#include "place/evidence.h"
#include "place/findings.h"
#include "place/launch.h"
#include "place/lineup.h"
#include "place/machine.h"
#include "place/origin.h"
#include "place/picture.h"
#include "place/placement.h"
#include "place/plan.h"
#include "place/residency.h"
#include "place/seat.h"
#include "place/shapes.h"
#include "place/svg.h"
#include "report/contrast.h"
#include "report/efficiency.h"
#include "report/paragraph.h"
#include "report/placing.h"
#include "report/progress.h"
#include "report/report.h"
#include "work/alarms.h"
#include "work/chain.h"
#include "work/cost.h"
#include "work/crash.h"
#include "work/guard.h"
#include "work/loopback.h"
#include "work/pattern.h"
#include "work/scratch.h"
#include "work/server.h"
#include "work/stock.h"
#include "work/turn.h"
#include "work/work.h"
}

#endif
