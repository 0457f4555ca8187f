#pragma once

#include <memory>
#include <string>

#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/type.h>

#include "slipway_arrow.h"

/// A file of rows being written.
struct slw_writer {
  virtual ~slw_writer() = default;
  virtual arrow::Status Append(const std::shared_ptr<arrow::RecordBatch> &batch) = 0;
  virtual arrow::Status Finish() = 0;

  std::shared_ptr<arrow::Schema> schema;
};

namespace slipway {

arrow::Result<std::unique_ptr<slw_writer>> MakeParquetWriter(
    const std::string &path, const std::shared_ptr<arrow::Schema> &schema);
arrow::Result<std::unique_ptr<slw_writer>> MakeCsvWriter(
    const std::string &path, const std::shared_ptr<arrow::Schema> &schema);

}  // namespace slipway
