extension Reconciler {
    /// What differs, once all lines are added.
    public func reconciliation() -> Reconciliation {
        let joined = joinedCells()
        var differences: [Reconciliation.Difference] = []
        var tolerated = 0
        for (key, cell) in joined where key.service != .costs {
            differences += usageDifferences(key, cell)
        }
        let differing = differences
        for (key, cell) in joined where key.service == .costs {
            guard let found = costDifference(key, cell, usage: differing) else { continue }
            if InvoiceAmount(MoneyTotal(options.tolerance)).yoctos >= Int128(found.difference.magnitude) {
                tolerated += 1
            } else {
                differences.append(found)
            }
        }
        return Reconciliation(
            differences: differences.sorted(by: isBefore), totals: totals(joined), tolerated: tolerated)
    }

    /// The cells under the names that both sides are compared by.
    private func joinedCells() -> [Key: Cell] {
        var joined: [Key: Cell] = [:]
        for (key, cell) in cells {
            var key = key
            key.name = key.name.map(names.family)
            var sum = joined[key] ?? Cell()
            sum.here.merge(cell.here) { $0 + $1 }
            sum.there.merge(cell.there) { $0 + $1 }
            sum.uncertainty = sum.uncertainty + cell.uncertainty
            joined[key] = sum
        }
        return joined
    }

    private func usageDifferences(_ key: Key, _ cell: Cell) -> [Reconciliation.Difference] {
        let (ours, theirs) = (cell.here[.requests] ?? 0, cell.there[.requests] ?? 0)
        return key.service.figures.compactMap { figure in
            // An export of an older form may lack a figure for everyone: what isn't said can't differ.
            guard cell.there.isEmpty || cell.there[figure] != nil else { return nil }
            let (here, there) = (cell.here[figure] ?? 0, cell.there[figure] ?? 0)
            guard here != there else { return nil }
            let kind: Reconciliation.Kind =
                if ours == theirs { .count } else { here < there ? .missingHere : .missingThere }
            return difference(key, cell, figure, kind)
        }
    }

    private func costDifference(
        _ key: Key, _ cell: Cell, usage: [Reconciliation.Difference]
    ) -> Reconciliation.Difference? {
        let (here, there) = (cell.here[.cost] ?? 0, cell.there[.cost] ?? 0)
        guard here != there else { return nil }
        let followsUsage = usage.contains { difference in
            (key.name == nil || difference.model == nil || difference.model == key.name)
                && difference.project == key.project && difference.bucket.start < key.bucket.end
                && key.bucket.start < difference.bucket.end
        }
        let isOnOneSide = cell.here[.cost] == nil || cell.there[.cost] == nil
        let kind: Reconciliation.Kind =
            if followsUsage || isOnOneSide { here < there ? .missingHere : .missingThere } else { .price }
        return difference(key, cell, .cost, kind)
    }

    private func difference(
        _ key: Key, _ cell: Cell, _ figure: InvoiceFigure, _ kind: Reconciliation.Kind
    ) -> Reconciliation.Difference {
        Reconciliation.Difference(
            kind: kind, service: key.service, bucket: key.bucket, project: key.project, model: key.name,
            figure: figure, here: cell.here[figure] ?? 0, there: cell.there[figure] ?? 0,
            uncertainty: cell.uncertainty)
    }

    private func totals(_ cells: [Key: Cell]) -> [Reconciliation.Total] {
        let services = Set(cells.keys.map(\.service)).sorted()
        return services.flatMap { service in
            let own = cells.filter { $0.key.service == service }.map(\.value)
            return service.figures.map { figure in
                Reconciliation.Total(
                    service: service, figure: figure, here: own.reduce(0) { $0 + ($1.here[figure] ?? 0) },
                    there: own.reduce(0) { $0 + ($1.there[figure] ?? 0) })
            }
        }
    }

    private func isBefore(_ left: Reconciliation.Difference, _ right: Reconciliation.Difference) -> Bool {
        if left.bucket != right.bucket { return left.bucket < right.bucket }
        if left.service != right.service { return left.service < right.service }
        if left.project != right.project { return (left.project ?? "") < (right.project ?? "") }
        if left.model != right.model { return (left.model ?? "") < (right.model ?? "") }
        return left.figure < right.figure
    }
}
