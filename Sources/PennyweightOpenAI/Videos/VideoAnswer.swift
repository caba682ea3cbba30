internal import PennyweightJSON
internal import PennyweightLedger

/// Reads a video job: what it will have cost when it is done.
enum VideoAnswer {
    /// The seconds at the size that the job has, which is not always the size that was asked for; zero if it
    /// failed. Empty if the seconds can't be read.
    static func meters(in job: JSONNode) -> [Usage.Meter] {
        let variant = (job["size"] ?? job["resolution"])?.string.flatMap(VideoVariant.name(of:))
        if job["status"]?.string == "failed" {
            return [Usage.Meter(.videoSecond, variant: variant, count: 0)]
        }
        let seconds = job["seconds"]?.integer ?? job["seconds"]?.string.flatMap { Int64($0) }
        guard let seconds, seconds >= 0 else { return [] }
        return [Usage.Meter(.videoSecond, variant: variant, count: seconds)]
    }

    /// True while it isn't decided whether a job, or a response in the background, succeeds.
    static func isUndecided(_ answer: JSONNode) -> Bool {
        let isJob = ["video", "response"].contains(answer["object"]?.string)
        return isJob && ["queued", "in_progress"].contains(answer["status"]?.string)
    }
}
