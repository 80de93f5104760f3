// What the machine can do at most: bytes read a second, and products a second. `limits THREADS MEGABYTES` prints both.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <typename Work>
static double best_seconds(int threads, const Work& work) {
    double best = 1e9;
    for (int round = 0; round < 25; ++round) {
        const double start = now();
        std::vector<std::thread> all;
        for (int t = 0; t < threads; ++t) all.emplace_back([&, t] { work(t); });
        for (auto& thread : all) thread.join();
        best = std::min(best, now() - start);
    }
    return best;
}

static volatile uint64_t sink;

// The sum of memory, by as wide loads as the compiler finds for this machine.
static void read_all(const uint64_t* from, size_t count) {
    uint64_t sums[32] = {};
    for (size_t i = 0; i + 32 <= count; i += 32)
        for (int lane = 0; lane < 32; ++lane) sums[lane] += from[i + lane];
    for (uint64_t sum : sums) sink = sink + sum;
}

#if defined(__AVX512VNNI__)
static const char* const KIND = "vpdpbusd, 64 products of 8 bits";
static double products(long rounds) {
    __m512i sums[12], a = _mm512_set1_epi32(1), b = _mm512_set1_epi32(2);
    for (auto& sum : sums) sum = a;
    for (long i = 0; i < rounds; ++i)
        for (auto& sum : sums) {
            sum = _mm512_dpbusd_epi32(sum, a, b);
            asm volatile("" : "+v"(sum));
        }
    for (auto& sum : sums) sink = sink + _mm512_reduce_add_epi32(sum);
    return 12.0 * 64 * rounds;
}
#elif defined(__AVX2__)
static const char* const KIND = "vpmaddwd, 16 products of 16 bits";
static double products(long rounds) {
    __m256i sums[6], a = _mm256_set1_epi16(1);
    for (auto& sum : sums) sum = a;
    for (long i = 0; i < rounds; ++i)
        for (auto& sum : sums) {
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, a));
            asm volatile("" : "+x"(sum));
        }
    for (auto& sum : sums) sink = sink + _mm256_extract_epi32(sum, 0);
    return 6.0 * 16 * rounds;
}
#else
static const char* const KIND = "plain C++";
static double products(long rounds) {
    int32_t sums[64] = {};
    for (long i = 0; i < rounds; ++i)
        for (int lane = 0; lane < 64; ++lane) sums[lane] += lane * static_cast<int32_t>(i);
    for (int32_t sum : sums) sink = sink + sum;
    return 64.0 * rounds;
}
#endif

int main(int, char** given) {
    const int threads = std::atoi(given[1]);
    const size_t count = std::strtoul(given[2], nullptr, 10) * (1 << 20) / 8 / threads;
    std::vector<std::vector<uint64_t>> memory(threads, std::vector<uint64_t>(count, 1));
    const double reading = best_seconds(threads, [&](int t) { read_all(memory[t].data(), count); });
    const long rounds = 10000000;
    const double multiplying = best_seconds(threads, [&](int) { products(rounds); });
    std::printf("%g\n%g\n%s\n", threads * count * 8 / reading, threads * products(1) * rounds / multiplying, KIND);
}
