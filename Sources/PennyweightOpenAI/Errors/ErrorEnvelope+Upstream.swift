private import HTTPTypes
public import PennyweightPipeline

extension ErrorEnvelope {
    /// The most bytes of an upstream's error answer that are read.
    public static let answerLimitBytes = 256 * 1_024

    /// An upstream's error answer in OpenAI's shape, as bytes; unchanged if it has the shape and no secret.
    public static func normalised(_ body: [UInt8], status: Int, contentType: String?) -> [UInt8] {
        UpstreamError(body: body, status: status, contentType: contentType).normalised
    }

    /// An answer with an error status in OpenAI's shape; any other answer as it is.
    ///
    /// Status and headers stay. Reads the body, up to ``answerLimitBytes``; one that is larger or breaks off
    /// is told by its status alone. Throws only `CancellationError`.
    public static func normalised(_ response: Response) async throws -> Response {
        guard response.status.code >= 400 else { return response }
        var body: [UInt8] = []
        do {
            body = try await response.body.collect(upTo: answerLimitBytes)
        } catch let error as CancellationError {
            throw error
        } catch {
            // Whatever the body was: the status is the answer, and the caller must get it.
        }
        let fields = response.head.headerFields
        let shaped = normalised(body, status: response.status.code, contentType: fields[.contentType])
        var normalised = response
        normalised.body = Body(shaped)
        normalised.head.headerFields[.contentType] = "application/json"
        normalised.head.headerFields[.contentLength] = nil
        normalised.head.headerFields[.contentEncoding] = nil
        return normalised
    }
}
