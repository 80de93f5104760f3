// What the machine can do at most: bytes read a second, and products a second. `limits THREADS MEGABYTES` prints both.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <typename Work>
static double best_seconds(int threads, const Work& work) {
    double best = 1e9;
    for (int round = 0; round < 80; ++round) {
        const double start = now();
        std::vector<std::thread> all;
        for (int t = 0; t < threads; ++t) all.emplace_back([&, t] { work(t); });
        for (auto& thread : all) thread.join();
        best = std::min(best, now() - start);
    }
    return best;
}

static volatile uint64_t sink;

typedef uint64_t Words __attribute__((vector_size(64), aligned(8), may_alias));

// The sum of memory.
static void read_all(const uint64_t* from, size_t count) {
    Words a{}, b{}, c{}, d{};
    for (size_t i = 0; i + 32 <= count; i += 32) {
        auto at = reinterpret_cast<const Words*>(from + i);
        a += at[0], b += at[1], c += at[2], d += at[3];
        __builtin_prefetch(from + i + 256);
    }
    a += b + c + d;
    for (int lane = 0; lane < 8; ++lane) sink = sink + a[lane];
}

// Twelve sums that do not wait for each other, in registers: a compiler may leave them in memory, so it is not asked.
#if defined(__AVX512VNNI__)
static const char* const KIND = "vpdpbusd, 64 products of 8 bits";
#define STEP(sum) "vpdpbusd %%zmm15, %%zmm14, %%zmm" sum "\n"
static constexpr double PRODUCTS = 64;
#elif defined(__AVX2__)
static const char* const KIND = "vpmaddwd, 16 products of 16 bits";
#define STEP(sum) "vpmaddwd %%ymm15, %%ymm14, %%ymm13\n vpaddd %%ymm13, %%ymm" sum ", %%ymm" sum "\n"
static constexpr double PRODUCTS = 16;
#endif
#if defined(STEP)
static double products(long rounds) {
    for (long i = 0; i < rounds; ++i)
        asm volatile(STEP("0") STEP("1") STEP("2") STEP("3") STEP("4") STEP("5") STEP("6") STEP("7") STEP("8") STEP("9")
                         STEP("10") STEP("11")::
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                               "xmm11", "xmm13");
    return 12 * PRODUCTS * rounds;
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
    const long rounds = 1000000;
    const double multiplying = best_seconds(threads, [&](int) { products(rounds); });
    std::printf("%g\n%g\n%s\n", threads * count * 8 / reading, threads * products(1) * rounds / multiplying, KIND);
}
