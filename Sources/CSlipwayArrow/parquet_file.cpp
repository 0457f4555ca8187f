#include <algorithm>
#include <limits>
#include <numeric>

#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>

#include "row_file.h"
#include "types.h"

namespace slipway {

using arrow::Result;
using arrow::Status;

namespace {

/// Bytes read ahead of each column's decoder: bounds memory whatever the size of a row group.
constexpr int64_t kColumnBufferBytes = 256 * 1024;

void CollectLeaves(const parquet::arrow::SchemaField &field, std::vector<int> *leaves) {
  if (field.is_leaf()) leaves->push_back(field.column_index);
  for (const auto &child : field.children) CollectLeaves(child, leaves);
}

class ParquetFile final : public slw_file {
 public:
  static Result<std::unique_ptr<slw_file>> Open(const std::string &path) {
    auto file = std::make_unique<ParquetFile>();
    ARROW_ASSIGN_OR_RAISE(file->input_, arrow::io::ReadableFile::Open(path));
    ARROW_RETURN_NOT_OK(file->MakeReader(1024));
    std::shared_ptr<arrow::Schema> schema;
    ARROW_RETURN_NOT_OK(file->reader_->GetSchema(&schema));
    for (const auto &field : schema->fields()) file->fields.push_back(DescribeField(*field));
    return file;
  }

  int64_t row_count() const override { return reader_->parquet_reader()->metadata()->num_rows(); }

  Status Select(Selection selection) override {
    ARROW_RETURN_NOT_OK(MakeReader(selection.batch_rows));
    const auto &top = reader_->manifest().schema_fields;
    std::vector<int> ordered = selection.fields;
    std::sort(ordered.begin(), ordered.end());
    std::vector<int> leaves;
    for (int field : ordered) CollectLeaves(top.at(field), &leaves);
    // Batches have the columns in the file's order: remember where each selected one stands.
    for (int field : selection.fields) {
      positions_.push_back(int(std::lower_bound(ordered.begin(), ordered.end(), field) - ordered.begin()));
    }
    std::vector<int> groups(reader_->num_row_groups());
    std::iota(groups.begin(), groups.end(), 0);
    selection_ = std::move(selection);
    return reader_->GetRecordBatchReader(groups, leaves).Value(&batches_);
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(batches_->ReadNext(&batch));
    if (batch == nullptr) return batch;
    if (batch->num_columns() != int(positions_.size())) return Status::Invalid("columns and schema do not agree");
    arrow::FieldVector converted_fields;
    arrow::ArrayVector columns;
    for (size_t index = 0; index < positions_.size(); ++index) {
      const auto &name = fields[selection_.fields[index]].name;
      auto converted = Convert(batch->column(positions_[index]), selection_.types[index]);
      if (converted.ok()) {
        if (auto valid = (*converted)->ValidateFull(); !valid.ok()) converted = valid;
      }
      if (!converted.ok()) {
        const auto &status = converted.status();
        return status.WithMessage("column '", name, "': ", status.message());
      }
      converted_fields.push_back(arrow::field(name, selection_.types[index]));
      columns.push_back(*converted);
    }
    return arrow::RecordBatch::Make(arrow::schema(converted_fields), batch->num_rows(), std::move(columns));
  }

 private:
  Status MakeReader(int64_t batch_rows) {
    parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_buffer_size(kColumnBufferBytes);
    properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_pre_buffer(false);
    arrow_properties.set_batch_size(batch_rows);
    parquet::arrow::FileReaderBuilder builder;
    auto metadata = reader_ == nullptr ? nullptr : reader_->parquet_reader()->metadata();
    ARROW_RETURN_NOT_OK(builder.Open(input_, properties, std::move(metadata)));
    builder.properties(arrow_properties);
    return builder.Build().Value(&reader_);
  }

  std::shared_ptr<arrow::io::ReadableFile> input_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  Selection selection_;
  std::vector<int> positions_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

}  // namespace

Result<std::unique_ptr<slw_file>> OpenParquet(const std::string &path) { return ParquetFile::Open(path); }

slw_file::Field DescribeField(const arrow::Field &field) {
  slw_file::Field described{field.name(), field.type()->ToString(), ""};
  if (field.type()->id() == arrow::Type::NA) {
    described.type = "null";
  } else if (auto readable = ReadableType(field.type()); readable != nullptr) {
    described.type = TypeText(*readable);
  }
  return described;
}

}  // namespace slipway
