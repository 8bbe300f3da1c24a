/// Where the host keeps its data.
public enum DatabaseAddress: Sendable, Equatable {
    /// An SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL server, as a `postgresql://` URL.
    case postgresql(url: String)

    /// Reads `sqlite:PATH`, `sqlite:///PATH`, `postgresql://…` and its aliases `postgres://…` and `postgresql+asyncpg://…`.
    init?(parsing text: String) {
        if text.hasPrefix("sqlite:") {
            var path = text.dropFirst("sqlite:".count)
            if path.hasPrefix("//") {
                // As SQLAlchemy writes it: three slashes begin a relative path, four an absolute one.
                guard path.hasPrefix("///") else { return nil }
                path = path.dropFirst(3)
            }
            guard !path.isEmpty, !path.contains("?") else { return nil }
            self = .sqlite(path: String(path))
            return
        }
        for scheme in ["postgresql://", "postgres://", "postgresql+asyncpg://"] where text.hasPrefix(scheme) {
            var rest = String(text.dropFirst(scheme.count))
            guard !rest.isEmpty else { return nil }
            if scheme.hasPrefix("postgresql+") {
                // The one parameter that has another name there.
                for start in ["?", "&"] { rest = rest.replacing("\(start)ssl=", with: "\(start)sslmode=") }
            }
            self = .postgresql(url: "postgresql://" + rest)
            return
        }
        return nil
    }
}
