/*
 * A well-behaved provider of progression/1 with simple rules, for tests of those who call it:
 *
 *   streak      per user and local date: the next day +1, the same or an earlier day unchanged, else 1. Updated first
 *   multiplier  1 + 0.02 for each day of the streak, at most 2
 *   xp          base_xp times multiplier, rounded down
 *   coins       half of xp, rounded down
 *   level       1 + total_xp / 100, never going down
 *   badges      streak_week, streak_2weeks and streak_month, by the award with which the streak reaches 7, 14 and 30 days
 *
 * All methods are idempotent by user and source: award answers the same again and gives nothing twice; revoke takes
 * back once, never below zero, and leaves the streak; revoke of what was never awarded takes nothing. What was revoked
 * may be awarded again. preview answers what award would, and writes nothing.
 *
 * Every call works in the caller's transaction, if there is one: begin is then a savepoint.
 */
#include "../testing.h"

#include <stdbool.h>

typedef enum method { PREVIEW, AWARD, REVOKE } method;

/* A call under way: from handle to its completion. */
typedef struct work {
    instance *self;
    hearth_context call;
    hearth_context transaction; /* 0 while there is none */
    method method;

    /* The input. */
    uint8_t user[16];
    char kind[65];
    char source[129];
    int64_t base_xp;
    int32_t local_date;

    /* The output. */
    int64_t xp, coins, percent, current, best, before, after;
    char badge[33];

    /* Why it fails. */
    hearth_status status;
    char message[257];
} work;

/* ---- Reading the input, whose shape the schema below has made certain. */

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    return at;
}

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at < end ? at + 1 : end;
}

static const char *skip_value(const char *at, const char *end)
{
    int depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = skip_string(at, end);
            continue;
        }
        if ((*at == ',' || *at == '}' || *at == ']') && depth == 0) {
            return at;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    }
    return at;
}

/* The text of a member's value; empty when there is none. */
static hearth_string member(hearth_string object, const char *name)
{
    const char *at = object.data, *end = object.data + object.length;
    at = skip_space(at, end);
    while (at < end && *at != '}') {
        const char *key = at = skip_space(at + 1, end); /* behind { or , */
        at = skip_string(at, end);
        bool found = (size_t)(at - key) == strlen(name) + 2 && memcmp(key + 1, name, strlen(name)) == 0;
        const char *value = at = skip_space(skip_space(at, end) + 1, end); /* behind the colon */
        at = skip_value(at, end);
        if (found) {
            return (hearth_string){value, (uint64_t)(at - value)};
        }
    }
    return text("");
}

/* Copies a string without escapes, which is all that identifiers need. */
static bool read_text(hearth_string value, char *into, size_t size)
{
    while (value.length > 0 && value.data[value.length - 1] != '"') {
        value.length--; /* white space behind it */
    }
    if (value.length < 2 || value.length - 2 >= size || memchr(value.data, '\\', value.length) != NULL) {
        return false;
    }
    memcpy(into, value.data + 1, value.length - 2);
    into[value.length - 2] = 0;
    return true;
}

static bool read_uuid(hearth_string value, uint8_t *uuid)
{
    char digits[37];
    if (!read_text(value, digits, sizeof digits) || strlen(digits) != 36) {
        return false;
    }
    const char *at = digits;
    for (int i = 0; i < 16; i++) {
        unsigned byte = 0;
        at += *at == '-';
        if (sscanf(at, "%2x", &byte) != 1) {
            return false;
        }
        uuid[i] = (uint8_t)byte;
        at += 2;
    }
    return true;
}

/* Days since 1970-01-01 of "YYYY-MM-DD". */
static bool read_date(hearth_string value, int32_t *date)
{
    char digits[11];
    int year = 0, month = 0, day = 0;
    if (!read_text(value, digits, sizeof digits) || sscanf(digits, "%4d-%2d-%2d", &year, &month, &day) != 3) {
        return false;
    }
    /* The year begins in March, so that the leap day is its last. */
    year -= month <= 2;
    int days_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *date = year * 365 + year / 4 - year / 100 + year / 400 + days_of_year - 719468;
    return true;
}

