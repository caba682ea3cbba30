/// How often this process has asked for memory so far. Zero for ever where it can't be counted.
unsigned long allocation_count(void);

/// The most memory that this process has had in use so far.
long peak_kibibytes(void);
