// Debian's LZ4, Snappy, SQLite, zlib and zstd: packages liblz4-dev, libsnappy-dev, libsqlite3-dev, zlib1g-dev, libzstd-dev.
#include <lz4.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <sqlite3.h>
#include <zlib.h>
#include <zstd.h>
