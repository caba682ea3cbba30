private import PennyweightLedger
internal import PennyweightMiddleware
private import PennyweightTime

/// The promises about finding, listing, counting and removing entries.
extension CacheStoreContract {
    func findsByName(_ store: any CacheStore) async throws {
        for number in 0..<3 {
            try await store.store(make.entry(number, body: make.text(number)), for: make.key(number))
        }
        try require(
            await store.entry(named: make.id(1))?.body, is: make.text(1), "an entry is found by its name")
        try require(await store.entry(named: make.id(9)), is: nil, "an unknown name has no entry")
        try await store.store(make.entry(8, body: make.text(8)), for: make.key(1))
        try require(await store.entry(named: make.id(1)), is: nil, "a replaced entry's name is gone")
        try await store.remove(make.key(1))
        try require(await store.entry(named: make.id(8)), is: nil, "a removed entry's name is gone")
    }

    func lists(_ store: any CacheStore) async throws {
        // Stored in another order than that of the names.
        let numbers = (0..<50).map { $0 * 37 % 50 }
        for number in numbers {
            try await store.store(make.entry(number, body: make.text(number)), for: make.key(number))
        }
        var seen: [CacheSummary] = []
        var after: SortableID?
        repeat {
            let page = try await store.entries(CacheSelection(), after: after, limit: 7)
            guard page.entries.count <= 7 else { throw ContractViolation("a page keeps to its limit.") }
            seen += page.entries
            after = page.next
        } while after != nil
        try require(
            seen.map(\.id), is: (0..<50).map(make.id), "pages have every entry once, in the order of names")
        for (number, var summary) in seen.enumerated() {
            (summary.lastUsed, summary.hits) = (nil, nil)
            let entry = make.entry(number, body: make.text(number))
            try require(
                summary, is: CacheSummary(of: entry, under: make.key(number)),
                "a summary says what its entry says")
        }
        try require(
            await store.entries(CacheSelection(), after: make.id(49), limit: 7), is: CachePage([]),
            "nothing follows the last entry")
        try require(
            await store.entries(CacheSelection(), after: nil, limit: 50).next, is: nil,
            "a page that has everything is the last one")
    }

    /// Entries that differ in one property each from number 0.
    private var assorted: [CacheEntry] {
        (0..<9).map { number in
            var entry = make.entry(number, body: make.text(number))
            switch number {
            case 1: entry.account = "other/below"
            case 2: entry.namespace = "night"
            case 3: entry.route = "/embeddings"
            case 4: entry.model = "m[1]?*x"
            case 5: entry.executedModel = nil
            case 6: entry.provider = "other"
            case 7: entry.tags = ["team": "web", "a&b": "c=d"]
            case 8:
                entry.storedAt = entry.storedAt - .seconds(10)
                entry.expiresAt = entry.expiresAt - .seconds(10)
            default: break
            }
            return entry
        }
    }

    /// Selections, and the numbers of ``assorted`` that they pick.
    private var selections: [(selection: CacheSelection, picked: [Int])] {
        func selection(_ change: (inout CacheSelection) -> Void) -> CacheSelection {
            var selection = CacheSelection()
            change(&selection)
            return selection
        }
        func all(but number: Int) -> [Int] { (0..<9).filter { $0 != number } }
        let first = assorted[0]
        return [
            (selection { _ in }, Array(0..<9)), (selection { $0.key = make.key(3) }, [3]),
            (selection { $0.id = make.id(4) }, [4]), (selection { $0.id = make.id(99) }, []),
            (selection { ($0.key, $0.id) = (make.key(3), make.id(4)) }, []),
            (selection { $0.account = "other" }, [1]), (selection { $0.account = "other/below" }, [1]),
            (selection { $0.account = "oth" }, []), (selection { $0.account = "" }, Array(0..<9)),
            (selection { $0.namespace = "night" }, [2]),
            (selection { $0.namespace = "" }, all(but: 2)), (selection { $0.route = "/embeddings" }, [3]),
            (selection { $0.model = ModelPattern("gpt-x") }, all(but: 4)),
            (selection { $0.model = ModelPattern("gpt-x-*") }, all(but: 5)),
            (selection { $0.model = ModelPattern("m[1]?*") }, [4]),
            (selection { $0.model = ModelPattern("?pt-*") }, []),
            (selection { $0.model = ModelPattern("*") }, Array(0..<9)),
            (selection { $0.provider = "other" }, [6]),
            (selection { $0.tag = .init("team", "web") }, [7]),
            (selection { $0.tag = .init("a&b", "c=d") }, [7]),
            (selection { $0.tag = .init("team", "we") }, []),
            (selection { $0.storedBefore = first.storedAt }, [8]),
            (selection { $0.expiredBefore = first.expiresAt }, [8]),
            (selection { ($0.account, $0.model) = ("other", ModelPattern("gpt*")) }, [1]),
        ]
    }

    func selects(_ store: any CacheStore) async throws {
        for (number, entry) in assorted.enumerated() { try await store.store(entry, for: make.key(number)) }
        for (selection, picked) in selections {
            let page = try await store.entries(selection, after: nil, limit: 100)
            try require(
                page.entries.map(\.id), is: picked.map(make.id),
                "a selection picks what it says (\(selection))")
        }
    }

    func removesSelected(_ store: any CacheStore) async throws {
        for (selection, picked) in selections {
            for (number, entry) in assorted.enumerated() {
                try await store.store(entry, for: make.key(number))
            }
            try require(
                await store.remove(selection), is: picked.count,
                "removing tells how many there were (\(selection))")
            for number in 0..<9 {
                let isThere = try await store.entry(for: make.key(number)) != nil
                try require(
                    isThere, is: !picked.contains(number),
                    "what is picked is gone, and nothing else (\(selection))")
            }
        }
    }

    func counts(_ store: any CacheStore) async throws {
        try require(await store.statistics().entries, is: 0, "an empty store has no entries")
        for number in 0..<5 {
            try await store.store(make.entry(body: make.noise(1_000, seed: 1)), for: make.key(number))
        }
        let statistics = try await store.statistics()
        try require(statistics.entries, is: 5, "entries are counted")
        guard let last = statistics.tiers.last, last.bytes >= 1_000, last.bytes <= last.limitBytes else {
            throw ContractViolation("bytes are counted, within the limit: \(statistics).")
        }
        if let bodies = last.bodies { try require(bodies, is: 1, "equal bodies are kept once") }
        if let plain = last.plainBytes {
            try require(plain, is: 5_000, "plain bytes count each entry's body")
        }
        try await store.remove(CacheSelection())
        try require(await store.statistics().bytes, is: 0, "nothing is left of what was removed")
    }
}
