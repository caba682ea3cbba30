#if !__has_include(<zlib.h>)
#error "zlib's header is missing. Debian and Ubuntu: apt-get install zlib1g-dev"
#endif
#include <zlib.h>

// deflateInit2 and inflateInit2 are macros, which Swift does not import.
static inline int pennyweight_deflateInit2(z_streamp stream, int level, int windowBits) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
}
static inline int pennyweight_inflateInit2(z_streamp stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}
