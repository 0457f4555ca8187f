// Compares the vector kernels of this machine with the scalar reference, on random data: a smoke test for machines on
// which the Swift tests do not run. Built and run by check_neon.sh.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../Sources/CSlipwayKernels/include/slipway_kernels.h"

enum { most = 1 << 18 };
static float a[most], b[most], packed[2][2 * most], out[2][most], vectors[6][4096];
static uint8_t table[most];
static int failures, checks;

static float uniform(void) { return (float)rand() / (float)RAND_MAX * 2 - 1; }

static void compare(const char *what, int64_t n, double tolerance) {
    checks++;
    for (int64_t i = 0; i < n; i++) {
        double difference = fabs((double)out[0][i] - out[1][i]);
        if (!(difference <= tolerance * (1 + fabs((double)out[0][i])))) {
            printf("%s [%lld]: %g against %g\n", what, (long long)i, out[1][i], out[0][i]);
            failures++;
            return;
        }
    }
}

static void check_products(const slipway_kernels *const k[2]) {
    const int sizes[][3] = {{1, 1, 5}, {1, 40, 33}, {3, 17, 300}, {13, 33, 20}, {50, 7, 65}, {26, 64, 513}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int act = 0; act <= SLIPWAY_ACT_DICE; act++) {
            const int m = sizes[s][0], n = sizes[s][1], inner = sizes[s][2];
            slipway_epilogue e = {vectors[0], vectors[1], vectors[2], vectors[3], vectors[4], vectors[5], act, 0, 0.2f};
            for (int v = 0; v < 2; v++) {
                k[v]->pack_weights(n, inner, b, inner, packed[v]);
                slipway_gemm_args g = {m, n, inner, a, inner, packed[v], out[v], n, &e};
                k[v]->gemm(&g);
            }
            compare("gemm", m * n, 2e-5);
            for (int v = 0; v < 2; v++) {
                slipway_bmm_args g = {2, m, n, inner, a, inner, 7, b, inner, 3, 1, out[v], n, m * n, &e};
                k[v]->bmm(&g);
            }
            compare("bmm", 2 * m * n, 2e-5);
        }
    for (int v = 0; v < 2; v++) k[v]->interact(3, 27, 16, SLIPWAY_LOWER, a, 27 * 16, out[v], 27 * 13);
    compare("interact", 3 * 27 * 13, 1e-5);
}

static void check_embedding(const slipway_kernels *const k[2]) {
    int64_t ids[60];
    int32_t lengths[12] = {5, 0, 7, 1, 10, 0, 2, 25, 0, 3, 3, 4};
    for (int i = 0; i < 60; i++) ids[i] = i % 17 == 0 ? (i % 2 ? -1 : 1000) : rand() % 50;
    for (int dtype = SLIPWAY_F32; dtype <= SLIPWAY_Q2; dtype++)
        for (int width = 1; width < 80; width++) {
            int64_t bytes = slipway_row_bytes(dtype, width);
            if (bytes == 0) continue;
            slipway_row_table rows = {table, 50, bytes + 1, width, dtype};
            uint8_t first[50 * 400];
            for (int v = 0; v < 2; v++) {
                memset(table, 0, sizeof first);
                k[v]->quantize_rows(dtype, 50, width, a, width, table, bytes + 1);
                if (v == 0) memcpy(first, table, sizeof first);
            }
            checks++;
            if (memcmp(first, table, sizeof first)) failures++, printf("quantize %d × %d\n", dtype, width);
            for (int weighted = 0; weighted < 2; weighted++) {
                for (int v = 0; v < 2; v++) {
                    slipway_bag_args g = {
                        rows, ids, 60, lengths, 12, weighted ? b : NULL, out[v], width, SLIPWAY_POOL_MEAN,
                        SLIPWAY_BAD_IDS_MAP};
                    slipway_id_report report;
                    k[v]->embedding_bag(&g, &report);
                }
                compare("bag", 12 * width, dtype >= SLIPWAY_Q8 ? 0 : 2e-6);
            }
            for (int v = 0; v < 2; v++) {
                slipway_lookup_args g = {rows, ids, 60, out[v], width, SLIPWAY_BAD_IDS_MAP};
                slipway_id_report report;
                k[v]->embedding_lookup(&g, &report);
            }
            compare("lookup", 60 * width, 0);
        }
}

static void check_rows(const slipway_kernels *const k[2]) {
    const int32_t lengths[5] = {3, 0, 9, 1, 7};
    for (int n = 1; n < 40; n++) {
        for (int op = SLIPWAY_EXP; op <= SLIPWAY_LOG; op++) {
            for (int v = 0; v < 2; v++) k[v]->unary(op, 5, n, op >= SLIPWAY_SQRT ? vectors[0] : a, n, out[v], n);
            if (op != SLIPWAY_SQRT && op != SLIPWAY_LOG) compare("unary", 5 * n, 2e-6);
        }
        for (int op = SLIPWAY_ADD; op <= SLIPWAY_RDIV; op++)
            for (int kind = SLIPWAY_FULL; kind <= SLIPWAY_SCALAR; kind++) {
                for (int v = 0; v < 2; v++) k[v]->binary(op, kind, 5, n, a, n, b, n, out[v], n);
                compare("binary", 5 * n, 0);
            }
        for (int v = 0; v < 2; v++) k[v]->softmax(5, n, a, n, 2, NULL, 0, out[v], n);
        compare("softmax", 5 * n, 2e-6);
        for (int v = 0; v < 2; v++) k[v]->layer_norm(5, n, a, n, vectors[0], vectors[1], 1e-2f, out[v], n);
        compare("layer_norm", 5 * n, 1e-5);
        for (int v = 0; v < 2; v++) k[v]->l2_normalize(5, n, a, n, 1e-12f, out[v], n);
        compare("l2_normalize", 5 * n, 2e-6);
        for (int v = 0; v < 2; v++) k[v]->fm(5, 6, n, a, 6 * n, out[v], n);
        compare("fm", 5 * n, 1e-5);
        for (int v = 0; v < 2; v++) k[v]->segment_sum(5, lengths, 20, n, a, n, b, SLIPWAY_POOL_MEAN, out[v], n);
        compare("segment_sum", 5 * n, 2e-6);
        for (int v = 0; v < 2; v++) k[v]->attention_input(5, lengths, 20, n, b, n, a, n, out[v], 4 * n);
        compare("attention_input", 80 * n, 0);
        for (int v = 0; v < 2; v++) k[v]->segment_softmax(5, lengths, 20, a, 3, out[v]);
        compare("segment_softmax", 20, 2e-6);
    }
}

int main(void) {
    const slipway_kernels *const k[2] = {slipway_kernels_for(SLIPWAY_ISA_SCALAR), slipway_kernels_current()};
    for (int i = 0; i < most; i++) a[i] = uniform(), b[i] = uniform();
    for (int v = 0; v < 6; v++)
        for (int i = 0; i < 4096; i++) vectors[v][i] = uniform();
    check_products(k);
    check_embedding(k);
    check_rows(k);
    printf("%s against %s: %d comparisons, %d failures\n", k[1]->name, k[0]->name, checks, failures);
    return failures != 0;
}
