// The inner loops of the engine: one table of functions for each kind of processor, chosen when the engine opens.
#pragma once

#include <cstddef>
#include <cstdint>

namespace paw {

constexpr int PANEL = 16;  // outputs of a matrix that are computed together, and positions of a block of keys
constexpr int TILE = 6;    // rows that share what is loaded of a panel: 6 x 2 accumulators of 8 lanes, of 16 registers

struct Kernels {
    const char* name;

    // out = in / its root mean square * weight
    void (*normalize)(const float* in, int length, float epsilon, const float* weight, float* out);

    // Floats -> integers of at most `limit`, and what one is worth. `length` is a multiple of 8, here and below.
    void (*quantize)(const float* in, int length, float limit, int16_t* out, float* scale);

    // out[row][0..15] = sum over depth of a * w, for a panel of weights `[depth / 2][16][2]`. The sums are integers,
    // so they are the same in any order and in any batch.
    void (*panel)(const int16_t* a, const float* a_scales, int rows, int depth, const int8_t* w, const float* w_scales,
                  float* out, size_t stride);

    // out[query][position] = query . key, for up to TILE queries and keys in blocks `[dim][16]`.
    void (*scores)(const float* const* queries, int count, int dim, const float* keys, int positions, float* out,
                   size_t stride);

    // Scores -> weights that sum to 1; -inf becomes 0. `length` is a multiple of 16.
    void (*softmax)(float* row, int length);

    // out[query] += sum over positions of weight * value, for values `[position][dim]`.
    void (*mix)(const float* weights, size_t stride, int count, const float* values, int positions, int dim,
                float* const* out);

    // out = silu(gate) * up
    void (*swiglu)(const float* gate, const float* up, int length, float* out);
};

extern const Kernels portable_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
#endif

}  // namespace paw
