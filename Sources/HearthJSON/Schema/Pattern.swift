/// A regular expression that takes time in proportion to the text, whatever the text is.
///
/// The standard library's `Regex` backtracks: a client could stop a thread with a text made for the pattern. Here all
/// possibilities are followed at once (Thompson, 1968). Texts are compared by Unicode scalars, as ECMA 262 does with `u`.
struct Pattern: Sendable {
    /// As it was written.
    let text: String
    private var program: [Instruction] = []
    private var emissions = 0

    private enum Instruction: Sendable {
        case characters(CharacterRanges)
        case either(Int, Int)
        case jump(Int)
        case start
        case end
        case found
    }

    private static let maximumLength = 5000

    /// - Throws: ``PatternError`` for what is no regular expression, is not supported, or is too large.
    init(_ text: String) throws(PatternError) {
        self.text = text
        try emit(try PatternParser.tree(of: text))
        program.append(.found)
    }

    private mutating func emit(_ tree: PatternTree) throws(PatternError) {
        emissions += 1
        guard emissions < Self.maximumLength else { throw PatternError(message: "the pattern is too large") }
        switch tree {
        case .characters(let characters): program.append(.characters(characters))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches):
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let fork = placeholder()
                try emit(branch)
                jumps.append(placeholder())
                program[fork] = .either(fork + 1, program.count)
            }
            if let last = branches.last { try emit(last) }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .repeated(let inner, let minimum, let maximum):
            for _ in 0..<minimum { try emit(inner) }
            if let maximum {
                var forks: [Int] = []
                for _ in minimum..<maximum {
                    forks.append(placeholder())
                    try emit(inner)
                }
                for fork in forks { program[fork] = .either(fork + 1, program.count) }
            } else {
                let fork = placeholder()
                try emit(inner)
                program.append(.jump(fork))
                program[fork] = .either(fork + 1, program.count)
            }
        }
    }

    private mutating func placeholder() -> Int {
        program.append(.found)
        return program.count - 1
    }

    /// Whether the pattern matches somewhere in the text.
    func isFound(in text: String) -> Bool {
        var threads = Threads(capacity: program.count)
        var following = Threads(capacity: program.count)
        var scalars = text.unicodeScalars.makeIterator()
        var scalar = scalars.next()
        var isStart = true
        while true {
            // A match may begin at every place.
            if follow(0, into: &threads, isStart: isStart, isEnd: scalar == nil) { return true }
            guard let current = scalar else { return false }
            scalar = scalars.next()
            following.removeAll()
            for index in threads.waiting {
                guard case .characters(let characters) = program[index], characters.contains(current.value) else { continue }
                if follow(index + 1, into: &following, isStart: false, isEnd: scalar == nil) { return true }
            }
            swap(&threads, &following)
            isStart = false
        }
    }

    /// The places in the program that are waiting for the next character.
    private struct Threads {
        var waiting: [Int] = []
        private var visited: [Bool]
        private var marks: [Int] = []

        init(capacity: Int) { visited = [Bool](repeating: false, count: capacity) }

        /// Whether the place was not visited yet since the last removal.
        mutating func visit(_ index: Int) -> Bool {
            if visited[index] { return false }
            visited[index] = true
            marks.append(index)
            return true
        }

        mutating func removeAll() {
            for mark in marks { visited[mark] = false }
            marks.removeAll(keepingCapacity: true)
            waiting.removeAll(keepingCapacity: true)
        }
    }

    /// Follows all ways from a place up to the next character; true when one of them leads to a match.
    private func follow(_ first: Int, into threads: inout Threads, isStart: Bool, isEnd: Bool) -> Bool {
        var stack = [first]
        while let index = stack.popLast() {
            guard threads.visit(index) else { continue }
            switch program[index] {
            case .characters: threads.waiting.append(index)
            case .either(let a, let b):
                stack.append(b)
                stack.append(a)
            case .jump(let target): stack.append(target)
            case .start: if isStart { stack.append(index + 1) }
            case .end: if isEnd { stack.append(index + 1) }
            case .found: return true
            }
        }
        return false
    }
}
