// Products of matrices on AVX2, by vpmaddwd: 16 products an instruction, summed in pairs. 8-bit products are no faster,
// as their sums need a second multiplication; so activations lie as 16 bits, however many of them are used.

void quantize(const float* in, int length, const Activations& out, int row) {
    auto to = reinterpret_cast<int16_t*>(out.integers + size_t(row) * out.depth() * sizeof(int16_t));
    float* factors = out.factors + size_t(row) * out.groups * 2;
    for (int g = 0; g < out.groups; ++g) {
        alignas(32) int32_t integers[GROUP];
        rounded_group(in + g * GROUP, std::min(GROUP, length - g * GROUP), limit_of(out.bits), integers, factors + 2 * g);
        for (int i = 0; i < GROUP; ++i) to[g * GROUP + i] = static_cast<int16_t>(integers[i]);
    }
}

// A group's integers as 16 bits, [16 pairs of inputs][16 outputs][2].
inline void widen(const uint8_t* from, int bits, int16_t* to) {
    const __m256i low_pair = _mm256_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1,  //
                                              0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1);
    const __m256i high_pair = _mm256_add_epi8(low_pair, _mm256_set1_epi16(2));
    auto put = [&](__m256i quads, int quad, int half) {  // 8 outputs, 4 inputs of each
        auto at = reinterpret_cast<__m256i*>(to + quad * 64 + half * 16);
        _mm256_storeu_si256(at, _mm256_shuffle_epi8(quads, low_pair));
        _mm256_storeu_si256(at + 2, _mm256_shuffle_epi8(quads, high_pair));
    };
    const __m256i nibble = _mm256_set1_epi8(15);
    for (int i = 0; i < 2 * bits; ++i) {
        __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from) + i);
        if (bits == 8) {
            put(bytes, i / 2, i % 2);
        } else {
            put(_mm256_and_si256(bytes, nibble), i / 2, i % 2);
            put(_mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble), i / 2 + 4, i % 2);
        }
    }
}

// A panel's group as `tile` reads it: `widen`'s integers, then scales and minima as floats.
constexpr size_t WIDE_BYTES = PANEL * GROUP * 2 + 2 * PANEL * 4;

void unpack(const uint8_t* from, int bits, int groups, uint8_t* to) {
    for (int g = 0; g < groups; ++g, from += block_bytes(bits), to += WIDE_BYTES) {
        widen(from, bits, reinterpret_cast<int16_t*>(to));
        auto halves = reinterpret_cast<const __m128i*>(from + PANEL * GROUP * bits / 8);
        for (int i = 0; i < 4; ++i)
            _mm256_storeu_ps(reinterpret_cast<float*>(to + PANEL * GROUP * 2) + 8 * i,
                             _mm256_cvtph_ps(_mm_loadu_si128(halves + i)));
    }
}

template <int ROWS>
void tile(const Activations& in, int row, const uint8_t* w, float* out, size_t stride, bool add) {
    auto a = reinterpret_cast<const int16_t*>(in.integers) + size_t(row) * in.depth();
    const float* factors = in.factors + size_t(row) * in.groups * 2;
    for (int g = 0; g < in.groups; ++g, w += WIDE_BYTES, a += GROUP, factors += 2) {
        __m256i sums[ROWS][2] = {};
        for (int pair = 0; pair < GROUP / 2; ++pair) {
            auto at = reinterpret_cast<const __m256i*>(w) + 2 * pair;
            __m256i low = _mm256_loadu_si256(at), high = _mm256_loadu_si256(at + 1);
            UNROLLED
            for (int r = 0; r < ROWS; ++r) {
                int32_t both;
                std::memcpy(&both, a + size_t(r) * in.depth() + 2 * pair, sizeof both);
                __m256i two = _mm256_set1_epi32(both);
                sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(two, low));
                sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(two, high));
                // one row after the other: gcc 12 would load all first, and have no registers left for the sums
                asm volatile("" : "+x"(sums[r][0]), "+x"(sums[r][1]));
            }
        }
        // 12 sums fill the registers, so what was found so far stays in memory; a tile of it is in the nearest cache.
        auto scales = reinterpret_cast<const float*>(w + PANEL * GROUP * 2);
        UNROLLED
        for (int r = 0; r < ROWS; ++r)
            UNROLLED
            for (int half = 0; half < 2; ++half) {
                float* to = out + r * stride + half * 8;
                const float* factor = factors + size_t(r) * in.groups * 2;
                __m256 before = g > 0 || add ? _mm256_loadu_ps(to) : _mm256_setzero_ps();
                __m256 found = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[r][half]), _mm256_set1_ps(factor[0]));
                before = _mm256_fmadd_ps(found, _mm256_loadu_ps(scales + half * 8), before);
                before = _mm256_fmadd_ps(_mm256_loadu_ps(scales + PANEL + half * 8), _mm256_set1_ps(factor[1]), before);
                _mm256_storeu_ps(to, before);
            }
    }
}

void multiply(const Activations& in, int rows, const Panels& panels) {
    static constexpr decltype(&tile<1>) of[] = {tile<1>, tile<2>, tile<3>, tile<4>, tile<5>, tile<6>};
    for (int p = 0; p < panels.count; ++p) {
        unpack(panels.blocks + p * in.groups * block_bytes(panels.bits), panels.bits, in.groups, panels.scratch);
        for (int row = 0; row < rows; row += TILE)
            of[std::min(TILE, rows - row) - 1](in, row, panels.scratch,
                                                       panels.out + row * panels.stride + p * PANEL, panels.stride,
                                                       panels.add);
    }
}
