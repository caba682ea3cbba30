#if Gateway
import PennyweightAsyncHTTPClient
import PennyweightPipeline
import PennyweightTesting
import Testing

@Suite("TransportContract", .timeLimit(.minutes(5)))
struct TransportContractTests {
    @Test("a transport that takes a cut for the end is found out")
    func swallowsCuts() async throws {
        let points = TransportContract.all.filter { $0.description.contains("is an error, not an end") }
        #expect(points.count == 3)
        for point in points {
            await #expect(throws: ContractViolation.self) { try await point.check(SwallowsErrors()) }
        }
    }

    @Test("a transport that collects an answer before it returns is found out")
    func collects() async throws {
        let points = TransportContract.all.filter { $0.description.hasPrefix("chunks arrive one by one") }
        #expect(points.count == 1)
        for point in points {
            await #expect(throws: (any Error).self) { try await point.check(Collects()) }
        }
    }

    @Test("a transport that sends twice is found out")
    func sendsTwice() async throws {
        let points = TransportContract.all.filter { $0.description.contains("not sent again") }
        #expect(points.count == 1)
        for point in points {
            await #expect(throws: ContractViolation.self) { try await point.check(SendsTwice()) }
        }
    }

    private struct SwallowsErrors: Transport {
        let transport = HTTPClientTransport()

        func send(_ request: Request, context: Context) async throws -> Response {
            let response = try await transport.send(request, context: context)
            var bytes: [UInt8] = []
            let reader = try response.body.makeReader()
            while let chunk = try? await reader.read() { bytes += chunk }
            return Response(head: response.head, body: Body(bytes))
        }
    }

    private struct Collects: Transport {
        let transport = HTTPClientTransport()

        func send(_ request: Request, context: Context) async throws -> Response {
            let response = try await transport.send(request, context: context)
            return Response(head: response.head, body: Body(try await response.body.collect(upTo: 1 << 20)))
        }
    }

    private struct SendsTwice: Transport {
        let transport = HTTPClientTransport()

        func send(_ request: Request, context: Context) async throws -> Response {
            do { return try await transport.send(request, context: context) } catch {
                return try await transport.send(request, context: context)
            }
        }
    }
}
#endif
