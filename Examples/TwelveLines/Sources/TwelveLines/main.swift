import Pennyweight

let client = try await Pennyweight.open()

for question in ["Name a metal.", "Name a metal.", "Name a planet."] {
    let answer = try await client.chat(question, model: "gpt-4o-mini")
    print(answer.cacheStatus ?? "-", "cost", answer.cost, "saved", answer.saved)
}

let total = try await client.report(by: .model).total
print(total.calls, "calls:", total.charged, "charged,", total.avoided, "avoided")
await client.close()
