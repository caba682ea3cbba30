/// Compares the canonical form of whatever libFuzzer thinks of with one by the book. The first byte says what is left out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let body = Array(input.dropFirst())
    guard let first = input.first, !body.isEmpty else { return 0 }
    let omitted = first & 1 == 0 ? [] : ["a", "stream"]
    var naive: [UInt8]?
    var naiveRefusal: CanonicalForm.Refusal?
    do { naive = try NaiveCanonicalForm.bytes(of: body, omitting: omitted) } catch { naiveRefusal = error }
    do {
        let form = try CanonicalForm(of: body, omitting: omitted).bytes
        precondition(form == naive, "The forms differ.")
        let again = try CanonicalForm(of: form).bytes
        precondition(again == form, "The form of the form is another.")
    } catch {
        let noJSON: [CanonicalForm.Refusal] = [.malformed, .tooDeep]
        precondition(naiveRefusal.map(noJSON.contains) == noJSON.contains(error), "Refused differently.")
    }
    return 0
}
