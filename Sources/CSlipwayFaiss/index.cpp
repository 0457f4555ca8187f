#include <algorithm>
#include <memory>
#include <string>

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/index_io.h>
#include <omp.h>

#include "failure.h"
#include "streams.h"

struct slf_index {
  std::unique_ptr<faiss::Index> index;
  // The same index by its kind; at most one is set.
  faiss::IndexIVFFlat *ivf = nullptr;
  faiss::IndexHNSWFlat *hnsw = nullptr;
};

namespace slipway {
namespace {

std::unique_ptr<faiss::IndexFlat> Flat(int32_t dimensions, faiss::MetricType metric) {
  if (metric == faiss::METRIC_INNER_PRODUCT) return std::make_unique<faiss::IndexFlatIP>(dimensions);
  return std::make_unique<faiss::IndexFlatL2>(dimensions);
}

/// Takes over an index of a kind that is known; false for any other.
bool Adopt(std::unique_ptr<faiss::Index> made, slf_index &out) {
  out.ivf = dynamic_cast<faiss::IndexIVFFlat *>(made.get());
  out.hnsw = dynamic_cast<faiss::IndexHNSWFlat *>(made.get());
  const bool flat = dynamic_cast<faiss::IndexFlat *>(made.get()) != nullptr;
  const bool metric = made->metric_type == faiss::METRIC_INNER_PRODUCT || made->metric_type == faiss::METRIC_L2;
  if (!metric || (!flat && out.ivf == nullptr && out.hnsw == nullptr)) return false;
  out.index = std::move(made);
  return true;
}

}  // namespace
}  // namespace slipway

using slipway::Guarded;
using slipway::Report;

void slf_free_text(char *text) { free(text); }

int32_t slf_create(const slf_shape *shape, slf_index **out, char **error) {
  return Guarded(SLF_INVALID, error, [&] {
    if (shape->dimensions <= 0) return Report(SLF_INVALID, "vectors without dimensions", error);
    const auto metric = shape->metric == SLF_L2 ? faiss::METRIC_L2 : faiss::METRIC_INNER_PRODUCT;
    auto made = std::make_unique<slf_index>();
    std::unique_ptr<faiss::Index> index;
    if (shape->kind == SLF_IVF_FLAT) {
      if (shape->list_count <= 0) return Report(SLF_INVALID, "an IVF index without lists", error);
      auto quantizer = slipway::Flat(shape->dimensions, metric);
      auto ivf = std::make_unique<faiss::IndexIVFFlat>(
          quantizer.get(), shape->dimensions, shape->list_count, metric);
      ivf->own_fields = true;
      quantizer.release();
      // Few vectors a list are worth a word of the caller's, not a line on standard error.
      ivf->cp.min_points_per_centroid = 1;
      index = std::move(ivf);
    } else if (shape->kind == SLF_HNSW_FLAT) {
      if (shape->hnsw_neighbours < 2) return Report(SLF_INVALID, "an HNSW index without neighbours", error);
      auto hnsw = std::make_unique<faiss::IndexHNSWFlat>(shape->dimensions, shape->hnsw_neighbours, metric);
      hnsw->hnsw.efConstruction = shape->hnsw_construction;
      index = std::move(hnsw);
    } else {
      index = slipway::Flat(shape->dimensions, metric);
    }
    if (!slipway::Adopt(std::move(index), *made)) return Report(SLF_INTERNAL, "an index of no known kind", error);
    *out = made.release();
    return int32_t(SLF_OK);
  });
}

int32_t slf_train(slf_index *index, const float *vectors, int64_t rows, int32_t threads, char **error) {
  return Guarded(SLF_INVALID, error, [&] {
    omp_set_num_threads(threads);
    index->index->train(rows, vectors);
    return int32_t(SLF_OK);
  });
}

int32_t slf_add(slf_index *index, const float *vectors, int64_t rows, int32_t threads, char **error) {
  return Guarded(SLF_INVALID, error, [&] {
    omp_set_num_threads(threads);
    index->index->add(rows, vectors);
    return int32_t(SLF_OK);
  });
}

int32_t slf_write(const slf_index *index, const char *path, char **error) {
  return Guarded(SLF_IO, error, [&] {
    slipway::FileWriter writer(path);
    std::string text;
    if (writer.failure == 0) {
      try {
        faiss::write_index(index->index.get(), &writer);
      } catch (const faiss::FaissException &failure) {
        text = failure.what();
      }
    }
    const int number = writer.Finish();
    if (number != 0) {
      const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
      return Report(full ? SLF_DISK_FULL : SLF_IO, strerror(number), error);
    }
    return text.empty() ? int32_t(SLF_OK) : Report(SLF_IO, text.c_str(), error);
  });
}

int32_t slf_read(const void *bytes, uint64_t size, slf_index **out, char **error) {
  return Guarded(SLF_CORRUPT, error, [&] {
    slipway::MemoryReader reader(bytes, size);
    std::unique_ptr<faiss::Index> read(faiss::read_index(&reader));
    auto made = std::make_unique<slf_index>();
    if (!slipway::Adopt(std::move(read), *made)) {
      return Report(SLF_UNSUPPORTED, "the index is of a kind that is not searched here", error);
    }
    *out = made.release();
    return int32_t(SLF_OK);
  });
}

void slf_free(slf_index *index) { delete index; }

void slf_describe(const slf_index *index, slf_shape *shape, int64_t *count) {
  *shape = slf_shape{};
  shape->kind = index->ivf != nullptr ? SLF_IVF_FLAT : index->hnsw != nullptr ? SLF_HNSW_FLAT : SLF_FLAT;
  shape->metric = index->index->metric_type == faiss::METRIC_L2 ? SLF_L2 : SLF_INNER_PRODUCT;
  shape->dimensions = index->index->d;
  if (index->ivf != nullptr) shape->list_count = static_cast<int64_t>(index->ivf->nlist);
  *count = index->index->ntotal;
}

int32_t slf_search(
    const slf_index *index, const float *queries, int64_t rows, int64_t neighbours, int64_t probes, int32_t threads,
    float *scores, int64_t *labels, char **error) {
  return Guarded(SLF_INVALID, error, [&] {
    omp_set_num_threads(threads);
    if (index->ivf != nullptr) {
      faiss::SearchParametersIVF parameters;
      parameters.nprobe = static_cast<size_t>(std::clamp<int64_t>(probes, 1, static_cast<int64_t>(index->ivf->nlist)));
      index->index->search(rows, queries, neighbours, scores, labels, &parameters);
    } else {
      index->index->search(rows, queries, neighbours, scores, labels);
    }
    return int32_t(SLF_OK);
  });
}
