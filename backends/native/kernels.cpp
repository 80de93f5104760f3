// The kernels, compiled once for each kind of processor: KERNELS names the table, the compiler's flags say the rest.
// Products of matrices are in products_*.h, one for each kind; here is what vectors of any length say alike.
#include "kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace paw {
namespace {

// Sums stay in registers only where every loop over them is written out.
#define UNROLLED _Pragma("GCC unroll 8")

#if defined(__AVX512F__)
constexpr int LANES = 16;
#else
constexpr int LANES = 8;
#endif
typedef float Floats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t Ints __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

inline Floats load(const float* from) { return *reinterpret_cast<const Floats*>(from); }
inline void store(float* to, Floats values) { *reinterpret_cast<Floats*>(to) = values; }
inline Floats all(float value) { return Floats{} + value; }
inline Floats larger(Floats a, Floats b) { return a > b ? a : b; }
inline Floats rounded(Floats x) { return (x + 12582912.0f) - 12582912.0f; }  // to integers below 2^22

// exp of what is at most about 88, to 2e-7: Cephes' polynomial, as most vector libraries have it.
inline Floats exponential(Floats x) {
    x = larger(x, all(-87.0f));
    Floats n = rounded(x * 1.44269504f);
    Floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
    Floats p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    Ints power = (__builtin_convertvector(n, Ints) + 127) << 23;
    Floats scale;
    std::memcpy(&scale, &power, sizeof scale);
    return p * scale;
}

inline float total(Floats values) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps((__m512)values);
#else
    float sum = 0;
    for (int lane = 0; lane < LANES; ++lane) sum += values[lane];
    return sum;
#endif
}

inline float largest(Floats values) {
#if defined(__AVX512F__)
    return _mm512_reduce_max_ps((__m512)values);
#else
    float top = values[0];
    for (int lane = 1; lane < LANES; ++lane) top = std::max(top, values[lane]);
    return top;
#endif
}

void normalize(const float* in, int length, float epsilon, const float* weight, float* out) {
    Floats squares{};
    for (int i = 0; i < length; i += LANES) squares += load(in + i) * load(in + i);
    float by = 1 / std::sqrt(total(squares) / static_cast<float>(length) + epsilon);
    for (int i = 0; i < length; i += LANES) store(out + i, load(in + i) * by * load(weight + i));
}

inline Floats reciprocal(Floats x) {
#if defined(__AVX512F__)
    // A division takes 16 cycles; 14 bits and a step of Newton's are as exact.
    Floats near = (Floats)_mm512_rcp14_ps((__m512)x);
    return near * (2.0f - x * near);
#else
    return 1.0f / x;
#endif
}

void swiglu(const float* gate, const float* up, int length, float* out) {
    for (int i = 0; i < length; i += LANES) {
        Floats x = load(gate + i);
        store(out + i, x * reciprocal(exponential(-larger(x, all(-80.0f))) + 1.0f) * load(up + i));
    }
}

void rotate(float* head, const float* cos, const float* sin, int half, float by) {
    for (int i = 0; i < half; ++i) {  // the compiler makes vectors of it
        float first = head[i] * by, second = head[i + half] * by;
        head[i] = first * cos[i] - second * sin[i];
        head[i + half] = second * cos[i] + first * sin[i];
    }
}

// A group of activations as 32-bit integers, at most `limit`; what one is worth, and the sum of all.
inline void rounded_group(const float* in, int count, float limit, int32_t* integers, float* factors) {
    alignas(64) float padded[GROUP] = {};
    if (count < GROUP) {
        std::memcpy(padded, in, sizeof(float) * count);
        in = padded;
    }
    Floats peaks{};
    UNROLLED
    for (int i = 0; i < GROUP; i += LANES) peaks = larger(peaks, larger(load(in + i), -load(in + i)));
    const float peak = largest(peaks), by = peak > 0 ? limit / peak : 0;
    Ints sums{};
    UNROLLED
    for (int i = 0; i < GROUP; i += LANES) {
        Ints these = __builtin_convertvector(rounded(load(in + i) * by), Ints);
        *reinterpret_cast<Ints*>(integers + i) = these;
        sums += these;
    }
    int32_t sum = 0;
    for (int lane = 0; lane < LANES; ++lane) sum += sums[lane];
    factors[0] = peak / limit;
    factors[1] = peak / limit * static_cast<float>(sum);
}

// 16-bit integers are two of 8 bits for some kernels, the lower one signed: so the greatest is 127 * 256 + 127.
inline float limit_of(int bits) { return bits == 8 ? 127.0f : 32639.0f; }

// So many vectors of sums a query: enough that additions need not wait for each other, few enough for the registers.
constexpr int STRIP = LANES == 16 ? 4 : 2;

template <int COUNT, int VECTORS>
inline void scores_strip(const float* const* queries, int dim, const float* keys, float* out, size_t stride) {
    constexpr int IN_BLOCK = PANEL / LANES;
    Floats sums[COUNT][VECTORS] = {};
    for (int d = 0; d < dim; ++d) {
        Floats here[VECTORS];
        UNROLLED
        for (int v = 0; v < VECTORS; ++v)
            here[v] = load(keys + (size_t(v / IN_BLOCK) * dim + d) * PANEL + v % IN_BLOCK * LANES);
        UNROLLED
        for (int i = 0; i < COUNT; ++i)
            UNROLLED
            for (int v = 0; v < VECTORS; ++v) sums[i][v] += here[v] * queries[i][d];
    }
    UNROLLED
    for (int i = 0; i < COUNT; ++i)
        UNROLLED
        for (int v = 0; v < VECTORS; ++v) store(out + i * stride + v * LANES, sums[i][v]);
}

