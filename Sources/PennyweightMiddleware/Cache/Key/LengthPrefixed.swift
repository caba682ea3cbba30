extension [UInt8] {
    /// Appends a field behind its length in 8 bytes, in network order, so that no two lists of fields share
    /// one text.
    mutating func appendPrefixed(_ field: some Collection<UInt8>) {
        let length = UInt64(field.count)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: length >> shift))
        }
        append(contentsOf: field)
    }
}
