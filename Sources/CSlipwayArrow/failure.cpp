#include "failure.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include <arrow/util/io_util.h>

namespace slipway {

namespace {

int32_t CodeOfErrno(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return SLW_DISK_FULL;
    case ENOENT:
    case ENOTDIR:
      return SLW_NOT_FOUND;
    default:
      return SLW_IO;
  }
}

int32_t CodeOf(const arrow::Status &status) {
  if (int number = arrow::internal::ErrnoFromStatus(status); number != 0) return CodeOfErrno(number);
  switch (status.code()) {
    case arrow::StatusCode::Invalid:
    case arrow::StatusCode::IOError:
    case arrow::StatusCode::SerializationError:
      return SLW_CORRUPT;
    case arrow::StatusCode::KeyError:
      return SLW_NOT_FOUND;
    case arrow::StatusCode::TypeError:
      return SLW_MISMATCH;
    case arrow::StatusCode::CapacityError:
    case arrow::StatusCode::IndexError:
      return SLW_OUT_OF_RANGE;
    case arrow::StatusCode::NotImplemented:
      return SLW_UNSUPPORTED;
    case arrow::StatusCode::OutOfMemory:
      return SLW_IO;
    default:
      return SLW_INTERNAL;
  }
}

}  // namespace

int32_t Report(int32_t code, const char *text, char **error) noexcept {
  if (error != nullptr) *error = strdup(text);
  return code;
}

int32_t Report(const arrow::Status &status, char **error) noexcept {
  try {
    std::string text = status.message();
    // The operating system's word on the matter.
    if (int number = arrow::internal::ErrnoFromStatus(status); number != 0) {
      const std::string reason = std::generic_category().message(number);
      if (text.find(reason) == std::string::npos) text += ": " + reason;
    }
    return Report(CodeOf(status), text.c_str(), error);
  } catch (...) {
    return Report(SLW_INTERNAL, "failure without a text", error);
  }
}

}  // namespace slipway

void slw_free_text(char *text) { free(text); }
