public import PennyweightTime

/// What a provider says was used and charged: the rows of its usage and costs exports.
public struct Invoice: Sendable, Hashable {
    /// What one export is about.
    public enum Service: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Chat, legacy completions and responses.
        case completions
        case embeddings
        case moderations
        case images
        case audioSpeeches = "audio_speeches"
        case audioTranscriptions = "audio_transcriptions"
        /// What was charged, for everything.
        case costs

        public static func < (left: Service, right: Service) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// A span of time that the export covers, whether or not anything happened in it.
    public struct Bucket: Sendable, Hashable, Comparable {
        public let start: Timestamp
        /// Not part of the bucket any more.
        public let end: Timestamp

        public init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }

        public static func < (left: Bucket, right: Bucket) -> Bool {
            (left.start, left.end) < (right.start, right.end)
        }
    }

    /// One row: figures of one bucket, for a project and a model if the export is grouped by them.
    public struct Line: Sendable, Hashable {
        public var service: Service
        public var bucket: Bucket
        public var project: String?
        /// The model; for costs what was charged for: the model, or the name of something else.
        public var name: String?
        public var quantities: [InvoiceFigure: Int128]

        public init(
            service: Service, bucket: Bucket, project: String? = nil, name: String? = nil,
            quantities: [InvoiceFigure: Int128]
        ) {
            self.service = service
            self.bucket = bucket
            self.project = project
            self.name = name
            self.quantities = quantities
        }
    }

    public private(set) var lines: [Line] = []
    /// The buckets that are covered, by service; those of one service don't overlap.
    public private(set) var buckets: [Service: Set<Bucket>] = [:]
    /// What was left out, and why.
    public var notes: [String] = []

    public init() {}

    /// Adds what one file says about one service.
    ///
    /// Throws an ``InvoiceOverlap`` if a bucket overlaps one that another file gave: it would count twice.
    public mutating func add(
        _ lines: [Line], covering covered: Set<Bucket>, of service: Service
    ) throws(InvoiceOverlap) {
        let all = (buckets[service] ?? []).union(covered).sorted()
        if let twice = buckets[service]?.intersection(covered).min() {
            throw InvoiceOverlap(service: service, bucket: twice)
        }
        for (first, second) in zip(all, all.dropFirst()) where second.start < first.end {
            throw InvoiceOverlap(service: service, bucket: second)
        }
        self.lines += lines
        buckets[service] = Set(all)
    }
}

/// Why two exports can't be read together: they cover the same time.
public struct InvoiceOverlap: Error, Sendable, Hashable, CustomStringConvertible {
    public let service: Invoice.Service
    public let bucket: Invoice.Bucket

    public var description: String {
        "The time from \(bucket.start.text) of '\(service.rawValue)' is covered twice: give each "
            + "period once, with one width of bucket."
    }
}
