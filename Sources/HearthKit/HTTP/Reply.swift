import HearthJSON

/// An answer of any form, for routes that do more than return a value.
public struct Reply: Sendable {
    /// 200 to 599.
    public var status: Int
    /// Further header fields. Cookies: one `Set-Cookie` each.
    public var headers: [(name: String, value: String)]

    enum Content: Sendable {
        case none
        case json(@Sendable (inout JSONWriter) -> Void)
        case bytes([UInt8], contentType: String)
        case file(String, contentType: String)
        case stored(key: String)
        case stream(contentType: String, @Sendable (ReplyStream) async throws -> Void)
    }

    let content: Content

    /// A value as JSON.
    public static func json(
        _ value: some JSONEncodable, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> Reply {
        Reply(status: status, headers: headers, content: .json { value.write(to: &$0) })
    }

    /// Exact bytes.
    public static func bytes(
        _ bytes: [UInt8], contentType: String, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> Reply {
        Reply(status: status, headers: headers, content: .bytes(bytes, contentType: contentType))
    }

    /// No body.
    public static func empty(status: Int = 204, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status: status, headers: headers, content: .none)
    }

    /// Sends the client elsewhere.
    public static func redirect(to location: String, status: Int = 303) -> Reply {
        Reply(status: status, headers: [("Location", location)], content: .none)
    }

    /// A file in the plugin's data folder or its own folder, with ranges and conditional requests.
    public static func file(_ path: String, contentType: String, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(status: 200, headers: headers, content: .file(path, contentType: contentType))
    }

    /// A file of the plugin (``PluginFiles``), with ranges and conditional requests; 404 when there is none.
    ///
    /// - Parameters:
    ///   - key: Of the file.
    ///   - name: Under which a browser saves it; nil to let it be shown.
    public static func stored(
        _ key: String, savedAs name: String? = nil, headers: [(name: String, value: String)] = []
    ) -> Reply {
        let disposition = name.map { [(name: "Content-Disposition", value: ContentDisposition.attachment($0))] } ?? []
        return Reply(status: 200, headers: headers + disposition, content: .stored(key: key))
    }

    /// A body that is sent piece by piece.
    ///
    /// - Parameter send: Sends the pieces; the answer ends when it returns.
    public static func stream(
        contentType: String, headers: [(name: String, value: String)] = [],
        _ send: @escaping @Sendable (ReplyStream) async throws -> Void
    ) -> Reply {
        Reply(status: 200, headers: headers, content: .stream(contentType: contentType, send))
    }
}
