// Debian's zlib, zstd and SQLite: packages zlib1g-dev, libzstd-dev, libsqlite3-dev.
#include <sqlite3.h>
#include <zlib.h>
#include <zstd.h>
