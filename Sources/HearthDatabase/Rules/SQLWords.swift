/// What the rules know about words.
enum SQLWords {
    /// Words that cannot name a table, column or function.
    static let keywords: Set<String> = [
        "all", "and", "as", "asc", "between", "by", "case", "cast", "conflict", "cross", "delete", "desc", "distinct", "do",
        "else", "end", "escape", "except", "exists", "filter", "for", "from", "full", "group", "having", "in", "inner", "insert",
        "intersect", "into", "is", "join", "left", "like", "limit", "natural", "not", "nothing", "null", "nulls", "offset",
        "on", "or", "order", "outer", "over", "partition", "recursive", "returning", "right", "select", "set", "then", "true",
        "false", "union", "update", "using", "values", "when", "where", "window", "with", "materialized",
    ]

    /// Functions that mean the same on both engines.
    static let functions: Set<String> = [
        "abs", "avg", "coalesce", "count", "cume_dist", "dense_rank", "first_value", "greatest", "hearth_fold", "lag",
        "last_value",
        "lead", "least", "length", "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif", "percent_rank", "rank",
        "replace",
        "round", "row_number", "rtrim", "substr", "sum", "trim", "upper",
    ]

    /// Types that `CAST` may name.
    static let castTypes: Set<String> = ["text", "integer", "bigint", "double"]

    /// Words that are refused wherever they stand, with the cure.
    static let refused: [String: String] = [
        "ilike": "ILIKE is not portable: compare hearth_fold(column) LIKE hearth_fold($1)",
        "glob": "GLOB is not portable: use LIKE",
        "regexp": "REGEXP is not portable: use LIKE, or match in code",
        "lateral": "LATERAL is not portable: use a join or a window function",
        "collate": "COLLATE is not portable: text is ordered by its bytes; use hearth_fold(column)",
        "current_timestamp": "CURRENT_TIMESTAMP is not portable: pass the time as a parameter, from the host's clock",
        "current_date": "CURRENT_DATE is not portable: pass the date as a parameter, from the host's clock",
        "current_time": "CURRENT_TIME is not portable: pass the time as a parameter, from the host's clock",
        "localtime": "LOCALTIME is not portable: pass the time as a parameter, from the host's clock",
        "localtimestamp": "LOCALTIMESTAMP is not portable: pass the time as a parameter, from the host's clock",
        "rowid": "rowid exists on SQLite only: use the primary key",
        "ctid": "ctid exists on PostgreSQL only: use the primary key",
        "isnull": "ISNULL is not portable: write IS NULL",
        "notnull": "NOTNULL is not portable: write IS NOT NULL",
    ]

    /// Functions that are refused with a particular cure.
    static let refusedFunctions: [String: String] = {
        let clock = "pass the time as a parameter, from the host's clock"
        let arithmetic = "compute dates in code and pass them as parameters"
        let lists = "read the rows and join them in code"
        let json = "read the whole JSON and take it apart in code"
        var cures: [String: String] = [
            "any": "write column IN ($1) with a list parameter", "some": "write column IN ($1) with a list parameter",
            "all": "write column NOT IN ($1) with a list parameter", "ifnull": "write coalesce", "iif": "write CASE WHEN",
            "isnull": "write coalesce", "nvl": "write coalesce", "substring": "write substr(text, first, count)",
            "char_length": "write length", "random": "choose in code", "total": "write coalesce(sum(x), 0)",
            "last_insert_rowid": "write RETURNING id", "changes": "read the number of affected rows of the result",
            "gen_random_uuid": "make UUIDs of version 7 in code and pass them as parameters",
            "nextval": "use a column of type identity and RETURNING", "unaccent": "write hearth_fold",
            "concat": "write a || b", "format": "format in code", "printf": "format in code", "unnest": "pass a list to IN ($1)",
            "generate_series": "count in code", "ceil": "round in code", "floor": "round in code", "power": "compute in code",
            "sqrt": "compute in code",
        ]
        for name in ["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"] {
            cures[name] = clock
        }
        for name in [
            "date", "time", "datetime", "julianday", "unixepoch", "strftime", "extract", "date_trunc", "date_part", "age",
            "to_char", "to_date", "to_timestamp", "make_date", "make_interval",
        ] { cures[name] = arithmetic }
        for name in ["group_concat", "string_agg", "array_agg"] { cures[name] = lists }
        for name in ["json", "json_extract", "json_each", "json_group_array", "json_group_object", "json_agg", "jsonb_agg"] {
            cures[name] = json
        }
        return cures
    }()

    /// First words of a statement that are refused, with the cure.
    static let refusedStatements: [String: String] = {
        let transaction = "transactions are begun and ended through the interface"
        let schema = "the schema is changed by migrations"
        let setting = "settings of the database belong to the operator"
        return [
            "begin": transaction, "start": transaction, "commit": transaction, "end": transaction, "rollback": transaction,
            "savepoint": transaction, "release": transaction, "abort": transaction, "create": schema, "alter": schema,
            "drop": schema, "truncate": "write DELETE FROM", "reindex": schema, "comment": schema, "grant": schema,
            "revoke": schema, "pragma": setting, "set": setting, "reset": setting, "show": setting, "vacuum": setting,
            "analyze": setting, "attach": "there is one database", "detach": "there is one database",
            "explain": "use the tools of the engine", "replace": "write INSERT … ON CONFLICT",
            "merge": "write INSERT … ON CONFLICT",
            "copy": "write INSERT", "lock": "write SELECT … FOR UPDATE", "listen": "use events", "notify": "use events",
            "call": "there are no procedures", "do": "there are no procedures", "declare": "read page by page",
            "prepare": "statements are prepared by the host",
        ]
    }()
}
