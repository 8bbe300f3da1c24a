/// Gathers the objects that schemas refer to by name, each once; they may refer to themselves and to each other.
struct Components {
    private(set) var all: [any Object.Type] = []

    /// Adds what a type refers to, and the type itself if it is an object.
    mutating func add(_ type: any SchemaValue.Type) {
        guard let object = type as? any Object.Type else {
            for part in type.parts { add(part) }
            return
        }
        guard !all.contains(where: { $0 == object }) else { return }
        all.append(object)
        addMembers(of: object)
    }

    /// Adds what the members of an object refer to.
    mutating func addMembers(of object: any Object.Type) {
        for type in object.memberTypes { add(type) }
    }
}
