import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("ChartBars")
struct ChartBarsTests {
    @Test("the eight greatest series keep their names, the others are one more, and no money is lost")
    func series() {
        let bars = ChartBars(ReportSample.daysAndModels)
        #expect(bars.axis == .day && bars.colors == .model)
        #expect(bars.series.count == 9 && bars.series.last == "3 others" && bars.hasRest)
        #expect(bars.sums.reduce(.zero) { $0 + $1.charged } == ReportSample.daysAndModels.total.charged)
        let lengths = bars.sums.dropLast().map(\.length)
        #expect(lengths == lengths.sorted(by: >))
    }

    @Test("nine series need no remainder")
    func nine() {
        let rows = (1...9).map { (["2026-11-01", "m\($0)"], Int128($0), Int128(0)) }
        let bars = ChartBars(ReportSample.pairs([.day, .model], rows))
        #expect(bars.series.count == 9 && !bars.hasRest && bars.series.first == "m9")
    }

    @Test("a grouping of time is the axis, wherever it stands")
    func axis() {
        let report = ReportSample.pairs(
            [.model, .day], [(["m", "2026-11-02"], 1, 0), (["n", "2026-11-02"], 2, 0)])
        let bars = ChartBars(report)
        #expect(bars.axis == .day && bars.colors == .model && bars.bars.count == 1)
        #expect(bars.bars[0].sum.charged.picos == 3)
    }

    @Test("bars without a time stand in the order of their length, and those beyond a limit are one more")
    func ranking() {
        let rows = (1...30).map { (["m\($0)", "k"], Int128($0), Int128(0)) }
        let bars = ChartBars(ReportSample.pairs([.model, .key], rows)).first(20)
        #expect(bars.bars.count == 21)
        #expect(bars.bars[0].name == "m30" && bars.bars[20].name == "10 others")
        #expect(bars.bars[20].sum.charged.picos == (1...10).reduce(0, +))
    }

    @Test("silent days and hours have a slot too")
    func slots() {
        let days = ChartTimeline(ChartBars(ReportSample.daysAndModels))
        #expect(days.count == 12 && !days.isCut)
        #expect(days.bar(in: 3) == 3 && days.bar(in: 4) == nil && days.bar(in: 5) == 4)
        #expect(days.labels.map(\.text).first == "2026-11-01" && days.labels.count == 6)
        let hours = ChartTimeline(
            ChartBars(ReportSample.pairs([.hour], [(["2026-11-01T22"], 1, 0), (["2026-11-02T03"], 1, 0)])))
        #expect(hours.count == 6)
        #expect(
            hours.labels.map(\.text) == ["11-01 22:00", "11-01 23:00"] + (0...3).map { "11-02 0\($0):00" })
    }

    @Test("labels of many days are Mondays, and there are few of them")
    func mondays() {
        let report = ReportSample.pairs([.day], [(["2026-01-01"], 1, 0), (["2026-12-31"], 1, 0)])
        let labels = ChartTimeline(ChartBars(report)).labels
        #expect((4...8).contains(labels.count))
        for label in labels {
            let day = CalendarDay(label.text)?.daysSinceEpoch ?? 0
            #expect((day - 4) % 7 == 0)
        }
    }

    @Test("a chart over years shows its last part and says so")
    func cut() {
        let report = ReportSample.pairs([.day], [(["2016-01-01"], 1, 0), (["2026-12-31"], 1, 0)])
        let timeline = ChartTimeline(ChartBars(report))
        #expect(timeline.isCut && timeline.count == ChartTimeline.slotLimit)
        #expect(
            ReportChart(report, of: ReportQuery(by: .day)).text.contains("Only the last 750 days are drawn"))
    }
}
