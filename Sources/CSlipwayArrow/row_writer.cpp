#include "row_writer.h"

#include <algorithm>
#include <cstdio>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/compute/cast.h>
#include <arrow/csv/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>

namespace slipway {

using arrow::Result;
using arrow::Status;

namespace {

/// Longest row group; a longer batch is cut.
constexpr int64_t kRowGroupRows = 1 << 20;

/// A file and Arrow's writer of it; both close together.
template <typename WriterPointer>
class FileWriter : public slw_writer {
 public:
  ~FileWriter() override {
    // A file given up midway: no footer, and closing may fail once more.
    if (!finished_ && sink_ != nullptr) (void)sink_->Close();
  }

  Status Finish() override {
    finished_ = true;
    auto status = writer_->Close();
    auto closed = sink_->Close();
    return status.ok() ? closed : status;
  }

 protected:
  std::shared_ptr<arrow::io::FileOutputStream> sink_;
  WriterPointer writer_;

 private:
  bool finished_ = false;
};

class ParquetWriter final : public FileWriter<std::unique_ptr<parquet::arrow::FileWriter>> {
 public:
  static Result<std::unique_ptr<slw_writer>> Open(
      const std::string &path, const std::shared_ptr<arrow::Schema> &schema) {
    auto writer = std::make_unique<ParquetWriter>();
    writer->schema = schema;
    ARROW_ASSIGN_OR_RAISE(writer->sink_, arrow::io::FileOutputStream::Open(path));
    auto properties = parquet::WriterProperties::Builder().compression(parquet::Compression::SNAPPY)->build();
    auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ARROW_ASSIGN_OR_RAISE(
        writer->writer_,
        parquet::arrow::FileWriter::Open(
            *schema, arrow::default_memory_pool(), writer->sink_, properties, arrow_properties));
    return writer;
  }

  Status Append(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    if (batch->num_rows() == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(auto table, arrow::Table::FromRecordBatches(schema, {batch}));
    return writer_->WriteTable(*table, std::min(batch->num_rows(), kRowGroupRows));
  }
};

/// Appends one element of a list as JSON text; numbers stand in `texts` already.
void AppendElement(const arrow::Array &elements, const arrow::StringArray *texts, int64_t index, std::string *out) {
  if (elements.IsNull(index)) {
    *out += "null";
  } else if (elements.type_id() == arrow::Type::STRING) {
    out->push_back('"');
    for (char byte : static_cast<const arrow::StringArray &>(elements).GetView(index)) {
      if (byte == '"' || byte == '\\') {
        out->push_back('\\');
        out->push_back(byte);
      } else if (static_cast<unsigned char>(byte) < 0x20) {
        char escape[8];
        snprintf(escape, sizeof escape, "\\u%04x", byte);
        *out += escape;
      } else {
        out->push_back(byte);
      }
    }
    out->push_back('"');
  } else {
    *out += texts->GetView(index);
  }
}

/// A list column as strings like `[0.5,1]`, nested lists alike; null rows stay null.
Result<std::shared_ptr<arrow::Array>> ListsAsText(const arrow::ListArray &lists) {
  const auto &elements = lists.values();
  std::shared_ptr<arrow::Array> texts;
  if (elements->type_id() == arrow::Type::LIST) {
    ARROW_ASSIGN_OR_RAISE(texts, ListsAsText(static_cast<const arrow::ListArray &>(*elements)));
  } else if (elements->type_id() != arrow::Type::STRING) {
    ARROW_ASSIGN_OR_RAISE(texts, arrow::compute::Cast(*elements, arrow::utf8()));
  }
  arrow::StringBuilder builder;
  std::string text;
  for (int64_t row = 0; row < lists.length(); ++row) {
    if (lists.IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    text = "[";
    const int64_t start = lists.value_offset(row), end = start + lists.value_length(row);
    for (int64_t index = start; index < end; ++index) {
      if (index > start) text.push_back(',');
      AppendElement(*elements, static_cast<const arrow::StringArray *>(texts.get()), index, &text);
    }
    text.push_back(']');
    ARROW_RETURN_NOT_OK(builder.Append(text));
  }
  return builder.Finish();
}

bool HasMap(const arrow::DataType &type) {
  return type.id() == arrow::Type::MAP || (type.id() == arrow::Type::LIST && HasMap(*type.field(0)->type()));
}

class CsvWriter final : public FileWriter<std::shared_ptr<arrow::ipc::RecordBatchWriter>> {
 public:
  static Result<std::unique_ptr<slw_writer>> Open(
      const std::string &path, const std::shared_ptr<arrow::Schema> &schema) {
    auto writer = std::make_unique<CsvWriter>();
    writer->schema = schema;
    arrow::FieldVector fields;
    for (const auto &field : schema->fields()) {
      if (HasMap(*field->type())) {
        return Status::NotImplemented("column '", field->name(), "' is a map, which CSV cannot hold");
      }
      fields.push_back(field->type()->id() == arrow::Type::LIST ? field->WithType(arrow::utf8()) : field);
    }
    writer->text_schema_ = arrow::schema(fields);
    ARROW_ASSIGN_OR_RAISE(writer->sink_, arrow::io::FileOutputStream::Open(path));
    ARROW_ASSIGN_OR_RAISE(writer->writer_, arrow::csv::MakeCSVWriter(writer->sink_, writer->text_schema_));
    return writer;
  }

  Status Append(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    if (batch->num_rows() == 0) return Status::OK();
    arrow::ArrayVector columns = batch->columns();
    for (auto &column : columns) {
      if (column->type_id() != arrow::Type::LIST) continue;
      ARROW_ASSIGN_OR_RAISE(column, ListsAsText(static_cast<const arrow::ListArray &>(*column)));
    }
    return writer_->WriteRecordBatch(*arrow::RecordBatch::Make(text_schema_, batch->num_rows(), std::move(columns)));
  }

 private:
  std::shared_ptr<arrow::Schema> text_schema_;
};

}  // namespace

Result<std::unique_ptr<slw_writer>> MakeParquetWriter(
    const std::string &path, const std::shared_ptr<arrow::Schema> &schema) {
  return ParquetWriter::Open(path, schema);
}

Result<std::unique_ptr<slw_writer>> MakeCsvWriter(
    const std::string &path, const std::shared_ptr<arrow::Schema> &schema) {
  return CsvWriter::Open(path, schema);
}

}  // namespace slipway
