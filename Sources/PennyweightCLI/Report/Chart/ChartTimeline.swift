internal import PennyweightLedger
internal import PennyweightTime

/// The days or hours of a chart, one slot each, those without a call too.
struct ChartTimeline {
    /// The most slots that are drawn: a month of hours, two years of days.
    static let slotLimit = 750
    /// The most slots that have a label.
    private static let labelLimit: Int64 = 8

    /// Days or hours since 1970.
    let first: Int64
    let count: Int
    /// True if there was more, and only the last slots are drawn.
    let isCut: Bool
    private let unitSeconds: Int64
    private let places: [Int64: Int]

    /// Slots from the first to the last bar. Bars whose name is no point in time have none.
    init(_ bars: ChartBars) {
        let unit: Int64 = bars.axis == .hour ? 3_600 : 86_400
        unitSeconds = unit
        var places: [Int64: Int] = [:]
        for (index, bar) in bars.bars.enumerated() {
            if let point = ReportPoint(bar.name) { places[point.time.seconds / unit] = index }
        }
        let last = places.keys.max() ?? 0
        let start = places.keys.min() ?? 0
        isCut = last - start >= Int64(ChartTimeline.slotLimit)
        first = isCut ? last - Int64(ChartTimeline.slotLimit) + 1 : start
        count = places.isEmpty ? 0 : Int(last - first) + 1
        self.places = places
    }

    /// The bar of a slot; nil if nothing was called then.
    func bar(in slot: Int) -> Int? { places[first + Int64(slot)] }

    /// The slots that have a label, and their labels: round days (Mondays, if they are many) or hours.
    var labels: [(slot: Int, text: String)] {
        let steps: [Int64] =
            unitSeconds == 3_600 ? [1, 2, 3, 6, 12, 24, 48, 96, 168] : [1, 2, 7, 14, 28, 56, 112]
        let step = steps.first { Int64(count) <= $0 * ChartTimeline.labelLimit } ?? steps[steps.count - 1]
        // 1970-01-05 was a Monday.
        let offset: Int64 = unitSeconds == 86_400 && step >= 7 ? 4 : 0
        return (0..<count).compactMap { slot in
            let number = first + Int64(slot)
            guard (number - offset) % step == 0 else { return nil }
            return (slot, text(of: number))
        }
    }

    private func text(of number: Int64) -> String {
        let time = Timestamp(seconds: number * unitSeconds)
        guard unitSeconds == 3_600 else { return time.day.description }
        return "\(time.day.description.suffix(5)) \(time.text.dropFirst(11).prefix(5))"
    }
}
