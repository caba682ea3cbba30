/// A file that was named on the command line and can't be used: which, and what to do.
struct Unreadable: Error {
    let text: String
}
