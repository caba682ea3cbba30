public import PennyweightPipeline

/// The response's whole body as one gzip member, if a hit's entry is held so (``CacheEntry/gzipMember``): for
/// whoever sends it to a caller that accepts gzip. Nil for anything else; whoever changes the body sets it to
/// nil.
public enum GzipFact: FactKey {
    public static var defaultValue: [UInt8]? { nil }
}
