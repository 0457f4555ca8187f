// Runs one region of a compiled object as the loader does, and compares what it gives with what is expected.
//   region_driver OBJECT CALL TOLERANCE
// CALL is what CompiledCall.swift writes: all numbers are int64, all data as it lies in memory.
#define _Nullable
#define _Nonnull
#include "slipway_aot.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *file;

static void fail(const char *what) {
    fprintf(stderr, "region_driver: %s\n", what);
    exit(2);
}

static void *memory(int64_t bytes) {
    void *result = NULL;
    if (bytes < 0 || posix_memalign(&result, 64, (size_t)bytes + 64) != 0) fail("no memory");
    memset(result, 0, (size_t)bytes + 64);
    return result;
}

static int64_t number(void) {
    int64_t value;
    if (fread(&value, sizeof value, 1, file) != 1) fail("the call is cut short");
    return value;
}

static void *data(int64_t bytes) {
    void *result = memory(bytes);
    if (bytes > 0 && fread(result, (size_t)bytes, 1, file) != 1) fail("the call is cut short");
    return result;
}

static void *object;

static void *function(const char *name) {
    void *address = dlsym(object, name);
    if (address == NULL) fail(dlerror());
    return address;
}

int main(int count, char **arguments) {
    if (count != 4) fail("expected an object, a call and a tolerance");
    object = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) fail(dlerror());
    file = fopen(arguments[2], "rb");
    if (file == NULL) fail("cannot read the call");
    const double tolerance = atof(arguments[3]);
    if (((slipway_aot_abi_fn)function("slipway_aot_abi"))() != SLIPWAY_AOT_ABI) fail("another interface");
    const slipway_aot_pack_count_fn pack_count = (slipway_aot_pack_count_fn)function("slipway_aot_pack_count");
    const slipway_aot_pack_fn pack = (slipway_aot_pack_fn)function("slipway_aot_pack");

    const int64_t weight_count = number();
    const float **weights = memory(weight_count * (int64_t)sizeof *weights);
    for (int64_t i = 0; i < weight_count; i++) {
        const int64_t packed = number(), rows = number(), columns = number();
        float *values = data(rows * columns * 4);
        weights[i] = values;
        if (!packed) continue;
        float *room = memory(pack_count(rows, columns) * 4);
        if (pack(rows, columns, values, columns, room) != SLIPWAY_AOT_OK) fail("a weight cannot be packed");
        weights[i] = room;
    }
    const int64_t region = number(), size_count = number();
    int64_t *sizes = data(size_count * 8);
    const int64_t input_count = number();
    slipway_aot_value *inputs = memory(input_count * (int64_t)sizeof *inputs);
    for (int64_t i = 0; i < input_count; i++) {
        const int64_t bytes = number(), rows = number(), columns = number();
        inputs[i] = (slipway_aot_value){data(rows * columns * bytes), columns};
    }
    const int64_t table_count = number();
    slipway_aot_table *tables = memory(table_count * (int64_t)sizeof *tables);
    slipway_aot_report *reports = memory(table_count * (int64_t)sizeof *reports);
    for (int64_t i = 0; i < table_count; i++) {
        const int64_t rows = number(), stride = number();
        void *values = data(rows * stride);
        tables[i] = (slipway_aot_table){.rows = values, .row_count = rows, .row_stride_bytes = stride, .bad_ids = 1};
    }
    const int64_t output_count = number();
    slipway_aot_value *outputs = memory(output_count * (int64_t)sizeof *outputs);
    const float **expected = memory(output_count * (int64_t)sizeof *expected);
    int64_t *elements = memory(output_count * 8);
    for (int64_t i = 0; i < output_count; i++) {
        const int64_t rows = number(), columns = number();
        elements[i] = rows * columns;
        expected[i] = data(elements[i] * 4);
        float *room = memory(elements[i] * 4);
        for (int64_t e = 0; e < elements[i]; e++) room[e] = NAN;
        outputs[i] = (slipway_aot_value){room, columns};
    }

    char name[64];
    snprintf(name, sizeof name, "slipway_aot_%lld_measure", (long long)region);
    const slipway_aot_entry measure = (slipway_aot_entry)function(name);
    snprintf(name, sizeof name, "slipway_aot_%lld_run", (long long)region);
    const slipway_aot_entry run = (slipway_aot_entry)function(name);
    slipway_aot_call call = {
        .abi = SLIPWAY_AOT_ABI, .inputs = inputs, .outputs = outputs, .sizes = sizes, .weights = weights,
        .tables = tables, .reports = reports,
    };
    int32_t status = measure(&call);
    if (status == SLIPWAY_AOT_OK) {
        call.arena = memory(call.arena_bytes);
        status = run(&call);
    }
    if (status != SLIPWAY_AOT_OK) {
        fprintf(stderr, "region_driver: region %lld has status %d\n", (long long)region, (int)status);
        return 2;
    }
    int is_bad = 0;
    for (int64_t i = 0; i < output_count; i++) {
        double worst = 0;
        const float *found = outputs[i].data;
        for (int64_t e = 0; e < elements[i]; e++) {
            const double gap = fabs((double)found[e] - expected[i][e]) / fmax(1, fabs((double)expected[i][e]));
            worst = gap <= worst ? worst : gap == gap ? gap : INFINITY;
        }
        printf("region %lld output %lld: %lld values, off by %.2g at most\n", (long long)region, (long long)i,
               (long long)elements[i], worst);
        is_bad |= !(worst <= tolerance);
    }
    return is_bad;
}
