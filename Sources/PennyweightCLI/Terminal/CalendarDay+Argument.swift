#if Gateway
public import ArgumentParser
public import PennyweightTime

extension CalendarDay: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
#endif
