#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// The exit codes of the commands, after BSD's `sysexits`.
enum Exit {
    /// A file can't be used.
    static let file = ExitCode(74)
    /// The configuration is wrong.
    static let configuration = ExitCode(78)

    /// Runs a command's work; an error that a person can mend is printed as it is and ends with its code.
    static func withCodes(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as ConfigurationError {
            throw say(error.description, configuration)
        } catch let error as InvalidBaseURL {
            throw say(error.description, configuration)
        } catch let error as Failure {
            throw say(error.message, file)
        } catch let error as Unreadable {
            throw say(error.text, file)
        }
    }

    private static func say(_ text: String, _ code: ExitCode) -> ExitCode {
        FileHandle.standardError.write(Data("Error: \(text)\n".utf8))
        return code
    }
}
#endif
