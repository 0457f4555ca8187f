#include "batcher.h"

#include <algorithm>

#include "types.h"

arrow::Result<bool> slw_batcher::Pull(slw_file &file) {
  ARROW_ASSIGN_OR_RAISE(auto piece, file.Next());
  if (piece == nullptr) return false;
  if (!piece->schema()->Equals(*schema_, /*check_metadata=*/false)) {
    // Field names inside lists and maps are the writer's own; only the types must agree.
    arrow::ArrayVector columns;
    if (piece->num_columns() != schema_->num_fields()) return arrow::Status::Invalid("columns changed while reading");
    for (int index = 0; index < piece->num_columns(); ++index) {
      ARROW_ASSIGN_OR_RAISE(auto column, slipway::Convert(piece->column(index), schema_->field(index)->type()));
      columns.push_back(std::move(column));
    }
    piece = arrow::RecordBatch::Make(schema_, piece->num_rows(), std::move(columns));
  }
  if (piece->num_rows() > 0) {
    rows_ += piece->num_rows();
    pieces_.push_back(std::move(piece));
  }
  return true;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> slw_batcher::Take(int64_t rows) {
  if (rows < 0 || rows > rows_) return arrow::Status::IndexError("took more rows than were read");
  std::vector<arrow::ArrayVector> chunks(schema_->num_fields());
  int64_t wanted = rows;
  while (wanted > 0) {
    auto &front = pieces_.front();
    const int64_t count = std::min(wanted, front->num_rows());
    const auto part = count == front->num_rows() ? front : front->Slice(0, count);
    for (int index = 0; index < part->num_columns(); ++index) chunks[index].push_back(part->column(index));
    if (count == front->num_rows()) {
      pieces_.pop_front();
    } else {
      front = front->Slice(count);
    }
    wanted -= count;
  }
  rows_ -= rows;
  arrow::ArrayVector columns;
  for (int index = 0; index < schema_->num_fields(); ++index) {
    if (chunks[index].empty()) {
      ARROW_ASSIGN_OR_RAISE(auto none, arrow::MakeEmptyArray(schema_->field(index)->type()));
      columns.push_back(std::move(none));
      continue;
    }
    auto column = slipway::Compact(chunks[index]);
    if (!column.ok()) {
      // Parts that are valid each can only be too large together.
      return arrow::Status::CapacityError(
          "column '", schema_->field(index)->name(), "' is too large for one batch: ", column.status().message());
    }
    columns.push_back(*std::move(column));
  }
  return arrow::RecordBatch::Make(schema_, rows, std::move(columns));
}
