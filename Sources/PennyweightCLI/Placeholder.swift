#if Gateway
public import ArgumentParser
@main struct Main: ParsableCommand {}
#else
@main struct Main { static func main() {} }
#endif
