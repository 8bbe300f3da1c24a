/*
 * What the plugins of this folder share that have a table with nothing in it but ids.
 */
#ifndef HEARTH_TESTING_TABLES_H
#define HEARTH_TESTING_TABLES_H

#include "testing.h"

/* Adds a row. The SQL has one parameter, the new id. */
static inline hearth_status insert_id(instance *self, hearth_context context, const char *sql, hearth_results done, void *user)
{
    hearth_value id = {.type = HEARTH_UUID};
    self->core->make_uuid(self->host, id.as.uuid);
    hearth_statement statement = {.size = sizeof statement, .sql = text(sql), .parameters = &id, .parameter_count = 1};
    return self->database->query(self->host, context, &statement, done, user);
}

/* A statement that counts. */
static inline hearth_statement count_statement(const char *sql)
{
    static const hearth_type columns[] = {HEARTH_INTEGER};
    return (hearth_statement){.size = sizeof(hearth_statement), .sql = text(sql), .columns = columns, .column_count = 1};
}

typedef struct counting {
    instance *self;
    hearth_context context;
} counting;

static inline void tell_count(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    counting open = *(counting *)user;
    free(user);
    (void)result_count;
    if (error != NULL) {
        answer_error(open.self, open.context, error);
    } else {
        answer(open.self, open.context, 200, "{\"count\": %d}", (int)results[0]->values[0].as.integer);
    }
}

/* Serves a request with {"count": n}. */
static inline hearth_outcome serve_count(instance *self, const hearth_request *request, const char *sql)
{
    counting *open = malloc(sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (counting){self, request->context};
    hearth_statement statement = count_statement(sql);
    if (self->database->query(self->host, request->context, &statement, tell_count, open) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    return HEARTH_HANDLER_FAILED;
}

#endif
