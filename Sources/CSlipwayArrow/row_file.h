#pragma once

#include <memory>
#include <string>
#include <vector>

#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/type.h>

#include "slipway_arrow.h"

/// An open file of rows: its columns, and once `Select` was called its rows piece by piece.
struct slw_file {
  struct Field {
    std::string name;
    std::string arrow_type;
    /// Empty when the column cannot be read, "null" when it holds nulls only.
    std::string type;
  };

  struct Selection {
    std::vector<int> fields;
    std::vector<std::shared_ptr<arrow::DataType>> types;
    /// Which columns held nulls only where their type was found, and are read as strings.
    std::vector<bool> only_nulls;
    int64_t batch_rows;
  };

  virtual ~slw_file() = default;
  virtual int64_t row_count() const = 0;
  virtual arrow::Status Select(Selection selection) = 0;
  /// The selected columns, in the order selected, of the next rows; nullptr at the end.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;

  std::vector<Field> fields;
};

namespace slipway {

slw_file::Field DescribeField(const arrow::Field &field);

arrow::Result<std::unique_ptr<slw_file>> OpenParquet(const std::string &path);
arrow::Result<std::unique_ptr<slw_file>> OpenCsv(const std::string &path, const slw_csv_options &options);

}  // namespace slipway
