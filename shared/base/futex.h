/*
 * futex - sleeping on a word of memory, also of memory shared by processes (futex(2)). Any thread.
 */
#ifndef SQUARES_BASE_FUTEX_H
#define SQUARES_BASE_FUTEX_H

#include <stdint.h>

/* Sleeps while *word is `known`, for at most `longest_ns`; may return early for no reason. The
 * kernel looks at the word before it lets anybody sleep, so a change between the caller's look and
 * this call is not missed. */
void futex_sleep(const unsigned *word, unsigned known, int64_t longest_ns);

/* Wakes all who sleep on it; to be called behind its change. */
void futex_wake(const unsigned *word);

#endif
