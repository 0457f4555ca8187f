// Narrow C face of faiss: flat, IVF and HNSW indexes over float32 vectors.
//
// Every function that can fail returns a slf_code; on failure *error holds a heap string that slf_free_text releases.
// No C++ exception leaves this library. An index that is no longer trained or added to may be searched by any number of
// threads at once. `threads` is what one call may use; 1 starts none.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum slf_code {
  SLF_OK = 0,
  SLF_CORRUPT = 1,
  SLF_UNSUPPORTED = 2,
  SLF_INVALID = 3,
  SLF_IO = 4,
  SLF_DISK_FULL = 5,
  SLF_INTERNAL = 6,
};

enum slf_kind { SLF_FLAT = 0, SLF_IVF_FLAT = 1, SLF_HNSW_FLAT = 2 };
enum slf_metric { SLF_INNER_PRODUCT = 0, SLF_L2 = 1 };

struct slf_shape {
  int32_t kind;
  int32_t metric;
  int32_t dimensions;
  // Lists of an IVF index; 0 for others.
  int64_t list_count;
  // Neighbours of a node, and candidates looked at when one is added, of an HNSW index.
  int32_t hnsw_neighbours;
  int32_t hnsw_construction;
};

typedef struct slf_index slf_index;

void slf_free_text(char *text);

int32_t slf_create(const struct slf_shape *shape, slf_index **out, char **error);
// Finds the lists of an IVF index; nothing to do for the others. `rows` vectors, row-major.
int32_t slf_train(slf_index *index, const float *vectors, int64_t rows, int32_t threads, char **error);
// Adds vectors; they are numbered from 0 in the order they come.
int32_t slf_add(slf_index *index, const float *vectors, int64_t rows, int32_t threads, char **error);
// Writes faiss's own format and syncs it to the device.
int32_t slf_write(const slf_index *index, const char *path, char **error);
// Reads faiss's own format. Sizes inside the bytes are believed: check them first.
int32_t slf_read(const void *bytes, uint64_t size, slf_index **out, char **error);
void slf_free(slf_index *index);

// Shape of an index; `count` gets its vectors.
void slf_describe(const slf_index *index, struct slf_shape *shape, int64_t *count);

// The `neighbours` nearest of each query, best first, into `scores` and `labels` (rows x neighbours each). Where
// there are fewer, the label is -1. `probes` lists of an IVF index are looked at.
int32_t slf_search(
    const slf_index *index, const float *queries, int64_t rows, int64_t neighbours, int64_t probes, int32_t threads,
    float *scores, int64_t *labels, char **error);

#ifdef __cplusplus
}
#endif
