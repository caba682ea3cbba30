#if Gateway
public import ArgumentParser
public import PennyweightMiddleware
public import PennyweightTime

// What names stored answers, on the command line.

extension SortableID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension CacheKey: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension CacheSelection.Tag: ExpressibleByArgument {
    public init?(argument: String) { self.init(reading: argument) }
}
#endif
