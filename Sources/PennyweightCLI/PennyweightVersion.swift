/// The version of this product, as `--version` and the gateway's `server` field give it.
enum PennyweightVersion {
    static let text = "0.1.0"
}
