#if Gateway
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The simulated provider makes images and videos")
struct SimulatorMediaTests {
    @Test("a drawing model gives PNGs in base64 with the tokens that it bills")
    func drawn() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.send(
                "POST", "/v1/images/generations",
                #"{"model":"gpt-image-1","prompt":"a red fox","n":2,"size":"1024x1536","quality":"low"}"#
            ).json
            let images = json["data"]?.elements.compactMap { $0["b64_json"]?.string } ?? []
            #expect(images.count == 2 && images[0] != images[1])
            #expect(images.allSatisfy { $0.hasPrefix("iVBORw0KGgo") })
            #expect(json.at("usage", "output_tokens")?.integer == 816)
            #expect(json["size"]?.string == "1024x1536")
            let charge = try #require(bench.provider.charges.first)
            let text = try #require(json.at("usage", "input_tokens_details", "text_tokens")?.integer)
            #expect(charge.route == "/images/generations")
            #expect(charge.amount == Money(picos: text * 5_000_000 + 816 * 40_000_000))
        }
    }

    @Test("an image is given as a URL that it serves, as PNG of the size asked for")
    func url() async throws {
        try await SimulatorBench.run { bench in
            let ask = #"{"model":"dall-e-3","prompt":"a red fox","size":"256x512"}"#
            let first = try await bench.send("POST", "/v1/images/generations", ask).json
            let address = try #require(first.at("data", "0", "url")?.string)
            #expect(address.hasPrefix(bench.provider.rootURL))
            let path = String(address.dropFirst(bench.provider.rootURL.count))
            let image = try await bench.send("GET", path, headers: ["authorization": ""])
            #expect(image.headers["content-type"] == "image/png")
            #expect(Array(image.body[16..<24]) == [0, 0, 1, 0, 0, 0, 2, 0])
            #expect(try await bench.send("GET", "/images/none.png").status == 404)
            let meters = bench.provider.charges.first?.usage.meters
            #expect(meters == [.init(.image, variant: "standard/256x512", count: 1)])
        }
    }

    @Test("an edit takes files in a form and counts them")
    func edit() async throws {
        try await SimulatorBench.run { bench in
            let form = [
                "--xyz", #"Content-Disposition: form-data; name="prompt""#, "", "a hat",
                "--xyz", #"Content-Disposition: form-data; name="model""#, "", "gpt-image-1",
                "--xyz", #"Content-Disposition: form-data; name="image[]"; filename="a.png""#,
                "Content-Type: image/png", "", "bytes", "--xyz--", "",
            ].joined(separator: "\r\n")
            let type = ["content-type": "multipart/form-data; boundary=xyz"]
            let json = try await bench.send("POST", "/v1/images/edits", form, headers: type).json
            #expect(json.at("data", "0", "b64_json")?.string != nil)
            #expect(json.at("usage", "input_tokens_details", "image_tokens")?.integer == 323)
            #expect(json.at("usage", "input_tokens_details", "text_tokens")?.integer == 2)
            let without = try await bench.send(
                "POST", "/v1/images/edits", form.replacing("image[]", with: "other"), headers: type)
            #expect(without.status == 400)
            #expect(try without.json.at("error", "param")?.string == "image")
        }
    }

    @Test("a video job moves on with each look-up, then its content can be read")
    func video() async throws {
        try await SimulatorBench.run(videos: .polls(2)) { bench in
            let job = try await bench.send(
                "POST", "/v1/videos", #"{"model":"sora-2","prompt":"waves","seconds":"8"}"#
            )
            .json
            let id = try #require(job["id"]?.string)
            #expect(job["status"]?.string == "queued")
            #expect(try await bench.send("GET", "/v1/videos/\(id)/content").status == 404)
            #expect(try await bench.send("GET", "/v1/videos/\(id)").json["status"]?.string == "in_progress")
            let done = try await bench.send("GET", "/v1/videos/\(id)").json
            #expect(done["status"]?.string == "completed")
            #expect(done["progress"]?.integer == 100)
            let content = try await bench.send("GET", "/v1/videos/\(id)/content")
            #expect(content.headers["content-type"] == "video/mp4")
            #expect(Array(content.body[4..<8]) == Array("ftyp".utf8))
            #expect(
                bench.provider.charges.map(\.usage.meters) == [
                    [.init(.videoSecond, variant: "720p", count: 8)]
                ])
        }
    }

    @Test("a video job can move on with time")
    func videoByTime() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(videos: .time(.seconds(10)), time: time) { bench in
            let job = try await bench.send("POST", "/v1/videos", #"{"prompt":"waves"}"#).json
            let id = try #require(job["id"]?.string)
            #expect(try await bench.send("GET", "/v1/videos/\(id)").json["status"]?.string == "queued")
            time.advance(by: .seconds(5))
            #expect(try await bench.send("GET", "/v1/videos/\(id)").json["progress"]?.integer == 50)
            time.advance(by: .seconds(5))
            #expect(try await bench.send("GET", "/v1/videos/\(id)").json["status"]?.string == "completed")
        }
    }

    @Test("a job that fails says why and costs nothing")
    func failedVideo() async throws {
        try await SimulatorBench.run(videos: .polls(1)) { bench in
            let job = try await bench.send(
                "POST", "/v1/videos", #"{"model":"simulated/failed","prompt":"x"}"#
            ).json
            let failed = try await bench.send("GET", "/v1/videos/\(try #require(job["id"]?.string))").json
            #expect(failed["status"]?.string == "failed")
            #expect(failed.at("error", "code")?.string != nil)
            #expect(bench.provider.charges.isEmpty)
        }
    }

    @Test("jobs are listed in pages, remixed and deleted")
    func videoList() async throws {
        try await SimulatorBench.run { bench in
            var ids: [String] = []
            for number in 0..<3 {
                let job = try await bench.send("POST", "/v1/videos", #"{"prompt":"\#(number)"}"#).json
                ids.append(try #require(job["id"]?.string))
            }
            let page = try await bench.send("GET", "/v1/videos?limit=2").json
            #expect(page["data"]?.elements.map { $0["id"]?.string } == [ids[2], ids[1]])
            #expect(page["has_more"]?.bool == true)
            let rest = try await bench.send("GET", "/v1/videos?after=\(ids[1])").json
            #expect(rest["data"]?.elements.map { $0["id"]?.string } == [ids[0]])
            let remix = try await bench.send("POST", "/v1/videos/\(ids[0])/remix", #"{"prompt":"again"}"#)
                .json
            #expect(remix["remixed_from_video_id"]?.string == ids[0])
            let deleted = try await bench.send("DELETE", "/v1/videos/\(ids[0])").json
            #expect(deleted["deleted"]?.bool == true)
            #expect(try await bench.send("GET", "/v1/videos/\(ids[0])").status == 404)
        }
    }
}
#endif