template <int COUNT>
void scores_tile(const float* const* queries, int dim, const float* keys, int positions, float* out, size_t stride) {
    constexpr int WIDE = STRIP * LANES;
    int start = 0;
    for (; start + WIDE <= positions; start += WIDE)
        scores_strip<COUNT, STRIP>(queries, dim, keys + size_t(start) * dim, out + start, stride);
    for (; start < positions; start += PANEL)
        scores_strip<COUNT, PANEL / LANES>(queries, dim, keys + size_t(start) * dim, out + start, stride);
}

template <int WIDTH>
struct Vector {  // a template's argument would lose the attributes
    typedef float Type __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
};

template <int WIDTH, int COUNT, int WIDE>
void mix_strip(const float* weights, size_t stride, const float* values, int positions, int dim, int start,
               float* const* out) {
    typedef typename Vector<WIDTH>::Type Values;
    Values sums[COUNT][WIDE];
    UNROLLED
    for (int i = 0; i < COUNT; ++i)
        UNROLLED
        for (int v = 0; v < WIDE; ++v) sums[i][v] = *reinterpret_cast<const Values*>(out[i] + start + WIDTH * v);
    for (int p = 0; p < positions; ++p) {
        Values value[WIDE];
        UNROLLED
        for (int v = 0; v < WIDE; ++v)
            value[v] = *reinterpret_cast<const Values*>(values + size_t(p) * dim + start + WIDTH * v);
        UNROLLED
        for (int i = 0; i < COUNT; ++i)
            UNROLLED
            for (int v = 0; v < WIDE; ++v) sums[i][v] += value[v] * weights[i * stride + p];
    }
    UNROLLED
    for (int i = 0; i < COUNT; ++i)
        UNROLLED
        for (int v = 0; v < WIDE; ++v) *reinterpret_cast<Values*>(out[i] + start + WIDTH * v) = sums[i][v];
}

template <int COUNT>
void mix_tile(const float* weights, size_t stride, const float* values, int positions, int dim, float* const* out) {
    int start = 0;
    for (; start + STRIP * LANES <= dim; start += STRIP * LANES)
        mix_strip<LANES, COUNT, STRIP>(weights, stride, values, positions, dim, start, out);
    for (; start < dim; start += 8) mix_strip<8, COUNT, 1>(weights, stride, values, positions, dim, start, out);
}

void scores(const float* const* queries, int count, int dim, const float* keys, int positions, float* out,
            size_t stride) {
    static constexpr decltype(&scores_tile<1>) of[] = {scores_tile<1>, scores_tile<2>, scores_tile<3>,
                                                       scores_tile<4>, scores_tile<5>, scores_tile<6>};
    of[count - 1](queries, dim, keys, positions, out, stride);
}

void mix(const float* weights, size_t stride, int count, const float* values, int positions, int dim,
         float* const* out) {
    static constexpr decltype(&mix_tile<1>) of[] = {mix_tile<1>, mix_tile<2>, mix_tile<3>,
                                                    mix_tile<4>, mix_tile<5>, mix_tile<6>};
    of[count - 1](weights, stride, values, positions, dim, out);
}

void softmax(float* row, int length, int ordered) {
    Floats tops = all(-INFINITY);
    for (int i = 0; i < length; i += LANES) tops = larger(tops, load(row + i));
    const float top = largest(tops);
    const auto weigh = [&](int i) {
        Floats score = load(row + i);
        Floats weight = score == all(-INFINITY) ? Floats{} : exponential(score - top);
        store(row + i, weight);
        return weight;
    };
    Floats totals{};
    int i = 0;
    for (; i + LANES <= ordered; i += LANES) totals += weigh(i);
    const int rest = i;
    for (; i < length; i += LANES) weigh(i);
    float sum = total(totals);
    for (i = rest; i < length; ++i)
        if (row[i] > 0) sum += row[i];  // most are hidden
    const float by = 1 / sum;
    for (i = 0; i < length; i += LANES) store(row + i, load(row + i) * by);
}

void best(const float* row, int length, int32_t* place, float* top, float* next, float* sum) {
    Floats tops = all(-INFINITY), nexts = tops;
    const int whole = length / LANES * LANES;
    for (int i = 0; i < whole; i += LANES) {
        Floats here = load(row + i);
        nexts = larger(nexts, here < tops ? here : tops);
        tops = larger(tops, here);
    }
    *top = *next = -INFINITY;
    auto take = [&](float value) {
        *next = std::max(*next, std::min(*top, value));
        *top = std::max(*top, value);
    };
    for (int lane = 0; lane < LANES; ++lane) take(tops[lane]), *next = std::max(*next, nexts[lane]);
    for (int i = whole; i < length; ++i) take(row[i]);
    *place = static_cast<int32_t>(std::find(row, row + length, *top) - row);
    Floats sums{};
    for (int i = 0; i < whole; i += LANES) sums += exponential(load(row + i) - *top);
    float rest = 0;
    for (int i = whole; i < length; ++i) rest += std::exp(row[i] - *top);
    *sum = *top + std::log(total(sums) + rest);
}

#if defined(__AVX512VNNI__)
#include "products_avx512.h"
#elif defined(__AVX2__)
#include "products_avx2.h"
#else
#include "products_portable.h"
#endif

}  // namespace

const Kernels KERNELS = {KERNELS_NAME, normalize, swiglu, quantize, multiply, rotate, scores, softmax, best, mix};

}  // namespace paw
