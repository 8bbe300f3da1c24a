/*
 * How a thread waits for a `Mutex` of Swift's Synchronization, in a place that the thread sanitizer sees.
 *
 * The fast way of that lock is compiled into who uses it, and instrumented with him. The slow way, for a lock that is taken, lies in
 * the runtime, which is not: the sanitizer misses that the lock was ever taken, and reports a race on all that it guards. This
 * function has the name of the slow way and takes its place in the sanitized tests. The lock is 32 bits: 0, or the id of its owner.
 */
#include <sched.h>
#include <stdint.h>

/* Synchronization._MutexHandle._lockSlow(_: UInt32) */
__attribute__((swiftcall)) void lock_slow(uint32_t owner, __attribute__((swift_context)) uint32_t *handle)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");

__attribute__((swiftcall)) void lock_slow(uint32_t owner, __attribute__((swift_context)) uint32_t *handle)
{
    uint32_t free = 0;
    while (!__atomic_compare_exchange_n(handle, &free, owner, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        free = 0;
        sched_yield();
    }
}
