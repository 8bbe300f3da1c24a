import HearthKit

/// Which file to export.
struct ExportQuery: Input {
    var format = FileFormat.json

    static let schema = Schema<ExportQuery>("ExportQuery") {
        Field("format", \.format)
    }
}

/// How to import a file.
struct ImportQuery: Input {
    var isDryRun = false

    static let schema = Schema<ImportQuery>("ImportQuery") {
        Field("dry_run", \.isDryRun, .docs("Whether only to tell what would be added."))
    }
}

extension Routes {
    /// Files of habits.
    ///
    /// - Parameters:
    ///   - table: Reads comma-separated values.
    ///   - limit: How many habits a user may have.
    func addTransfer(_ table: HabitsTable, atMost limit: Int) {
        reply(
            .get, "/habits/export", "Export all habits and completions", query: ExportQuery.self, documents: HabitsFile.self,
            options: RouteOptions(
                deadline: .seconds(300), answerTypes: ["text/csv"],
                docs: """
                    As JSON, or as one table of comma-separated values, whose cells spreadsheets do not take for formulas. Either \
                    can be imported again.
                    """)
        ) { request in
            let (user, format) = (try request.user, request.query.format)
            let name = "habits-\(try Today(of: user, in: request.context).date).\(format.rawValue)"
            let headers = [(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")]
            return .stream(contentType: format.contentType, headers: headers) { stream in
                try await request.context.export(of: user.id, as: format, to: stream)
            }
        }
        let docs = """
            Adds what is not there yet, and changes nothing that is: to import a file twice is as good as once. All of it is added \
            or, when something is wrong, nothing. Imported completions earn nothing.
            """
        // The largest file has 30,000 completions of a few hundred bytes each.
        func options(_ mediaTypes: [String], _ docs: String) -> RouteOptions {
            RouteOptions(
                deadline: .seconds(300), bodyLimit: 16 << 20, mediaTypes: mediaTypes, isBlocking: true, docs: docs)
        }
        route(
            .post, "/habits/import", "Import habits and completions", query: ImportQuery.self, body: HabitsFile.self,
            options: options([], docs)
        ) { request in
            try await request.context.add(
                ImportFile(request.body), by: request.user, isDryRun: request.query.isDryRun, atMost: limit)
        }
        route(
            .post, "/habits/import/csv", "Import habits and completions as comma-separated values", query: ImportQuery.self,
            body: [UInt8].self,
            options: options(
                ["text/csv"],
                docs + """
                     The first line names the columns, those of the export in any order; `record` says whether a line is a `habit` \
                    or a `completion`. Of what is wrong, `errors` names line and column.
                    """)
        ) { request in
            try await request.context.add(
                table.read(request.body), by: request.user, isDryRun: request.query.isDryRun, atMost: limit)
        }
    }
}
