internal import PennyweightTime
private import Synchronization

/// The upstream calls that are under way and may be joined, by key.
final class Flights: Sendable {
    /// Where a call is to get its answer.
    enum Seat: Sendable {
        /// It makes the upstream call.
        case leading(Flight, Passenger)
        /// Another makes it.
        case following(Flight, Passenger)
        /// There is no room: it goes alone.
        case none
    }

    private struct State {
        var flights: [CacheKey: Flight] = [:]
        var landings: UInt64 = 0
        var refreshes = 0
        /// Until when a refresh that has failed is not tried again.
        var paused: [CacheKey: MonotonicInstant] = [:]
    }

    let policy: FlightPolicy
    private let bytes: FlightBytes
    private let state = Mutex(State())

    init(_ policy: FlightPolicy) {
        self.policy = policy
        bytes = FlightBytes(limit: policy.totalLogBytes)
    }

    /// How many flights have ended. If it has grown since a look into the store, look again: what was missing
    /// may be there.
    var landings: UInt64 { state.withLock { $0.landings } }

    /// How many are under way.
    var count: Int { state.withLock { $0.flights.count } }

    /// How many calls share them.
    var callerCount: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.callerCount } } }

    /// The bytes that their logs keep.
    var byteCount: Int { bytes.total }

    /// Finds a call its seat, in a new flight if there is none for its key.
    func board(_ key: CacheKey, _ wish: Passenger.Wish) -> Seat {
        state.withLock { state in
            if let flight = state.flights[key], let passenger = flight.board(wish, isLeader: false) {
                return .following(flight, passenger)
            }
            if let flight = state.flights[key], flight.isFull { return .none }
            guard state.flights.count < policy.maximumFlights else { return .none }
            let flight = Flight(
                key, wantsStream: wish.wantsStream, rendition: wish.rendition, isRefresh: false,
                policy: policy, bytes: bytes)
            guard let passenger = flight.board(wish, isLeader: true) else { return .none }
            state.flights[key] = flight
            return .leading(flight, passenger)
        }
    }

    /// A new flight without callers; nil if one is under way for the key, or if it is not to be now.
    func refresh(
        _ key: CacheKey, wantsStream: Bool, rendition: MediaRendition? = nil, at now: MonotonicInstant
    ) -> Flight? {
        state.withLock { state in
            guard state.flights[key] == nil, state.flights.count < policy.maximumFlights,
                state.refreshes < policy.maximumRefreshes, state.paused[key].map({ $0 <= now }) ?? true
            else { return nil }
            state.paused[key] = nil
            state.refreshes += 1
            let flight = Flight(
                key, wantsStream: wantsStream, rendition: rendition, isRefresh: true, policy: policy,
                bytes: bytes)
            state.flights[key] = flight
            return flight
        }
    }

    /// Nobody may join a flight any more: it ends, and its answer is stored, or is not to be. Who has seen
    /// the end then doesn't meet it again.
    func release(_ flight: Flight) {
        state.withLock { state in
            state.landings += 1
            if state.flights[flight.key] === flight { state.flights[flight.key] = nil }
        }
    }

    /// A flight is over, and its answer is stored, if it is to be. `pausedUntil` is for a refresh that has
    /// failed.
    func remove(_ flight: Flight, at now: MonotonicInstant, pausedUntil: MonotonicInstant?) {
        state.withLock { state in
            state.landings += 1
            if state.flights[flight.key] === flight { state.flights[flight.key] = nil }
            guard flight.isRefresh else { return }
            state.refreshes -= 1
            guard let pausedUntil else { return }
            if state.paused.count >= Flights.maximumPaused {
                state.paused = state.paused.filter { $0.value > now }
            }
            if state.paused.count < Flights.maximumPaused { state.paused[flight.key] = pausedUntil }
        }
    }

    private static let maximumPaused = 4_096
}
