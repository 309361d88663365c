/*
 * futex - sleeping on a word of memory, which processes may share (futex(2)). Any thread may call
 * these functions.
 */
#ifndef SQUARES_BASE_FUTEX_H
#define SQUARES_BASE_FUTEX_H

#include <stdint.h>

/* Sleeps while *word is `known`, for at most `longest_ns`; may return early for no reason. The
 * kernel checks the word before it lets a thread sleep, so a change between the caller's look and
 * this call is not missed. */
void futex_sleep(const unsigned *word, unsigned known, int64_t longest_ns);

/* Wakes all threads that sleep on the word. Call it after changing the word. */
void futex_wake(const unsigned *word);

#endif
