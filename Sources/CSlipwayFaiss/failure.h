#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>

#include <faiss/impl/FaissException.h>

#include "slipway_faiss.h"

namespace slipway {

/// Stores a copy of `text` in `*error` and returns `code`.
inline int32_t Report(int32_t code, const char *text, char **error) noexcept {
  if (error != nullptr) *error = strdup(text);
  return code;
}

/// Runs `body`, which returns a code; turns every exception into a code and a text. `onFaiss` is the code of faiss's
/// own.
template <class Body>
int32_t Guarded(int32_t onFaiss, char **error, Body &&body) noexcept {
  try {
    return body();
  } catch (const faiss::FaissException &failure) {
    return Report(onFaiss, failure.what(), error);
  } catch (const std::bad_alloc &) {
    return Report(SLF_IO, "not enough memory", error);
  } catch (const std::length_error &failure) {
    return Report(SLF_CORRUPT, failure.what(), error);
  } catch (const std::exception &failure) {
    return Report(SLF_INTERNAL, failure.what(), error);
  } catch (...) {
    return Report(SLF_INTERNAL, "unknown C++ exception", error);
  }
}

}  // namespace slipway