static bool read_input(work *job, hearth_bytes input)
{
    hearth_string object = {(const char *)input.data, input.length};
    hearth_string source = member(object, "source");
    hearth_string base = member(object, "base_xp");
    job->base_xp = 0;
    for (uint64_t i = 0; i < base.length && base.data[i] >= '0' && base.data[i] <= '9'; i++) {
        job->base_xp = job->base_xp * 10 + (base.data[i] - '0');
    }
    return read_uuid(member(object, "user_id"), job->user) && read_date(member(object, "local_date"), &job->local_date)
        && read_text(member(source, "kind"), job->kind, sizeof job->kind)
        && read_text(member(source, "id"), job->source, sizeof job->source);
}

/* ---- Completing the call. */

static void finish(work *job)
{
    instance *self = job->self;
    if (job->status != HEARTH_OK) {
        hearth_error error = {
            .size = sizeof error,
            .status = job->status,
            .code = text("progression_failed"),
            .message = text(job->message),
            .retryable = job->status == HEARTH_SERIALIZATION || job->status == HEARTH_UNAVAILABLE,
        };
        self->services->fail(self->host, job->call, &error);
    } else {
        char output[512];
        int length = snprintf(
            output, sizeof output,
            "{\"xp\": %lld, \"coins\": %lld, \"multiplier\": %d.%02d, \"streak\": {\"current\": %lld, \"best\": %lld},"
            " \"level\": {\"before\": %lld, \"after\": %lld}, \"badges\": [%s%s%s]}",
            (long long)job->xp, (long long)job->coins, (int)(job->percent / 100), (int)(job->percent % 100),
            (long long)job->current, (long long)job->best, (long long)job->before, (long long)job->after,
            job->badge[0] != 0 ? "\"" : "", job->badge, job->badge[0] != 0 ? "\"" : "");
        self->services->reply(self->host, job->call, (hearth_bytes){(const uint8_t *)output, (uint64_t)length});
    }
    free(job);
}

static void ended(void *user, const hearth_error *error)
{
    work *job = user;
    if (error != NULL && job->status == HEARTH_OK) {
        job->status = error->status;
        snprintf(job->message, sizeof job->message, "%.*s", (int)error->message.length, error->message.data);
    }
    finish(job);
}

/* Ends the transaction, if there is one, and then the call. */
static void end(work *job)
{
    instance *self = job->self;
    hearth_context transaction = job->transaction;
    if (transaction == 0) {
        finish(job);
        return;
    }
    hearth_status status = job->status == HEARTH_OK ? self->database->commit(self->host, transaction, ended, job)
                                                    : self->database->rollback(self->host, transaction, ended, job);
    if (status != HEARTH_OK) {
        job->status = job->status == HEARTH_OK ? status : job->status;
        finish(job);
    }
}

static void give_up(work *job, hearth_status status, hearth_string message)
{
    job->status = status;
    snprintf(job->message, sizeof job->message, "%.*s", (int)message.length, message.data);
    end(job);
}

/* ---- The work: begin, look up, write, commit. */

static hearth_value integer(int64_t number)
{
    return (hearth_value){.type = HEARTH_INTEGER, .as.integer = number};
}

static hearth_value text_value(const char *terminated)
{
    return (hearth_value){.type = HEARTH_TEXT, .as.bytes = {(const uint8_t *)terminated, strlen(terminated)}};
}

static hearth_value uuid_value(const uint8_t *uuid)
{
    hearth_value value = {.type = HEARTH_UUID};
    memcpy(value.as.uuid, uuid, 16);
    return value;
}

static void written(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    work *job = user;
    int64_t fails = 0;
    (void)results;
    (void)result_count;
    if (error != NULL) {
        give_up(job, error->status, error->message);
        return;
    }
    job->self->core->setting_integer(job->self->host, text("fail_award"), &fails);
    if (fails != 0 && job->method == AWARD) {
        give_up(job, HEARTH_FAILED, text("the setting fail_award is on"));
        return;
    }
    end(job);
}

