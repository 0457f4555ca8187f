#pragma once

#include <exception>
#include <new>
#include <stdexcept>

#include <arrow/status.h>
#include <parquet/exception.h>

#include "slipway_arrow.h"

namespace slipway {

/// Stores a copy of `text` in `*error` and returns `code`.
int32_t Report(int32_t code, const char *text, char **error) noexcept;
int32_t Report(const arrow::Status &status, char **error) noexcept;

/// Runs `body`, which returns a Status; turns a failed status and every exception into a code and a text.
template <class Body>
int32_t Guarded(char **error, Body &&body) noexcept {
  try {
    arrow::Status status = body();
    return status.ok() ? SLW_OK : Report(status, error);
  } catch (const parquet::ParquetStatusException &failure) {
    return Report(failure.status(), error);
  } catch (const parquet::ParquetException &failure) {
    return Report(SLW_CORRUPT, failure.what(), error);
  } catch (const std::bad_alloc &) {
    return Report(SLW_IO, "not enough memory", error);
  } catch (const std::length_error &failure) {
    return Report(SLW_CORRUPT, failure.what(), error);
  } catch (const std::exception &failure) {
    return Report(SLW_INTERNAL, failure.what(), error);
  } catch (...) {
    return Report(SLW_INTERNAL, "unknown C++ exception", error);
  }
}

}  // namespace slipway
