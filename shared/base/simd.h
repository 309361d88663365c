/*
 * simd - loops built for several instruction sets; the program chooses the machine's when it
 * starts. So one binary runs on every node of a cluster and still uses the widest vectors.
 */
#ifndef SQUARES_BASE_SIMD_H
#define SQUARES_BASE_SIMD_H

/* Put this before the definition of a function. Sanitizers cannot run the choice so early. */
#if defined(__x86_64__) && defined(__has_attribute) && !defined(SQUARES_SANITIZED)
#if __has_attribute(target_clones)
#define SIMD_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef SIMD_CLONES
#define SIMD_CLONES
#endif

#endif
