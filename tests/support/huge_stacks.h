/*
 * huge_stacks - for as long as it lives new threads get stacks so large that a few fill the address
 * space: some thread cannot start.
 */
#ifndef SQUARES_TESTS_SUPPORT_HUGE_STACKS_H
#define SQUARES_TESTS_SUPPORT_HUGE_STACKS_H

#include <pthread.h>

class HugeStacks
{
  public:
    HugeStacks()
    {
        pthread_attr_t huge;
        (void)pthread_getattr_default_np(&old_);
        (void)pthread_attr_init(&huge);
        (void)pthread_attr_setstacksize(&huge, size_t{1} << 45);
        (void)pthread_setattr_default_np(&huge);
        (void)pthread_attr_destroy(&huge);
    }
    ~HugeStacks()
    {
        (void)pthread_setattr_default_np(&old_);
        (void)pthread_attr_destroy(&old_);
    }
    HugeStacks(const HugeStacks &) = delete;
    HugeStacks &operator=(const HugeStacks &) = delete;

  private:
    pthread_attr_t old_;
};

#endif
