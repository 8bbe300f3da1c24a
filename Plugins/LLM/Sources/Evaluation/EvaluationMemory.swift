import HearthKit

/// Remembers evaluations by models, so that an equal request costs nothing: the same user, task, history and model.
///
/// A user's evaluations are his: what a model says may be about his history. The whole question is kept with the answer and
/// compared, so that two questions with the same key are never taken for each other.
struct EvaluationMemory: Sendable {
    private let key: String
    private let question: String

    /// - Parameters:
    ///   - request: What is asked.
    ///   - model: Who would answer.
    init(_ request: EvaluationRequest, model: String) {
        var json = JSONWriter()
        json.beginArray()
        json.value(EvaluationPrompt.version)
        json.value(model)
        request.task.write(to: &json)
        request.user.write(to: &json)
        request.history.write(to: &json)
        json.endArray()
        question = json.text
        // FNV-1a: spreads keys; what keeps questions apart is the comparison.
        let hash = question.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        key = "evaluation:\(request.userID):\(String(hash, radix: 16))"
    }

    /// The evaluation of an equal request, if it is remembered.
    func recall(in context: Context) async -> Evaluation? {
        guard let bytes = try? await context.cache.bytes(key), let kept = try? JSONValue(parsing: bytes),
            kept["question"]?.string == question, let answer = kept["evaluation"]
        else { return nil }
        return try? Evaluation(json: answer)
    }

    /// Remembers an evaluation; a cache that cannot be reached remembers nothing.
    ///
    /// - Parameters:
    ///   - evaluation: By a model.
    ///   - time: For how long.
    ///   - context: On whose behalf.
    func keep(_ evaluation: Evaluation, for time: Duration, in context: Context) async {
        var json = JSONWriter()
        json.beginObject()
        json.key("question")
        json.value(question)
        json.key("evaluation")
        evaluation.write(to: &json)
        json.endObject()
        try? await context.cache.set(key, json.bytes, for: time)
    }
}
