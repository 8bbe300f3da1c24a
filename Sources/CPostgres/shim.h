#include <postgresql/libpq-fe.h>

/* Ends a unit of the pipeline. From version 17 on libpq can do that without writing to the socket at once. */
static inline int hearth_pq_sync(PGconn *connection) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    return PQsendPipelineSync(connection);
#else
    return PQpipelineSync(connection);
#endif
}
