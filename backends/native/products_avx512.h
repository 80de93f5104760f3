// Products of matrices on AVX-512 with VNNI, by vpdpbusd: 64 products of unsigned weights and signed activations an
// instruction, summed by fours into 32 bits. An activation of 16 bits is two of 8: high * 256 + low, both signed.

void quantize(const float* in, int length, const Activations& out, int row) {
    uint8_t* to = out.integers + row * out.row_bytes();
    float* factors = out.factors + size_t(row) * out.groups * 2;
    const float limit = limit_of(out.bits);
    for (int g = 0; g < out.groups; ++g, factors += 2) {
        const int count = std::min(GROUP, length - g * GROUP);
        const __mmask16 second_half = count < GROUP ? 0 : 0xffff;  // lengths are multiples of 16
        __m512 one = _mm512_loadu_ps(in + g * GROUP), two = _mm512_maskz_loadu_ps(second_half, in + g * GROUP + 16);
        const float peak = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(one), _mm512_abs_ps(two)));
        const __m512 by = _mm512_set1_ps(peak > 0 ? limit / peak : 0);
        const __m512i first = _mm512_cvtps_epi32(_mm512_mul_ps(one, by));
        const __m512i second = _mm512_cvtps_epi32(_mm512_mul_ps(two, by));
        const auto sum = static_cast<float>(_mm512_reduce_add_epi32(_mm512_add_epi32(first, second)));
        factors[0] = peak * (1 / limit);
        factors[1] = out.bits == 8 ? sum : factors[0] * sum;
        auto at = reinterpret_cast<__m128i*>(to);
        if (out.bits == 8) {
            _mm_storeu_si128(at, _mm512_cvtepi32_epi8(first));
            _mm_storeu_si128(at + 1, _mm512_cvtepi32_epi8(second));
            to += GROUP;
            continue;
        }
        const __m512i half = _mm512_set1_epi32(128);
        _mm_storeu_si128(at, _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(first, half), 8)));
        _mm_storeu_si128(at + 1, _mm512_cvtepi32_epi8(_mm512_srai_epi32(_mm512_add_epi32(second, half), 8)));
        _mm_storeu_si128(at + 2, _mm512_cvtepi32_epi8(first));
        _mm_storeu_si128(at + 3, _mm512_cvtepi32_epi8(second));
        to += 2 * GROUP;
    }
}

// Where weights come from: a group's integers in two vectors of 16 outputs by 4 inputs, its scales and minima.
struct Halves {
    static inline __m512 load(const uint8_t* block, int size, int which) {
        auto at = reinterpret_cast<const __m256i*>(block + size - 4 * PANEL);
        return _mm512_cvtph_ps(_mm256_loadu_si256(at + which));
    }
};

struct Four {
    static constexpr size_t BYTES = block_bytes(4);
    static inline void integers(const uint8_t* block, int i, __m512i& low, __m512i& high) {
        const __m512i nibble = _mm512_set1_epi8(15), bytes = _mm512_loadu_si512(block + i * 64);
        low = _mm512_and_si512(bytes, nibble);
        high = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble);
    }
    static inline __m512 factor(const uint8_t* block, int which) { return Halves::load(block, BYTES, which); }
};

struct Eights {
    static constexpr size_t BYTES = block_bytes(8);
    static inline void integers(const uint8_t* block, int i, __m512i& low, __m512i& high) {
        low = _mm512_loadu_si512(block + i * 64);
        high = _mm512_loadu_si512(block + (i + 4) * 64);
    }
    static inline __m512 factor(const uint8_t* block, int which) { return Halves::load(block, BYTES, which); }
};

// Made of `Four` for many rows: its integers as bytes, and its factors as floats.
struct Unpacked {
    static constexpr size_t BYTES = PANEL * GROUP + 2 * PANEL * 4;
    static inline void integers(const uint8_t* block, int i, __m512i& low, __m512i& high) {
        Eights::integers(block, i, low, high);
    }
    static inline __m512 factor(const uint8_t* block, int which) {
        return _mm512_loadu_ps(block + PANEL * GROUP + which * 64);
    }
};

void unpack(const uint8_t* from, int blocks, uint8_t* to) {
    for (int block = 0; block < blocks; ++block, from += Four::BYTES, to += Unpacked::BYTES) {
        UNROLLED
        for (int i = 0; i < 4; ++i) {
            __m512i low, high;
            Four::integers(from, i, low, high);
            _mm512_storeu_si512(to + i * 64, low);
            _mm512_storeu_si512(to + (i + 4) * 64, high);
        }
        UNROLLED
        for (int which = 0; which < 2; ++which)
            _mm512_storeu_ps(to + PANEL * GROUP + which * 64, Four::factor(from, which));
    }
}

// One plane of a group's activations (all 8 bits of them, or the high or low 8 of 16) times its weights.
template <typename Source, int ROWS, int COUNT>
inline void add_products(__m512i (&sums)[ROWS][COUNT], const uint8_t* a, size_t row_bytes, const uint8_t* w,
                         size_t panel_bytes) {
    UNROLLED
    for (int i = 0; i < 4; ++i) {
        __m512i low[COUNT], high[COUNT];
        UNROLLED
        for (int p = 0; p < COUNT; ++p) Source::integers(w + p * panel_bytes, i, low[p], high[p]);
        UNROLLED
        for (int row = 0; row < ROWS; ++row) {
            int32_t here, there;
            std::memcpy(&here, a + row * row_bytes + 4 * i, 4);
            std::memcpy(&there, a + row * row_bytes + 16 + 4 * i, 4);
            const __m512i first = _mm512_set1_epi32(here), second = _mm512_set1_epi32(there);
            UNROLLED
            for (int p = 0; p < COUNT; ++p) {
                sums[row][p] = _mm512_dpbusd_epi32(sums[row][p], low[p], first);
                sums[row][p] = _mm512_dpbusd_epi32(sums[row][p], high[p], second);
            }
        }
    }
}

