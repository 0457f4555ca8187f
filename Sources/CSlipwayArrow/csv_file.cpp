#include <algorithm>
#include <unordered_set>

#include <arrow/array.h>
#include <arrow/array/builder_binary.h>
#include <arrow/csv/api.h>
#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>

#include "row_file.h"
#include "types.h"

namespace slipway {

using arrow::Result;
using arrow::Status;

namespace {

/// Bytes parsed at a time. Arrow reads up to 32 such blocks ahead, so this bounds memory at about 128 MB.
constexpr int32_t kBlockBytes = 4 << 20;

/// Passes on the first `limit` bytes of a file and then reports its end.
class HeadStream final : public arrow::io::InputStream {
 public:
  HeadStream(std::shared_ptr<arrow::io::ReadableFile> file, int64_t limit) : file_(std::move(file)), left_(limit) {}

  Status Close() override { return file_->Close(); }
  bool closed() const override { return file_->closed(); }
  Result<int64_t> Tell() const override { return file_->Tell(); }

  Result<int64_t> Read(int64_t bytes, void *out) override {
    ARROW_ASSIGN_OR_RAISE(int64_t count, file_->Read(std::min(bytes, left_), out));
    left_ -= count;
    return count;
  }

  Result<std::shared_ptr<arrow::Buffer>> Read(int64_t bytes) override {
    ARROW_ASSIGN_OR_RAISE(auto buffer, file_->Read(std::min(bytes, left_)));
    left_ -= buffer->size();
    return buffer;
  }

 private:
  std::shared_ptr<arrow::io::ReadableFile> file_;
  int64_t left_;
};

/// A type inferred for a column whose text reads better as it stands: dates and times.
bool IsTemporal(const arrow::DataType &type) { return arrow::is_temporal(type.id()); }

class CsvFile final : public slw_file {
 public:
  static Result<std::unique_ptr<slw_file>> Open(const std::string &path, const slw_csv_options &options) {
    auto file = std::make_unique<CsvFile>();
    file->path_ = path;
    file->parse_.delimiter = options.delimiter;
    file->parse_.newlines_in_values = true;
    file->read_.use_threads = false;
    for (int64_t index = 0; index < options.column_name_count; ++index) {
      file->read_.column_names.emplace_back(options.column_names[index]);
    }
    for (int64_t index = 0; index < options.typed_count; ++index) {
      ARROW_ASSIGN_OR_RAISE(auto type, ParseType(options.typed_types[index]));
      // A type CSV text cannot hold is reported by whoever selects the column.
      file->convert_.column_types[options.typed_names[index]] = type->num_fields() > 0 ? arrow::utf8() : type;
    }
    ARROW_RETURN_NOT_OK(file->Inspect(options.inference_bytes));
    for (int64_t index = 0; index < options.typed_count; ++index) {
      ARROW_ASSIGN_OR_RAISE(auto type, ParseType(options.typed_types[index]));
      if (type->num_fields() == 0) continue;
      for (auto &field : file->fields) {
        if (field.name == options.typed_names[index]) field = {field.name, TypeText(*type) + " in CSV", ""};
      }
    }
    return file;
  }

  int64_t row_count() const override { return -1; }

  Status Select(Selection selection) override {
    auto convert = convert_;
    for (size_t index = 0; index < selection.fields.size(); ++index) {
      const auto &field = fields[selection.fields[index]];
      convert.include_columns.push_back(field.name);
      convert.column_types[field.name] = selection.types[index];
    }
    only_nulls_ = selection.only_nulls;
    null_texts_.insert(convert.null_values.begin(), convert.null_values.end());
    selection_ = std::move(selection);
    ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(path_));
    auto read = read_;
    read.block_size = kBlockBytes;
    return arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), std::move(input), read, parse_, convert)
        .Value(&reader_);
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(reader_->ReadNext(&batch));
    if (batch == nullptr) return batch;
    for (size_t index = 0; index < only_nulls_.size(); ++index) {
      if (!only_nulls_[index]) continue;
      ARROW_ASSIGN_OR_RAISE(auto column, WithNulls(*batch->column(int(index))));
      ARROW_ASSIGN_OR_RAISE(batch, batch->SetColumn(int(index), batch->schema()->field(int(index)), column));
    }
    return batch;
  }

 private:
  /// Reads the columns' names and infers the types that are not given.
  Status Inspect(int64_t bytes) {
    auto read = read_;
    read.block_size = int32_t(std::clamp<int64_t>(bytes, kBlockBytes, 1 << 30));
    ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(path_));
    // Two blocks, so that the row cut at the end of the first is not taken for the file's last.
    auto head = std::make_shared<HeadStream>(std::move(input), 2 * int64_t(read.block_size));
    ARROW_ASSIGN_OR_RAISE(
        auto reader, arrow::csv::StreamingReader::Make(
                         arrow::io::default_io_context(), std::move(head), read, parse_, convert_));
    for (const auto &field : reader->schema()->fields()) {
      fields.push_back(IsTemporal(*field->type()) ? Field{field->name(), field->type()->ToString(), "string"}
                                                  : DescribeField(*field));
    }
    return Status::OK();
  }

  /// A string column whose rows that spell null are null: the type was inferred from nulls only.
  Result<std::shared_ptr<arrow::Array>> WithNulls(const arrow::Array &array) const {
    if (array.type_id() != arrow::Type::STRING) return arrow::MakeArray(array.data());
    const auto &strings = static_cast<const arrow::StringArray &>(array);
    arrow::StringBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Reserve(strings.length()));
    for (int64_t row = 0; row < strings.length(); ++row) {
      const auto text = strings.GetView(row);
      if (strings.IsNull(row) || null_texts_.contains(std::string(text))) {
        ARROW_RETURN_NOT_OK(builder.AppendNull());
      } else {
        ARROW_RETURN_NOT_OK(builder.Append(text));
      }
    }
    return builder.Finish();
  }

  std::string path_;
  arrow::csv::ParseOptions parse_ = arrow::csv::ParseOptions::Defaults();
  arrow::csv::ReadOptions read_ = arrow::csv::ReadOptions::Defaults();
  arrow::csv::ConvertOptions convert_ = arrow::csv::ConvertOptions::Defaults();
  Selection selection_;
  std::vector<bool> only_nulls_;
  std::unordered_set<std::string> null_texts_;
  std::shared_ptr<arrow::csv::StreamingReader> reader_;
};

}  // namespace

Result<std::unique_ptr<slw_file>> OpenCsv(const std::string &path, const slw_csv_options &options) {
  return CsvFile::Open(path, options);
}

}  // namespace slipway
