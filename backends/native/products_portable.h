// Products of matrices in plain C++: what the others compute, and what other processors run.

void quantize(const float* in, int length, const Activations& out, int row) {
    auto to = reinterpret_cast<int16_t*>(out.integers + size_t(row) * out.depth() * sizeof(int16_t));
    float* factors = out.factors + size_t(row) * out.groups * 2;
    for (int g = 0; g < out.groups; ++g) {
        int32_t integers[GROUP];
        rounded_group(in + g * GROUP, std::min(GROUP, length - g * GROUP), limit_of(out.bits), integers, factors + 2 * g);
        for (int i = 0; i < GROUP; ++i) to[g * GROUP + i] = static_cast<int16_t>(integers[i]);
    }
}

inline float from_half(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const float size = exponent ? std::ldexp(static_cast<float>(1024 + fraction), exponent - 25)
                                : std::ldexp(static_cast<float>(fraction), -24);
    return bits & 0x8000 ? -size : size;
}

void multiply(const Activations& in, int rows, const Panels& panels) {
    const size_t block = block_bytes(panels.bits);
    for (int p = 0; p < panels.count; ++p)
        for (int g = 0; g < in.groups; ++g) {
            const uint8_t* from = panels.blocks + (size_t(p) * in.groups + g) * block;
            int16_t weights[GROUP][PANEL];
            float scales[PANEL], minima[PANEL];
            for (int k = 0; k < GROUP; ++k)
                for (int n = 0; n < PANEL; ++n)
                    weights[k][n] = panels.bits == 8 ? from[k / 4 * 64 + n * 4 + k % 4]
                                                     : from[k % 16 / 4 * 64 + n * 4 + k % 4] >> (k < 16 ? 0 : 4) & 15;
            for (int n = 0; n < PANEL; ++n) {
                uint16_t halves[2];
                std::memcpy(halves, from + block - 4 * PANEL + 2 * n, 2);
                std::memcpy(halves + 1, from + block - 2 * PANEL + 2 * n, 2);
                scales[n] = from_half(halves[0]), minima[n] = from_half(halves[1]);
            }
            for (int row = 0; row < rows; ++row) {
                auto a = reinterpret_cast<const int16_t*>(in.integers) + size_t(row) * in.depth() + g * GROUP;
                const float* factors = in.factors + (size_t(row) * in.groups + g) * 2;
                int32_t sums[PANEL] = {};
                for (int k = 0; k < GROUP; ++k)
                    for (int n = 0; n < PANEL; ++n) sums[n] += a[k] * weights[k][n];
                float* out = panels.out + row * panels.stride + p * PANEL;
                for (int n = 0; n < PANEL; ++n) {
                    const float before = g == 0 && !panels.add ? 0 : out[n];
                    out[n] = before + static_cast<float>(sums[n]) * factors[0] * scales[n] + minima[n] * factors[1];
                }
            }
        }
}