// Sums of 8-bit activations begin at 1.5 * 2^23 as a float has it, so that what they are in the end is a float of that
// much more: a conversion less, on the ports that products need. What it costs is a part of a step in a sum whose
// activations were rounded by half a step each.
constexpr float START = 12582912.0f;

template <typename Source, int BITS, int ROWS, int COUNT>
void tile(const Activations& in, int row, const Panels& panels, const uint8_t* w) {
    const size_t row_bytes = in.row_bytes(), panel_bytes = in.groups * Source::BYTES;
    const uint8_t* a = in.integers + row * row_bytes;
    const float* factors = in.factors + size_t(row) * in.groups * 2;
    float* out = panels.out + row * panels.stride;
    const __m512i start = BITS == 8 ? _mm512_castps_si512(_mm512_set1_ps(START)) : _mm512_setzero_si512();
    __m512 found[ROWS][COUNT];
    UNROLLED
    for (int r = 0; r < ROWS; ++r)
        UNROLLED
        for (int p = 0; p < COUNT; ++p)
            found[r][p] = panels.add ? _mm512_loadu_ps(out + r * panels.stride + p * PANEL) : _mm512_setzero_ps();
    for (int g = 0; g < in.groups; ++g, w += Source::BYTES, a += GROUP * BITS / 8, factors += 2) {
        __m512i sums[ROWS][COUNT];
        UNROLLED
        for (int r = 0; r < ROWS; ++r)
            UNROLLED
            for (int p = 0; p < COUNT; ++p) sums[r][p] = start;
        add_products<Source>(sums, a, row_bytes, w, panel_bytes);
        if (BITS == 16) {
            UNROLLED
            for (int r = 0; r < ROWS; ++r)
                UNROLLED
                for (int p = 0; p < COUNT; ++p) sums[r][p] = _mm512_slli_epi32(sums[r][p], 8);
            add_products<Source>(sums, a + GROUP, row_bytes, w, panel_bytes);
        }
        UNROLLED
        for (int p = 0; p < COUNT; ++p) {
            const __m512 scale = Source::factor(w + p * panel_bytes, 0), minimum = Source::factor(w + p * panel_bytes, 1);
            const __m512 before = _mm512_mul_ps(scale, _mm512_set1_ps(-START));
            UNROLLED
            for (int r = 0; r < ROWS; ++r) {
                const float* factor = factors + size_t(r) * in.groups * 2;
                const __m512 worth = _mm512_set1_ps(factor[0]), sum = _mm512_set1_ps(factor[1]);
                if (BITS == 8) {
                    __m512 group = _mm512_fmadd_ps(minimum, sum, before);
                    group = _mm512_fmadd_ps(_mm512_castsi512_ps(sums[r][p]), scale, group);
                    found[r][p] = _mm512_fmadd_ps(group, worth, found[r][p]);
                } else {
                    const __m512 group = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r][p]), worth);
                    found[r][p] = _mm512_fmadd_ps(group, scale, found[r][p]);
                    found[r][p] = _mm512_fmadd_ps(minimum, sum, found[r][p]);
                }
            }
        }
    }
    UNROLLED
    for (int r = 0; r < ROWS; ++r)
        UNROLLED
        for (int p = 0; p < COUNT; ++p) _mm512_storeu_ps(out + r * panels.stride + p * PANEL, found[r][p]);
}

template <typename Source, int BITS, int COUNT>
void tiles(const Activations& in, int rows, const Panels& panels, const uint8_t* w) {
    static constexpr decltype(&tile<Source, BITS, 1, COUNT>) of[] = {
        tile<Source, BITS, 1, COUNT>, tile<Source, BITS, 2, COUNT>, tile<Source, BITS, 3, COUNT>,
        tile<Source, BITS, 4, COUNT>, tile<Source, BITS, 5, COUNT>, tile<Source, BITS, 6, COUNT>};
    for (int row = 0; row < rows; row += TILE)
        of[std::min(TILE, rows - row) - 1](in, row, panels, w);
}

template <typename Source>
void multiply_from(const Activations& in, int rows, const Panels& panels, const uint8_t* w) {
    if (in.bits == 8 && panels.count == PAIR) tiles<Source, 8, 2>(in, rows, panels, w);
    else if (in.bits == 8) tiles<Source, 8, 1>(in, rows, panels, w);
    else if (panels.count == PAIR) tiles<Source, 16, 2>(in, rows, panels, w);
    else tiles<Source, 16, 1>(in, rows, panels, w);
}

void multiply(const Activations& in, int rows, const Panels& panels) {
    if (panels.bits == 8) return multiply_from<Eights>(in, rows, panels, panels.blocks);
    if (rows <= TILE) return multiply_from<Four>(in, rows, panels, panels.blocks);
    unpack(panels.blocks, in.groups * panels.count, panels.scratch);
    multiply_from<Unpacked>(in, rows, panels, panels.scratch);
}
