// The inner loops of the engine: one table of functions for each kind of processor, chosen when the engine opens.
//
// A matrix is cut into panels of 16 outputs, a panel into groups of 32 inputs; a group is one block of memory:
//   integers  4 bits: [4][16 outputs][4 bytes], a byte's low half for input 4 i + b, its high half for 16 + 4 i + b
//             8 bits: [8][16 outputs][4 bytes], one for input 4 i + b
//   scales    [16] then minima [16], in half precision: a weight is scale * integer + minimum
#pragma once

#include <cstddef>
#include <cstdint>

namespace paw {

constexpr int PANEL = 16;  // outputs of a matrix that are computed together, and positions of a block of keys
constexpr int GROUP = 32;  // inputs that share a scale, in weights and in activations
constexpr int TILE = 6;    // rows, or queries, that share what is loaded of weights, or of keys and values
constexpr int PAIR = 2;    // panels that share what is loaded of activations

constexpr size_t block_bytes(int bits) { return PANEL * GROUP * bits / 8 + 2 * PANEL * sizeof(uint16_t); }

// Activations as integers: of 8 bits for speed, or of 16 for accuracy.
struct Activations {
    int groups;
    int bits;
    uint8_t* integers;  // [rows][groups][32] as the kernels lay them out, `bits` each
    float* factors;     // [rows][groups][2]: what an integer is worth, and the group's sum

    int depth() const { return groups * GROUP; }
    size_t row_bytes() const { return size_t(depth()) * bits / 8; }
};

// Up to PAIR panels next to each other, and where their outputs go.
struct Panels {
    const uint8_t* blocks;
    int bits, count;
    float* out;
    size_t stride;     // from one row of `out` to the next
    bool add;          // to what is in `out`
    uint8_t* scratch;  // scratch_bytes(groups)
};

constexpr size_t scratch_bytes(int groups) { return size_t(groups) * 2 * (PANEL * GROUP + 2 * PANEL * 4); }

struct Kernels {
    const char* name;

    // out = in / its root mean square * weight. Lengths are multiples of 16 here and below, head sizes of 8.
    void (*normalize)(const float* in, int length, float epsilon, const float* weight, float* out);

    // out = silu(gate) * up
    void (*swiglu)(const float* gate, const float* up, int length, float* out);

    // A row of `length` floats -> integers with a factor for each group.
    void (*quantize)(const float* in, int length, const Activations& out, int row);

    // out[row][output] = activations . weights. Sums within a group are integers; groups are added in order. So a row
    // gives the same bits in every batch.
    void (*multiply)(const Activations& in, int rows, const Panels& panels);

    // Rotary embedding of a head, scaled: halves (a, b) -> (a cos - b sin, b cos + a sin) * by
    void (*rotate)(float* head, const float* cos, const float* sin, int half, float by);

    // out[query][position] = query . key, for up to TILE queries and keys in blocks `[dim][16]`.
    void (*scores)(const float* const* queries, int count, int dim, const float* keys, int positions, float* out,
                   size_t stride);

    // Scores -> weights that sum to 1; -inf becomes 0. From `ordered` on they are added one after the other: there the
    // sum is the same whatever zeros lie between them.
    void (*softmax)(float* row, int length, int ordered);

    // The greatest of a row (the first of equals), the greatest of the others, and the logarithm of the sum of exponentials.
    void (*best)(const float* row, int length, int32_t* place, float* top, float* next, float* total);

    // out[query] += sum over positions of weight * value, for values `[position][dim]`.
    void (*mix)(const float* weights, size_t stride, int count, const float* values, int positions, int dim,
                float* const* out);
};

extern const Kernels portable_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#endif

}  // namespace paw
