// The kernels, compiled once for each kind of processor: KERNELS names the table, the compiler's flags say the rest.
#include "kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace paw {
namespace {

// Sums stay in registers only where every loop over them is written out.
#define UNROLLED _Pragma("GCC unroll 8")

constexpr int LANES = 8;
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
    float sum = 0;
    for (int lane = 0; lane < LANES; ++lane) sum += values[lane];
    return sum;
}

inline float largest(Floats values) {
    float top = values[0];
    for (int lane = 1; lane < LANES; ++lane) top = std::max(top, values[lane]);
    return top;
}

void normalize(const float* in, int length, float epsilon, const float* weight, float* out) {
    Floats squares{};
    for (int i = 0; i < length; i += LANES) squares += load(in + i) * load(in + i);
    float by = 1 / std::sqrt(total(squares) / static_cast<float>(length) + epsilon);
    for (int i = 0; i < length; i += LANES) store(out + i, load(in + i) * by * load(weight + i));
}

void quantize(const float* in, int length, float limit, int16_t* out, float* scale) {
    typedef int16_t Shorts __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
    Floats peaks{};
    for (int i = 0; i < length; i += LANES) peaks = larger(peaks, larger(load(in + i), -load(in + i)));
    float peak = largest(peaks), by = peak > 0 ? limit / peak : 0;
    *scale = peak / limit;
    for (int i = 0; i < length; i += LANES) {
        Ints integers = __builtin_convertvector(rounded(load(in + i) * by), Ints);
        *reinterpret_cast<Shorts*>(out + i) = __builtin_convertvector(integers, Shorts);
    }
}

template <int ROWS>
void panel_tile(const int16_t* a, const float* a_scales, int depth, const int8_t* w, const float* w_scales, float* out,
                size_t stride) {
#ifdef __AVX2__
    // vpmaddwd: 16 products a step, summed in pairs. On AVX2 8-bit products are no faster, as their sums need a second
    // multiplication; so activations keep 12 to 16 bits.
    __m256i sums[ROWS][2] = {};
    for (int k = 0; k < depth; k += 2, w += 2 * PANEL) {
        __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w)));
        __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(w + PANEL)));
        UNROLLED
        for (int row = 0; row < ROWS; ++row) {
            int32_t both;
            std::memcpy(&both, a + size_t(row) * depth + k, sizeof both);
            __m256i pair = _mm256_set1_epi32(both);
            sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(pair, low));
            sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(pair, high));
            // one row after the other: gcc 12 would load all first, and have no registers left for the sums
            asm volatile("" : "+x"(sums[row][0]), "+x"(sums[row][1]));
        }
    }
    UNROLLED
    for (int row = 0; row < ROWS; ++row) {
        UNROLLED
        for (int half = 0; half < 2; ++half) {
            __m256 scale = _mm256_mul_ps(_mm256_set1_ps(a_scales[row]), _mm256_loadu_ps(w_scales + LANES * half));
            _mm256_storeu_ps(out + row * stride + LANES * half,
                             _mm256_mul_ps(_mm256_cvtepi32_ps(sums[row][half]), scale));
        }
    }
#else
    for (int row = 0; row < ROWS; ++row) {
        int32_t sums[PANEL] = {};
        const int8_t* from = w;
        for (int k = 0; k < depth; k += 2, from += 2 * PANEL)
            for (int n = 0; n < PANEL; ++n)
                sums[n] += a[size_t(row) * depth + k] * from[2 * n] + a[size_t(row) * depth + k + 1] * from[2 * n + 1];
        for (int n = 0; n < PANEL; ++n)
            out[row * stride + n] = static_cast<float>(sums[n]) * (a_scales[row] * w_scales[n]);
    }
#endif
}

template <int COUNT>
void scores_tile(const float* const* queries, int dim, const float* keys, int positions, float* out, size_t stride) {
    for (int block = 0; block < positions; block += PANEL, keys += size_t(PANEL) * dim) {
        Floats sums[COUNT][2] = {};
        for (int d = 0; d < dim; ++d) {
            Floats low = load(keys + size_t(d) * PANEL), high = load(keys + size_t(d) * PANEL + LANES);
        UNROLLED
            for (int i = 0; i < COUNT; ++i) {
                sums[i][0] += low * queries[i][d];
                sums[i][1] += high * queries[i][d];
            }
        }
        UNROLLED
        for (int i = 0; i < COUNT; ++i) {
            store(out + i * stride + block, sums[i][0]);
            store(out + i * stride + block + LANES, sums[i][1]);
        }
    }
}

template <int COUNT, int WIDE>
void mix_strip(const float* weights, size_t stride, const float* values, int positions, int dim, int start,
               float* const* out) {
    Floats sums[COUNT][WIDE];
    UNROLLED
    for (int i = 0; i < COUNT; ++i)
        UNROLLED
        for (int v = 0; v < WIDE; ++v) sums[i][v] = load(out[i] + start + LANES * v);
    for (int p = 0; p < positions; ++p) {
        Floats value[WIDE];
        UNROLLED
        for (int v = 0; v < WIDE; ++v) value[v] = load(values + size_t(p) * dim + start + LANES * v);
        UNROLLED
        for (int i = 0; i < COUNT; ++i)
            UNROLLED
            for (int v = 0; v < WIDE; ++v) sums[i][v] += value[v] * weights[i * stride + p];
    }
    UNROLLED
    for (int i = 0; i < COUNT; ++i)
        UNROLLED
        for (int v = 0; v < WIDE; ++v) store(out[i] + start + LANES * v, sums[i][v]);
}

template <int COUNT>
void mix_tile(const float* weights, size_t stride, const float* values, int positions, int dim, float* const* out) {
    int start = 0;
    for (; start + 2 * LANES <= dim; start += 2 * LANES)
        mix_strip<COUNT, 2>(weights, stride, values, positions, dim, start, out);
    for (; start < dim; start += LANES) mix_strip<COUNT, 1>(weights, stride, values, positions, dim, start, out);
}

void panel(const int16_t* a, const float* a_scales, int rows, int depth, const int8_t* w, const float* w_scales,
           float* out, size_t stride) {
    static constexpr decltype(&panel_tile<1>) of[] = {panel_tile<1>, panel_tile<2>, panel_tile<3>,
                                                      panel_tile<4>, panel_tile<5>, panel_tile<6>};
    for (int row = 0; row < rows; row += TILE) {
        int count = std::min(TILE, rows - row);
        of[count - 1](a + size_t(row) * depth, a_scales + row, depth, w, w_scales, out + row * stride, stride);
    }
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

void softmax(float* row, int length) {
    Floats tops = all(-INFINITY);
    for (int i = 0; i < length; i += LANES) tops = larger(tops, load(row + i));
    const float top = largest(tops);
    Floats totals{};
    for (int i = 0; i < length; i += LANES) {
        Floats score = load(row + i);
        Floats weight = score == all(-INFINITY) ? Floats{} : exponential(score - top);
        store(row + i, weight);
        totals += weight;
    }
    const float by = 1 / total(totals);
    for (int i = 0; i < length; i += LANES) store(row + i, load(row + i) * by);
}

void swiglu(const float* gate, const float* up, int length, float* out) {
    for (int i = 0; i < length; i += LANES) {
        Floats x = load(gate + i);
        store(out + i, x / (exponential(-larger(x, all(-80.0f))) + 1.0f) * load(up + i));
    }
}

}  // namespace

const Kernels KERNELS = {KERNELS_NAME, normalize, quantize, panel, scores, softmax, mix, swiglu};

}  // namespace paw
