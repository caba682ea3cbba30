internal import PennyweightMiddleware

/// Where content lies in the store's directory: `9f/9f86…`.
enum MediaPath {
    static func folder(of digest: MediaDigest, in directory: String) -> String {
        "\(directory)/\(digest.description.prefix(2))"
    }

    static func file(of digest: MediaDigest, in directory: String) -> String {
        "\(folder(of: digest, in: directory))/\(digest)"
    }

    /// The digests that files of a directory are named after, with their paths.
    static func files(in directory: String) -> [(digest: MediaDigest, path: String)] {
        MediaFileStatus.names(in: directory).filter { $0.utf8.count == 2 }.flatMap { folder in
            MediaFileStatus.names(in: "\(directory)/\(folder)").compactMap { name in
                MediaDigest(name).map { ($0, "\(directory)/\(folder)/\(name)") }
            }
        }
    }
}
