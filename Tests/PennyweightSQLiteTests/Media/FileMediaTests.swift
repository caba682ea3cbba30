import Foundation
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Images in files", .timeLimit(.minutes(5)))
struct FileMediaTests {
    private let directory: TemporaryDirectory
    private let time = ManualTime()

    init() throws { directory = try TemporaryDirectory() }

    private func open(limitBytes: Int64 = 1 << 20, probe: MediaProbe? = nil) throws -> FileMedia {
        try FileMedia(at: directory.file("media"), limitBytes: limitBytes, time: time, probe: probe)
    }

    private func content(_ number: Int, count: Int = 1_000) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ number) }
    }

    private func path(_ digest: MediaDigest) -> String {
        MediaPath.file(of: digest, in: directory.file("media"))
    }

    @Test("it keeps every promise of the port")
    func contract() async throws {
        try await checkMediaStore { limit in
            try FileMedia(at: directory.newFile(), limitBytes: limit, time: SystemTime())
        }
    }

    @Test("files are readable by their owner alone, and survive the process")
    func modes() async throws {
        let digest = try await open().put(content(1)).digest
        #expect(try directory.mode(of: directory.file("media")) == 0o700)
        #expect(try directory.mode(of: path(digest)) == 0o600)
        #expect(try directory.mode(of: MediaPath.folder(of: digest, in: directory.file("media"))) == 0o700)
        #expect(try await open().bytes(of: digest, upTo: 1_000) == content(1))
    }

    @Test("a file whose content is not what its name says is removed, and not there")
    func damaged() async throws {
        for (number, damage) in [content(9), Array(content(1).dropLast()), []].enumerated() {
            let store = try open()
            let digest = try await store.put(content(1)).digest
            #expect(try await store.find(digest) != nil)
            try Data(damage).write(to: URL(fileURLWithPath: path(digest)))
            // Also for a process that has looked at it before.
            #expect(try await store.find(digest) == nil, "damage \(number)")
            #expect(!FileManager.default.fileExists(atPath: path(digest)))
            #expect(try await store.put(content(1)).digest == digest)
            #expect(try await open().bytes(of: digest, upTo: 1_000) == content(1))
        }
    }

    @Test("putting content again mends a damaged file")
    func mended() async throws {
        let store = try open()
        let digest = try await store.put(content(1)).digest
        try Data(content(2)).write(to: URL(fileURLWithPath: path(digest)))
        _ = try await store.put(content(1))
        #expect(try await store.bytes(of: digest, upTo: 1_000) == content(1))
    }

    @Test("what is no file is no image")
    func foreign() async throws {
        let store = try open()
        let digest = MediaDigest(of: content(1))
        try FileManager.default.createDirectory(atPath: path(digest), withIntermediateDirectories: true)
        #expect(try await store.find(digest) == nil)
        let other = MediaDigest(of: content(2))
        let folder = MediaPath.folder(of: other, in: store.path)
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: path(other), withDestinationPath: "/etc/hostname")
        #expect(try await store.find(other) == nil)
    }

    @Test("two stores on one directory see each other's images, uses and removals")
    func two() async throws {
        let (first, second) = (try open(limitBytes: 16_000), try open(limitBytes: 16_000))
        let digest = try await first.put(content(0)).digest
        #expect(try await second.bytes(of: digest, upTo: 1_000) == content(0))
        for number in 1...40 {
            time.advance(by: .milliseconds(3))
            _ = try await second.put(content(number))
            #expect(try await first.find(digest) != nil, "after \(number)")
        }
        #expect(try await second.statistics().bytes <= 16_000)
        try await second.remove(digest)
        #expect(try await first.find(digest) == nil)
    }

    @Test("it may be deleted while it is in use")
    func deleted() async throws {
        let store = try open()
        let digest = try await store.put(content(1)).digest
        try FileManager.default.removeItem(atPath: store.path)
        #expect(try await store.find(digest) == nil)
        #expect(try await store.statistics().entries == 0)
        #expect(try await store.put(content(1)).digest == digest)
        #expect(try await store.find(digest) != nil)
    }

    @Test("what a process left behind in the middle of writing is removed after an hour")
    func leftovers() async throws {
        let store = try open(limitBytes: 1_600)
        let left = store.path + "/new-abcdef"
        #expect(FileManager.default.createFile(atPath: left, contents: Data([1])))
        _ = try await store.put(content(1))
        #expect(FileManager.default.fileExists(atPath: left) == (time.now() < SystemTime().now()))
        let young = try FileMedia(at: store.path, limitBytes: 1_600, time: SystemTime())
        #expect(FileManager.default.createFile(atPath: left, contents: Data([1])))
        _ = try await young.put(content(2))
        #expect(FileManager.default.fileExists(atPath: left))
    }

    @Test("every operation in turn, with a full disk: what is there is right, and it goes on")
    func faults() async throws {
        var position = 0
        var plan = FaultPlan(failAt: 1)
        repeat {
            position += 1
            let current = FaultPlan(failAt: position, isArmed: false)
            plan = current
            let path = directory.newFile()
            let store = try FileMedia(at: path, limitBytes: 8_000, time: time) { operation in
                if current.isDue() {
                    throw StorageProblem(.system(28), "The disk is full (\(operation)).")
                }
            }
            plan.arm()
            for number in 0..<6 {
                let reader = ScriptedReader((0..<3).map { .chunk(content(number + $0)) })
                let media = try? await store.put(reader)
                if let media { _ = try? await store.bytes(of: media.digest, upTo: 3_000) }
            }
            plan.disarm()
            for file in MediaPath.files(in: path) {
                #expect(try await store.bytes(of: file.digest, upTo: 3_000)?.count == 3_000, "\(position)")
            }
            #expect(MediaFileStatus.names(in: path).allSatisfy { !$0.hasPrefix(NewMediaFile.prefix) })
            #expect(try await store.put(content(7)).size == 1_000)
        } while plan.hasFired
        #expect(position > 30)
    }

    @Test("a problem of the disk is a failure that says so")
    func full() async throws {
        let store = try open { operation in
            if operation == .write { throw StorageProblem(.system(28), "The disk is full.") }
        }
        await #expect {
            _ = try await store.put(content(1))
        } throws: {
            ($0 as? Failure)?.code == .storage
        }
    }

    @Test("a cancelled put keeps nothing")
    func cancelled() async throws {
        let store = try open()
        let started = AsyncStream<Void>.makeStream()
        let task = Task {
            let reader = ScriptedReader([
                .chunk(content(1)), .wait { started.continuation.yield() }, .hang,
            ])
            _ = try await store.put(reader)
        }
        for await _ in started.stream { break }
        task.cancel()
        #expect(await task.result.isFailure)
        #expect(MediaFileStatus.names(in: store.path).isEmpty)
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}

@Suite("A secret in a file")
struct SecretFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("it is made once, for its owner alone, and is the same for all who come at the same time")
    func once() async throws {
        let path = directory.file("media.secret")
        let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 {
                group.addTask { try SecretFile.bytes(at: path, count: 32, random: SystemRandom()) }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(secrets.count == 1 && secrets.first?.count == 32)
        #expect(try directory.mode(of: path) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
        let other = try SecretFile.bytes(at: directory.file("other"), count: 32, random: SystemRandom())
        #expect(!secrets.contains(other))
    }

    @Test("a file with something else is refused, and left alone")
    func foreign() throws {
        let path = directory.file("media.secret")
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        #expect(throws: Failure.self) {
            try SecretFile.bytes(at: path, count: 32, random: SystemRandom())
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 3)
    }
}
