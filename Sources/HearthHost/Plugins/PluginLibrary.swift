import CHearth
import HearthConfiguration

#if canImport(Glibc)
    import Glibc
#endif

/// A plugin's library in this process. It is never unloaded: code of it may be on some stack for ever.
struct PluginLibrary: @unchecked Sendable {
    // `@unchecked Sendable`: the descriptor is constant data of the library.
    let descriptor: UnsafePointer<hearth_plugin>

    /// Loads a library and looks at its descriptor; runs no code of it but its constructors and the entry.
    ///
    /// - Throws: ``PluginFailure`` that says what is wrong with which file
    init(_ manifest: PluginManifest) throws(PluginFailure) {
        let path = manifest.libraryPath
        func fail(_ message: String) -> PluginFailure { PluginFailure(plugin: manifest.id, "\(path): \(message)") }
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | CInt(RTLD_NODELETE)) else {
            throw fail(dlerror().map { String(cString: $0) } ?? "the library cannot be loaded")
        }
        guard let symbol = dlsym(handle, "hearth_plugin_entry") else {
            throw fail("the library does not export hearth_plugin_entry: mark the function with HEARTH_EXPORT")
        }
        let entry = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafePointer<hearth_plugin>?).self)
        guard let descriptor = entry() else { throw fail("hearth_plugin_entry returned NULL instead of a descriptor") }
        // Size and version stand first, in every revision there will ever be.
        guard descriptor.pointee.abi == HEARTH_ABI else {
            throw fail(
                "the plugin was built for version \(descriptor.pointee.abi) of the interface, and this host speaks \(HEARTH_ABI): "
                    + "build it with this host's header")
        }
        guard descriptor.pointee.size >= 48 else {
            throw fail("the descriptor says that it has \(descriptor.pointee.size) bytes, which is too few")
        }
        let plugin = StructReader.read(descriptor, size: descriptor.pointee.size)
        guard plugin.id.text == manifest.id else {
            throw fail("the library is the plugin \"\(plugin.id.text ?? "?")\", and plugin.toml says \"\(manifest.id)\"")
        }
        guard plugin.version.text == manifest.version else {
            throw fail("the library has version \(plugin.version.text ?? "?"), and plugin.toml says \(manifest.version)")
        }
        guard plugin.`init` != nil else { throw fail("the descriptor has no init") }
        self.descriptor = descriptor
    }

    /// The descriptor, with zeros for what an older one does not have.
    var plugin: hearth_plugin { StructReader.read(descriptor, size: descriptor.pointee.size) }
}
