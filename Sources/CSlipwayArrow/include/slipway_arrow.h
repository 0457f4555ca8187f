// Narrow C face of Arrow and Parquet C++.
//
// Every function that can fail returns a slw_code; on failure *error holds a heap string that slw_free_text releases.
// No C++ exception leaves this library. Handles are not thread safe: one thread at a time uses one handle.
//
// Types cross as text: int32, int64, float, double, string, bool, list<T>, map<K, V>. Rows cross as a struct ArrowArray
// of the Arrow C data interface whose children are the columns, every offset zero and every child no longer than its
// parent's offsets reach.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

enum slw_code {
  SLW_OK = 0,
  SLW_CORRUPT = 1,
  SLW_NOT_FOUND = 2,
  SLW_MISMATCH = 3,
  SLW_OUT_OF_RANGE = 4,
  SLW_UNSUPPORTED = 5,
  SLW_IO = 6,
  SLW_DISK_FULL = 7,
  SLW_INVALID = 8,
  SLW_INTERNAL = 9,
};

void slw_free_text(char *text);

// Files of rows ------------------------------------------------------------------------------------------------------

typedef struct slw_file slw_file;

struct slw_csv_options {
  char delimiter;
  // Column names of a file without a header line; NULL when the first line names them.
  const char *const *column_names;
  int64_t column_name_count;
  // Types that are given and not inferred.
  const char *const *typed_names;
  const char *const *typed_types;
  int64_t typed_count;
  // Bytes at the file's start that types are inferred from; also the longest row then accepted.
  int64_t inference_bytes;
};

int32_t slw_parquet_open(const char *path, slw_file **out, char **error);
int32_t slw_csv_open(const char *path, const struct slw_csv_options *options, slw_file **out, char **error);
void slw_file_close(slw_file *file);

// Rows in the file, -1 when only reading it all would tell.
int64_t slw_file_row_count(const slw_file *file);
int64_t slw_file_field_count(const slw_file *file);
// Name and Arrow's name of the type; valid as long as the file.
const char *slw_file_field_name(const slw_file *file, int64_t field);
const char *slw_file_field_arrow_type(const slw_file *file, int64_t field);
// What the column becomes: a type as above, "null" for a column of nulls only, NULL when it cannot be read.
const char *slw_file_field_type(const slw_file *file, int64_t field);

// Starts reading: `fields` in this order, converted to `types`; "null" reads strings of which those that spell null are
// null. Called once a file.
int32_t slw_file_select(
    slw_file *file, const int64_t *fields, const char *const *types, int64_t count, int64_t batch_rows, char **error);

// Cutting into batches -----------------------------------------------------------------------------------------------

typedef struct slw_batcher slw_batcher;

int32_t slw_batcher_open(
    const char *const *names, const char *const *types, int64_t count, slw_batcher **out, char **error);
void slw_batcher_close(slw_batcher *batcher);
int64_t slw_batcher_row_count(const slw_batcher *batcher);
// Reads the next piece of a selected file into the batcher; *more is false at the file's end.
int32_t slw_batcher_pull(slw_batcher *batcher, slw_file *file, bool *more, char **error);
// Takes the first `rows` rows out of the batcher; the caller releases `out`.
int32_t slw_batcher_take(slw_batcher *batcher, int64_t rows, struct ArrowArray *out, char **error);

// Writing ------------------------------------------------------------------------------------------------------------

typedef struct slw_writer slw_writer;

int32_t slw_parquet_writer_open(
    const char *path, const char *const *names, const char *const *types, int64_t count, slw_writer **out,
    char **error);
int32_t slw_csv_writer_open(
    const char *path, const char *const *names, const char *const *types, int64_t count, slw_writer **out,
    char **error);
// Writes one batch and releases it, whether it succeeds or not.
int32_t slw_writer_append(slw_writer *writer, struct ArrowArray *batch, char **error);
// Writes what is outstanding and closes the file; the handle stays until slw_writer_free.
int32_t slw_writer_finish(slw_writer *writer, char **error);
void slw_writer_free(slw_writer *writer);

#ifdef __cplusplus
}
#endif
