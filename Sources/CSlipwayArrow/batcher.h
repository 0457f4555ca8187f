#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <arrow/record_batch.h>

#include "row_file.h"

/// Gathers pieces of files and hands them out again in batches of any size.
struct slw_batcher {
  explicit slw_batcher(std::shared_ptr<arrow::Schema> schema) : schema_(std::move(schema)) {}

  int64_t row_count() const { return rows_; }
  /// Adds the file's next rows; false at its end.
  arrow::Result<bool> Pull(slw_file &file);
  /// Removes the first `rows` rows.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Take(int64_t rows);

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::deque<std::shared_ptr<arrow::RecordBatch>> pieces_;
  int64_t rows_ = 0;
};
