/*
 * Rule: a plugin's statements may name its own tables, nothing else; users(id) is for foreign keys. Each route runs one
 * statement and answers {"status", "code", "message"}: HEARTH_INVALID for all but /own, before the engine sees it.
 */
#include "../testing.h"

typedef struct open_request {
    instance *self;
    hearth_context context;
} open_request;

static void completed(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    open_request open = *(open_request *)user;
    free(user);
    (void)results;
    (void)result_count;
    answer_error(open.self, open.context, error);
}

static const struct {
    const char *path, *sql;
    uint64_t column_count;
} attempts[] = {
    {"/foreign-table/habits", "SELECT title FROM habits", 1},
    {"/foreign-table/join", "SELECT h.title FROM foreign_table f JOIN habits h ON h.id = f.id", 1},
    {"/foreign-table/quoted", "SELECT title FROM \"habits\"", 1},
    {"/foreign-table/users", "SELECT email FROM users", 1},
    {"/foreign-table/change-users", "UPDATE users SET role = 'admin'", 0},
    {"/foreign-table/drop", "DROP TABLE habits", 0},
    {"/foreign-table/catalogue", "SELECT name FROM sqlite_master", 1},
    {"/foreign-table/two", "DELETE FROM foreign_table; DELETE FROM habits", 0},
    {"/foreign-table/user-ids", "SELECT f.name FROM foreign_table f JOIN users u ON u.id = f.id", 1},
    {"/foreign-table/own", "SELECT name FROM foreign_table", 1},
};
static const size_t attempt_count = sizeof attempts / sizeof attempts[0];

/* Which of them a request is for: the one whose path is the end of its path. */
static size_t attempt_of(const hearth_request *request)
{
    size_t i = 0;
    for (; i < attempt_count; i++) {
        size_t length = strlen(attempts[i].path);
        if (request->path.length >= length
            && memcmp(request->path.data + request->path.length - length, attempts[i].path, length) == 0) {
            break;
        }
    }
    return i;
}

static hearth_outcome run(void *user, const hearth_request *request)
{
    static const hearth_type columns[] = {HEARTH_TEXT};
    instance *self = user;
    size_t i = attempt_of(request);
    open_request *open = malloc(sizeof *open);
    if (open == NULL || i == attempt_count) {
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    *open = (open_request){self, request->context};
    hearth_statement statement = {
        .size = sizeof statement,
        .sql = text(attempts[i].sql),
        .columns = columns,
        .column_count = attempts[i].column_count,
    };
    hearth_status status = self->database->query(self->host, request->context, &statement, completed, open);
    if (status == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    answer(self, request->context, 200, "{\"status\": %u, \"code\": \"\", \"message\": \"not accepted\"}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    hearth_status status = HEARTH_OK;
    for (size_t i = 0; i < attempt_count && status == HEARTH_OK; i++) {
        status = serve(self, "GET", attempts[i].path, run, 0, 0);
    }
    return status;
}

PLUGIN("foreign-table")
