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

static hearth_outcome run(instance *self, const hearth_request *request, const char *sql, uint64_t column_count)
{
    static const hearth_type columns[] = {HEARTH_TEXT};
    open_request *open = malloc(sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (open_request){self, request->context};
    hearth_statement statement = {.size = sizeof statement, .sql = text(sql), .columns = columns, .column_count = column_count};
    hearth_status status = self->database->query(self->host, request->context, &statement, completed, open);
    if (status == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    answer(self, request->context, 200, "{\"status\": %u, \"code\": \"\", \"message\": \"not accepted\"}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome read_habits(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT title FROM habits", 1);
}

static hearth_outcome join_habits(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT h.title FROM foreign_table f JOIN habits h ON h.id = f.id", 1);
}

static hearth_outcome quote_habits(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT title FROM \"habits\"", 1);
}

static hearth_outcome read_users(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT email FROM users", 1);
}

static hearth_outcome change_users(void *user, const hearth_request *request)
{
    return run(user, request, "UPDATE users SET role = 'admin'", 0);
}

static hearth_outcome drop_habits(void *user, const hearth_request *request)
{
    return run(user, request, "DROP TABLE habits", 0);
}

static hearth_outcome read_catalogue(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT name FROM sqlite_master", 1);
}

static hearth_outcome run_two(void *user, const hearth_request *request)
{
    return run(user, request, "DELETE FROM foreign_table; DELETE FROM habits", 0);
}

static hearth_outcome read_user_ids(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT f.name FROM foreign_table f JOIN users u ON u.id = f.id", 1);
}

static hearth_outcome read_own(void *user, const hearth_request *request)
{
    return run(user, request, "SELECT name FROM foreign_table", 1);
}

static hearth_status set_up(instance *self)
{
    static const struct {
        const char *path;
        hearth_handler handler;
    } routes[] = {
        {"/foreign-table/habits", read_habits},       {"/foreign-table/join", join_habits},
        {"/foreign-table/quoted", quote_habits},      {"/foreign-table/users", read_users},
        {"/foreign-table/change-users", change_users}, {"/foreign-table/drop", drop_habits},
        {"/foreign-table/catalogue", read_catalogue}, {"/foreign-table/two", run_two},
        {"/foreign-table/user-ids", read_user_ids},   {"/foreign-table/own", read_own},
    };
    hearth_status status = HEARTH_OK;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0] && status == HEARTH_OK; i++) {
        status = serve(self, "GET", routes[i].path, routes[i].handler, 0, 0);
    }
    return status;
}

PLUGIN("foreign-table")
