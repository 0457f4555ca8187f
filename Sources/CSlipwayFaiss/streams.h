#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include <faiss/impl/io.h>

namespace slipway {

/// Reads from memory; never beyond its end.
struct MemoryReader : faiss::IOReader {
  const char *at;
  size_t left;

  MemoryReader(const void *bytes, size_t size) : at(static_cast<const char *>(bytes)), left(size) {
    name = "index";
  }

  size_t operator()(void *out, size_t size, size_t count) override {
    if (size == 0) return count;
    const size_t whole = count < left / size ? count : left / size;
    memcpy(out, at, whole * size);
    at += whole * size;
    left -= whole * size;
    return whole;
  }
};

/// Writes to a file and remembers the first error of the operating system.
struct FileWriter : faiss::IOWriter {
  FILE *file;
  int failure = 0;

  explicit FileWriter(const char *path) : file(fopen(path, "wbe")) {
    name = path;
    if (file == nullptr) failure = errno;
  }

  ~FileWriter() noexcept(false) override {
    if (file != nullptr) fclose(file);
  }

  size_t operator()(const void *bytes, size_t size, size_t count) override {
    if (file == nullptr) return 0;
    const size_t done = fwrite(bytes, size, count, file);
    if (done != count && failure == 0) failure = errno;
    return done;
  }

  /// Everything on the device and the file closed; 0, or the error's number.
  int Finish() {
    if (file == nullptr) return failure;
    if (failure == 0 && (fflush(file) != 0 || fsync(::fileno(file)) != 0)) failure = errno;
    FILE *closing = file;
    file = nullptr;
    if (fclose(closing) != 0 && failure == 0) failure = errno;
    return failure;
  }
};

}  // namespace slipway
