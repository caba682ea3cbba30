import Foundation

/// What the preloaded library of Plain/count.c has counted; nil without it.
enum Allocations {
    private typealias Counter = @convention(c) () -> Int

    private static let counter: Counter? = dlsym(dlopen(nil, RTLD_NOW), "allocations")
        .map { unsafeBitCast($0, to: Counter.self) }

    static var count: Int? { counter?() }
}