static void write_all(work *job, const hearth_statement *first, const hearth_statement *second)
{
    const hearth_statement *statements[] = {first, second};
    instance *self = job->self;
    hearth_status status = self->database->batch(self->host, job->transaction, statements, 2, written, job);
    if (status != HEARTH_OK) {
        give_up(job, status, text("the statements were not accepted"));
    }
}

static void write_award(work *job)
{
    hearth_value given[] = {
        uuid_value(job->user),
        text_value(job->kind),
        text_value(job->source),
        integer(job->xp),
        integer(job->coins),
        integer(job->percent),
        integer(job->current),
        integer(job->best),
        integer(job->before),
        integer(job->after),
        text_value(job->badge),
        {.type = HEARTH_BOOLEAN, .as.integer = 0},
        {.type = HEARTH_TIMESTAMP, .as.integer = job->self->core->now(job->self->host)},
    };
    hearth_statement award = {
        .size = sizeof award,
        .sql = text("INSERT INTO progression_awards (user_id, source_kind, source_id, xp, coins, percent, current_streak,"
                    " best_streak, level_before, level_after, badge, is_revoked, awarded_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
                    " ON CONFLICT (user_id, source_kind, source_id) DO UPDATE SET xp = $4, coins = $5, percent = $6,"
                    " current_streak = $7, best_streak = $8, level_before = $9, level_after = $10, badge = $11,"
                    " is_revoked = $12, awarded_at = $13"),
        .parameters = given,
        .parameter_count = sizeof given / sizeof given[0],
    };
    hearth_value changed[] = {
        uuid_value(job->user), integer(job->xp), integer(job->coins), integer(job->after), integer(job->current),
        integer(job->best), {.type = HEARTH_DATE, .as.integer = job->local_date},
    };
    hearth_statement state = {
        .size = sizeof state,
        .sql = text("UPDATE progression SET total_xp = total_xp + $2, coins = coins + $3, level = $4, current_streak = $5,"
                    " best_streak = $6, last_date = CASE WHEN last_date > $7 THEN last_date ELSE $7 END WHERE user_id = $1"),
        .parameters = changed,
        .parameter_count = sizeof changed / sizeof changed[0],
    };
    write_all(job, &award, &state);
}

static void write_revocation(work *job)
{
    hearth_value key[] = {uuid_value(job->user), text_value(job->kind), text_value(job->source),
                          {.type = HEARTH_BOOLEAN, .as.integer = 1}};
    hearth_statement award = {
        .size = sizeof award,
        .sql = text("UPDATE progression_awards SET is_revoked = $4 WHERE user_id = $1 AND source_kind = $2 AND source_id = $3"),
        .parameters = key,
        .parameter_count = 4,
    };
    hearth_value taken[] = {uuid_value(job->user), integer(job->xp), integer(job->coins), integer(0)};
    hearth_statement state = {
        .size = sizeof state,
        .sql = text("UPDATE progression SET total_xp = greatest(total_xp - $2, $4), coins = greatest(coins - $3, $4)"
                    " WHERE user_id = $1"),
        .parameters = taken,
        .parameter_count = 4,
    };
    write_all(job, &award, &state);
}

/* Columns of what is looked up. */
static const hearth_type state_columns[] = {HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_DATE};
static const hearth_type award_columns[] = {HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER,
                                            HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_TEXT,    HEARTH_BOOLEAN};

