/* epoll, eventfd and the names of threads, which Swift's Glibc module does not have. */
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Declared by glibc for _GNU_SOURCE only, which would change other headers too. */
extern int pthread_setname_np(pthread_t thread, const char *name);
