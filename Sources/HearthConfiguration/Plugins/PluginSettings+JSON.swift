import HearthJSON

extension PluginSettings {
    /// The settings that have a value as one JSON object, secrets included: what the plugin is given.
    public var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        for setting in settings {
            writer.key(setting.key)
            switch setting.value {
            case .text(let text): writer.value(text)
            case .integer(let number): writer.value(number)
            case .double(let number): writer.value(number)
            case .boolean(let flag): writer.value(flag)
            case .list(let texts):
                writer.beginArray()
                for text in texts { writer.value(text) }
                writer.endArray()
            }
        }
        writer.endObject()
        return writer.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