/* What an award would give, from the user's state: total_xp, level, current_streak, best_streak, last_date. */
static void compute(work *job, const hearth_value *state)
{
    int64_t total = state != NULL ? state[0].as.integer : 0;
    int64_t streak = state != NULL ? state[2].as.integer : 0;
    bool has_date = state != NULL && state[4].type != HEARTH_NULL;
    int64_t gap = has_date ? job->local_date - state[4].as.integer : 0;
    bool grows = !has_date || gap > 0;
    job->current = !grows ? streak : has_date && gap == 1 ? streak + 1 : 1;
    job->best = state != NULL && state[3].as.integer > job->current ? state[3].as.integer : job->current;
    job->percent = job->current >= 50 ? 200 : 100 + 2 * job->current;
    job->xp = job->base_xp * job->percent / 100;
    job->coins = job->xp / 2;
    job->before = state != NULL ? state[1].as.integer : 1;
    int64_t reached = 1 + (total + job->xp) / 100;
    job->after = reached > job->before ? reached : job->before;
    if (grows && (job->current == 7 || job->current == 14 || job->current == 30)) {
        strcpy(job->badge, job->current == 7 ? "streak_week" : job->current == 14 ? "streak_2weeks" : "streak_month");
    }
}

static void looked_up(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    work *job = user;
    if (error != NULL) {
        give_up(job, error->status, error->message);
        return;
    }
    const hearth_rows *states = results[result_count - 2], *awards = results[result_count - 1];
    const hearth_value *state = states->row_count > 0 ? states->values : NULL;
    const hearth_value *award = awards->row_count > 0 ? awards->values : NULL;
    bool is_awarded = award != NULL && award[8].as.integer == 0;

    if (job->method != REVOKE && !is_awarded) {
        compute(job, state);
        if (job->method == AWARD) {
            write_award(job);
        } else {
            end(job);
        }
        return;
    }
    job->percent = 100;
    job->before = job->after = state != NULL ? state[1].as.integer : 1;
    if (award != NULL) {
        job->xp = award[0].as.integer;
        job->coins = award[1].as.integer;
        job->percent = award[2].as.integer;
    }
    if (job->method != REVOKE) { /* awarded before: the same answer again */
        job->current = award[3].as.integer;
        job->best = award[4].as.integer;
        job->before = award[5].as.integer;
        job->after = award[6].as.integer;
        snprintf(job->badge, sizeof job->badge, "%.*s", (int)award[7].as.bytes.length, (const char *)award[7].as.bytes.data);
        end(job);
        return;
    }
    job->current = state != NULL ? state[2].as.integer : 0;
    job->best = state != NULL ? state[3].as.integer : 0;
    if (is_awarded) {
        write_revocation(job);
    } else {
        end(job);
    }
}

static void look_up(work *job, hearth_context context)
{
    instance *self = job->self;
    hearth_value user[] = {uuid_value(job->user), integer(0), integer(0), integer(1)};
    hearth_value key[] = {user[0], text_value(job->kind), text_value(job->source)};
    hearth_statement ensure = {
        .size = sizeof ensure,
        .sql = text("INSERT INTO progression (user_id, total_xp, coins, level, current_streak, best_streak)"
                    " VALUES ($1, $2, $2, $4, $3, $3) ON CONFLICT (user_id) DO NOTHING"),
        .parameters = user,
        .parameter_count = 4,
    };
    hearth_statement state = {
        .size = sizeof state,
        /* The lock makes calls for the same user wait for each other: the streak is read and then written. */
        .sql = job->method == PREVIEW
            ? text("SELECT total_xp, level, current_streak, best_streak, last_date FROM progression WHERE user_id = $1")
            : text("SELECT total_xp, level, current_streak, best_streak, last_date FROM progression WHERE user_id = $1"
                   " FOR UPDATE"),
        .parameters = user,
        .parameter_count = 1,
        .columns = state_columns,
        .column_count = 5,
    };
    hearth_statement award = {
        .size = sizeof award,
        .sql = text("SELECT xp, coins, percent, current_streak, best_streak, level_before, level_after, badge, is_revoked"
                    " FROM progression_awards WHERE user_id = $1 AND source_kind = $2 AND source_id = $3"),
        .parameters = key,
        .parameter_count = 3,
        .columns = award_columns,
        .column_count = 9,
    };
    const hearth_statement *statements[] = {&ensure, &state, &award};
    bool reads = job->method == PREVIEW;
    hearth_status status = self->database->batch(self->host, context, reads ? statements + 1 : statements, reads ? 2 : 3,
                                                 looked_up, job);
    if (status != HEARTH_OK) {
        give_up(job, status, text("the statements were not accepted"));
    }
}

