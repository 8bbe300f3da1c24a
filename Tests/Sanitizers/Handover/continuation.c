/*
 * How a value is handed to a task through a continuation, in a place that the thread sanitizer sees.
 *
 * Who resumes a task happens before what the task does next. The runtime tells the sanitizer so when the task was suspended by
 * then, and forgets it when the resumption came first: all that was handed over counts as a race. Here the resumption is noted, and
 * each await goes on by way of `go_on`, which takes the note up. Functions of the runtime are replaced by those of the same name.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context))
#define UNSEEN __attribute__((disable_sanitizer_instrumentation))

void __tsan_acquire(void *place);
void __tsan_release(void *place);
SWIFT void *swift_task_getCurrent(void);

/* The beginning of what awaits. */
typedef struct context context;
struct context {
    context *parent;
    ASYNC void (*resume)(CONTEXT context *);
};
typedef ASYNC void (*resumption)(CONTEXT context *);

/* Where the contexts that wait go on: rarely more than a few hundred at a time. */
enum { PLACES = 1 << 16 };
static struct {
    context *waiting;
    resumption resume;
} places[PLACES];
static int is_locked;

UNSEEN static resumption exchange(context *waiting, resumption resume)
{
    size_t place = ((uintptr_t)waiting >> 4) % PLACES;
    while (__atomic_exchange_n(&is_locked, 1, __ATOMIC_ACQUIRE)) {
        sched_yield();
    }
    /* The end of a run of places is marked by NULL, a place given back by resume alone. */
    size_t free = PLACES;
    for (size_t tried = 0; tried < PLACES && places[place].waiting != waiting; tried++) {
        if (places[place].resume == NULL && free == PLACES) {
            free = place;
        }
        if (places[place].waiting == NULL) {
            break;
        }
        place = (place + 1) % PLACES;
    }
    if (places[place].waiting != waiting) {
        if (free == PLACES) {
            abort();
        }
        place = free;
        places[place].waiting = waiting;
    }
    resumption before = places[place].resume;
    places[place].resume = resume;
    __atomic_store_n(&is_locked, 0, __ATOMIC_RELEASE);
    return before;
}

UNSEEN static void *original(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        abort();
    }
    return function;
}

UNSEEN ASYNC static void go_on(CONTEXT context *waiting)
{
    resumption resume = exchange(waiting, NULL);
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return resume(waiting);
}

typedef ASYNC void (*awaiting)(context *);

UNSEEN ASYNC void swift_continuation_await(context *waiting)
{
    exchange(waiting, waiting->resume);
    waiting->resume = go_on;
    awaiting await = (awaiting)original("swift_continuation_await");
    __attribute__((musttail)) return await(waiting);
}

UNSEEN SWIFT void swift_continuation_resume(void *task)
{
    __tsan_release(task);
    ((SWIFT void (*)(void *))original("swift_continuation_resume"))(task);
}

UNSEEN SWIFT void swift_continuation_throwingResume(void *task)
{
    __tsan_release(task);
    ((SWIFT void (*)(void *))original("swift_continuation_throwingResume"))(task);
}

UNSEEN SWIFT void swift_continuation_throwingResumeWithError(void *task, void *error)
{
    __tsan_release(task);
    ((SWIFT void (*)(void *, void *))original("swift_continuation_throwingResumeWithError"))(task, error);
}
