import HTTPTypes
import HearthHTTP
import NIOCore

/// The routes of the API description: the document and the page that shows it.
enum DescriptionRoutes {
    /// - Parameter document: gives the document once all routes are known
    static func routes(document: @escaping @Sendable () -> ByteBuffer) -> [Route] {
        [
            route("/openapi.json", "The API description (OpenAPI 3.1)", "application/json") { document() },
            page("/docs", "The API description as a page", "text/html", DocumentationPage.html),
            page("/docs/style.css", "The page's style", "text/css", DocumentationPage.style),
            page("/docs/script.js", "The page's script", "text/javascript", DocumentationPage.script),
        ]
    }

    private static func page(_ path: String, _ summary: String, _ type: String, _ text: String) -> Route {
        let bytes = ByteBuffer(string: text)
        return route(path, summary, type) { bytes }
    }

    private static func route(
        _ path: String, _ summary: String, _ type: String, _ content: @escaping @Sendable () -> ByteBuffer
    ) -> Route {
        let contentType = type.hasPrefix("text/") ? "\(type); charset=utf-8" : type
        let headers: HTTPFields = [
            .contentType: contentType,
            .contentSecurityPolicy: "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            .cacheControl: "no-cache",
        ]
        return Route(
            method: .get, paths: [path], access: .everybody, limit: .none,
            operation: """
                {"summary": "\(summary)", "tags": ["description"],
                 "responses": {"200": {"description": "Success", "content": {"\(type)": {}}}}}
                """,
            handler: HostHandler { _ in ServerResponse(headers: headers, body: .bytes(content())) })
    }
}