static void begun(void *user, const hearth_error *error, hearth_context transaction)
{
    work *job = user;
    if (error != NULL) {
        give_up(job, error->status, error->message);
        return;
    }
    job->transaction = transaction;
    look_up(job, transaction);
}

static bool is_method(const hearth_call *call, const char *name)
{
    return call->method.length == strlen(name) && memcmp(call->method.data, name, call->method.length) == 0;
}

static hearth_outcome handle(void *user, const hearth_call *call)
{
    instance *self = user;
    work *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    job->self = self;
    job->call = call->context;
    job->method = is_method(call, "award") ? AWARD : is_method(call, "revoke") ? REVOKE : PREVIEW;
    if (!read_input(job, call->input)) {
        give_up(job, HEARTH_INVALID, text("an identifier or the date is malformed"));
        return HEARTH_HANDLER_DONE;
    }
    if (job->method == PREVIEW) {
        look_up(job, call->context);
        return HEARTH_HANDLER_PENDING;
    }
    hearth_status status = self->database->begin(self->host, call->context, NULL, begun, job);
    if (status != HEARTH_OK) {
        give_up(job, status, text("no transaction could be begun"));
        return HEARTH_HANDLER_DONE;
    }
    return HEARTH_HANDLER_PENDING;
}

/* ---- The facet: members of the user object, read for many users at once. */

typedef struct facet_work {
    instance *self;
    hearth_context question;
    bool is_public;
    uint64_t user_count;
    uint8_t user_ids[]; /* a copy: the question lives long enough, but says it only of itself */
} facet_work;

static void facet_read(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    facet_work *job = user;
    instance *self = job->self;
    size_t capacity = 2 + (size_t)job->user_count * 200, length = 0;
    char *objects = error == NULL && result_count == 1 ? malloc(capacity) : NULL;
    if (objects == NULL) {
        self->users->answer_facet(self->host, job->question, (hearth_bytes){NULL, 0}); /* the facet is left out */
        free(job);
        return;
    }
    objects[length++] = '[';
    for (uint64_t i = 0; i < job->user_count; i++) {
        int64_t state[] = {1, 0, 0, 0, 0}; /* level, total_xp, coins, current and best streak */
        for (uint64_t row = 0; row < results[0]->row_count; row++) {
            const hearth_value *values = &results[0]->values[row * 6];
            if (memcmp(values[0].as.uuid, job->user_ids + i * 16, 16) == 0) {
                for (int column = 0; column < 5; column++) {
                    state[column] = values[column + 1].as.integer;
                }
            }
        }
        length += (size_t)snprintf(objects + length, capacity - length, "%s{\"level\": %lld, \"total_xp\": %lld,",
                                   i > 0 ? "," : "", (long long)state[0], (long long)state[1]);
        if (!job->is_public) {
            length += (size_t)snprintf(objects + length, capacity - length, " \"coins\": %lld,", (long long)state[2]);
        }
        length += (size_t)snprintf(objects + length, capacity - length, " \"current_streak\": %lld, \"best_streak\": %lld}",
                                   (long long)state[3], (long long)state[4]);
    }
    objects[length++] = ']';
    self->users->answer_facet(self->host, job->question, (hearth_bytes){(const uint8_t *)objects, length});
    free(objects);
    free(job);
}

