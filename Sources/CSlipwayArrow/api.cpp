#include <arrow/c/bridge.h>

#include "batcher.h"
#include "failure.h"
#include "row_file.h"
#include "row_writer.h"
#include "slipway_arrow.h"
#include "types.h"

using arrow::Result;
using arrow::Status;
using slipway::Guarded;

namespace {

Result<std::shared_ptr<arrow::Schema>> MakeSchema(const char *const *names, const char *const *types, int64_t count) {
  arrow::FieldVector fields;
  for (int64_t index = 0; index < count; ++index) {
    ARROW_ASSIGN_OR_RAISE(auto type, slipway::ParseType(types[index]));
    fields.push_back(arrow::field(names[index], type));
  }
  return arrow::schema(std::move(fields));
}

template <class T>
Status Store(Result<std::unique_ptr<T>> made, T **out) {
  ARROW_ASSIGN_OR_RAISE(auto handle, std::move(made));
  *out = handle.release();
  return Status::OK();
}

}  // namespace

int32_t slw_parquet_open(const char *path, slw_file **out, char **error) {
  return Guarded(error, [&] { return Store(slipway::OpenParquet(path), out); });
}

int32_t slw_csv_open(const char *path, const slw_csv_options *options, slw_file **out, char **error) {
  return Guarded(error, [&] { return Store(slipway::OpenCsv(path, *options), out); });
}

void slw_file_close(slw_file *file) {
  Guarded(nullptr, [&] {
    delete file;
    return Status::OK();
  });
}

int64_t slw_file_row_count(const slw_file *file) { return file->row_count(); }

int64_t slw_file_field_count(const slw_file *file) { return int64_t(file->fields.size()); }

const char *slw_file_field_name(const slw_file *file, int64_t field) { return file->fields[field].name.c_str(); }

const char *slw_file_field_arrow_type(const slw_file *file, int64_t field) {
  return file->fields[field].arrow_type.c_str();
}

const char *slw_file_field_type(const slw_file *file, int64_t field) {
  const auto &type = file->fields[field].type;
  return type.empty() ? nullptr : type.c_str();
}

int32_t slw_file_select(
    slw_file *file, const int64_t *fields, const char *const *types, int64_t count, int64_t batch_rows, char **error) {
  return Guarded(error, [&]() -> Status {
    slw_file::Selection selection;
    for (int64_t index = 0; index < count; ++index) {
      if (fields[index] < 0 || fields[index] >= int64_t(file->fields.size())) {
        return Status::IndexError("no such column");
      }
      const bool only_nulls = std::string_view(types[index]) == "null";
      ARROW_ASSIGN_OR_RAISE(auto type, slipway::ParseType(only_nulls ? "string" : types[index]));
      selection.only_nulls.push_back(only_nulls);
      selection.fields.push_back(int(fields[index]));
      selection.types.push_back(std::move(type));
    }
    selection.batch_rows = batch_rows;
    return file->Select(std::move(selection));
  });
}

int32_t slw_batcher_open(
    const char *const *names, const char *const *types, int64_t count, slw_batcher **out, char **error) {
  return Guarded(error, [&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(auto schema, MakeSchema(names, types, count));
    *out = new slw_batcher(std::move(schema));
    return Status::OK();
  });
}

void slw_batcher_close(slw_batcher *batcher) {
  Guarded(nullptr, [&] {
    delete batcher;
    return Status::OK();
  });
}

int64_t slw_batcher_row_count(const slw_batcher *batcher) { return batcher->row_count(); }

int32_t slw_batcher_pull(slw_batcher *batcher, slw_file *file, bool *more, char **error) {
  return Guarded(error, [&] { return batcher->Pull(*file).Value(more); });
}

int32_t slw_batcher_take(slw_batcher *batcher, int64_t rows, struct ArrowArray *out, char **error) {
  return Guarded(error, [&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(auto batch, batcher->Take(rows));
    return arrow::ExportRecordBatch(*batch, out);
  });
}

namespace {

using MakeWriter = Result<std::unique_ptr<slw_writer>> (*)(const std::string &, const std::shared_ptr<arrow::Schema> &);

int32_t OpenWriter(
    MakeWriter make, const char *path, const char *const *names, const char *const *types, int64_t count,
    slw_writer **out, char **error) {
  return Guarded(error, [&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(auto schema, MakeSchema(names, types, count));
    return Store(make(path, schema), out);
  });
}

}  // namespace

int32_t slw_parquet_writer_open(
    const char *path, const char *const *names, const char *const *types, int64_t count, slw_writer **out,
    char **error) {
  return OpenWriter(slipway::MakeParquetWriter, path, names, types, count, out, error);
}

int32_t slw_csv_writer_open(
    const char *path, const char *const *names, const char *const *types, int64_t count, slw_writer **out,
    char **error) {
  return OpenWriter(slipway::MakeCsvWriter, path, names, types, count, out, error);
}

int32_t slw_writer_append(slw_writer *writer, struct ArrowArray *batch, char **error) {
  const int32_t code = Guarded(error, [&]() -> Status {
    ARROW_ASSIGN_OR_RAISE(auto imported, arrow::ImportRecordBatch(batch, writer->schema));
    ARROW_RETURN_NOT_OK(imported->ValidateFull());
    return writer->Append(imported);
  });
  if (batch->release != nullptr) batch->release(batch);
  return code;
}

int32_t slw_writer_finish(slw_writer *writer, char **error) {
  return Guarded(error, [&] { return writer->Finish(); });
}

void slw_writer_free(slw_writer *writer) {
  Guarded(nullptr, [&] {
    delete writer;
    return Status::OK();
  });
}
