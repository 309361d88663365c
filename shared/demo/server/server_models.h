/*
 * server_models - the five models of a server that the demo compares, in the order of the
 * LOAD_TEST_ constants.
 */
#ifndef SQUARES_DEMO_SERVER_SERVER_MODELS_H
#define SQUARES_DEMO_SERVER_SERVER_MODELS_H

#include "demo/server/load_test.h"

extern const struct load_test_model SERVER_MODELS[LOAD_TEST_MODELS]; /* in demo/server.c */

server_process_fn serve_by_events; /* one of them: in serve_events.c */

#endif