static hearth_outcome read_facet(void *user, const hearth_facet_request *request)
{
    static const hearth_type columns[] = {HEARTH_UUID, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER, HEARTH_INTEGER,
                                          HEARTH_INTEGER};
    instance *self = user;
    size_t bytes = (size_t)request->user_count * 16;
    facet_work *job = malloc(sizeof *job + bytes);
    hearth_value *ids = calloc(request->user_count > 0 ? (size_t)request->user_count : 1, sizeof *ids);
    if (job == NULL || ids == NULL) {
        free(job);
        free(ids);
        return HEARTH_HANDLER_FAILED;
    }
    *job = (facet_work){.self = self, .question = request->context, .is_public = request->is_public != 0,
                        .user_count = request->user_count};
    memcpy(job->user_ids, request->user_ids, bytes);
    for (uint64_t i = 0; i < request->user_count; i++) {
        ids[i] = uuid_value(request->user_ids + i * 16);
    }
    hearth_value list = {.type = HEARTH_LIST, .as.bytes = {(const uint8_t *)ids, request->user_count}};
    hearth_statement statement = {
        .size = sizeof statement,
        .sql = text("SELECT user_id, level, total_xp, coins, current_streak, best_streak FROM progression WHERE user_id IN ($1)"),
        .parameters = &list,
        .parameter_count = 1,
        .columns = columns,
        .column_count = 6,
    };
    hearth_status status = self->database->query(self->host, request->context, &statement, facet_read, job);
    free(ids);
    if (status != HEARTH_OK) {
        free(job);
        return HEARTH_HANDLER_FAILED;
    }
    return HEARTH_HANDLER_PENDING;
}

/* ---- Registration. */

#define INPUT                                                                                                 \
    "{\"type\": \"object\", \"required\": [\"user_id\", \"source\", \"base_xp\", \"local_date\", \"occurred_at\"],"   \
    " \"properties\": {\"user_id\": {\"type\": \"string\", \"format\": \"uuid\"},"                              \
    " \"source\": {\"type\": \"object\", \"required\": [\"kind\", \"id\"], \"properties\": {"                     \
    "   \"kind\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 64},"                                 \
    "   \"id\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 128}}},"                                \
    " \"base_xp\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 1000000},"                               \
    " \"local_date\": {\"type\": \"string\", \"format\": \"date\"},"                                            \
    " \"occurred_at\": {\"type\": \"string\", \"format\": \"date-time\"}}}"
#define INTEGER "{\"type\": \"integer\"}"
#define OUTPUT                                                                                                \
    "{\"type\": \"object\", \"required\": [\"xp\", \"coins\", \"multiplier\", \"streak\", \"level\", \"badges\"],"    \
    " \"properties\": {\"xp\": " INTEGER ", \"coins\": " INTEGER ", \"multiplier\": {\"type\": \"number\"},"       \
    " \"streak\": {\"type\": \"object\", \"properties\": {\"current\": " INTEGER ", \"best\": " INTEGER "}},"     \
    " \"level\": {\"type\": \"object\", \"properties\": {\"before\": " INTEGER ", \"after\": " INTEGER "}},"      \
    " \"badges\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}}}"
#define METHOD(name, description) \
    "\"" name "\": {\"description\": \"" description "\", \"input\": " INPUT ", \"output\": " OUTPUT "}"

static const char service_schema[] =
    "{" METHOD("preview", "What award would give") ", " METHOD("award", "Gives, once for each source") ", "
    METHOD("revoke", "Takes back what was given for a source") "}";

static const char facet_schema[] =
    "{\"type\": \"object\", \"properties\": {\"level\": " INTEGER ", \"total_xp\": " INTEGER ", \"coins\": " INTEGER ","
    " \"current_streak\": " INTEGER ", \"best_streak\": " INTEGER "}}";

static hearth_status set_up(instance *self)
{
    if (self->database == NULL || self->services == NULL || self->users == NULL) {
        self->host->set_error(self->host, text("progression needs hearth.database/1, hearth.services/1 and hearth.users/1"));
        return HEARTH_DENIED;
    }
    hearth_service service = {
        .size = sizeof service,
        .name = text("progression/1"),
        .schema = text(service_schema),
        .handle = handle,
        .user = self,
    };
    hearth_facet facet = {
        .size = sizeof facet,
        .name = text("progression"),
        .schema = text(facet_schema),
        .read = read_facet,
        .user = self,
    };
    hearth_status status = self->services->provide(self->host, &service);
    return status == HEARTH_OK ? self->users->add_facet(self->host, &facet) : status;
}

PLUGIN("progression")
