// A few threads that share the steps of one call. Within a call they wait by spinning, as its 200 steps take microseconds
// each; between calls they sleep. A thread that the system keeps from running delays nobody: what it did not take the
// others do, and only work that it has begun is waited for.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace paw {

class Pool {
  public:
    explicit Pool(int threads) {
        for (int i = 1; i < threads; ++i) others_.emplace_back([this, i] { serve(i); });
    }

    ~Pool() {
        {
            std::lock_guard<std::mutex> hold(lock_);
            closing_ = true;
        }
        awake_.notify_all();
        for (auto& other : others_) other.join();
    }

    int threads() const { return 1 + static_cast<int>(others_.size()); }

    // Between `wake` and `rest` the threads are ready for `run`.
    void wake() {
        if (others_.empty()) return;
        {
            std::lock_guard<std::mutex> hold(lock_);
            active_.store(true, std::memory_order_release);
        }
        awake_.notify_all();
    }
    void rest() { active_.store(false, std::memory_order_release); }

    // work(item, thread) for each of `items`, in any order, by all threads.
    void run(int items, const std::function<void(int, int)>& work) {
        if (others_.empty()) {
            for (int item = 0; item < items; ++item) work(item, 0);
            return;
        }
        const int several = items / MOST + 1;
        const auto some = [&](int first, int thread) {
            for (int item = first * several; item < std::min(items, (first + 1) * several); ++item) work(item, thread);
        };
        const std::function<void(int, int)> all = std::cref(some);
        const int count = (items + several - 1) / several;
        work_.store(&all, std::memory_order_relaxed);
        left_.store(count, std::memory_order_relaxed);
        const uint64_t step = (ticket_.load(std::memory_order_relaxed) >> 32) + 1;
        ticket_.store(step << 32 | uint64_t(count) << 16, std::memory_order_release);
        share(0);
        for (int spins = 0; left_.load(std::memory_order_acquire) != 0; ++spins) pause(spins);
    }

  private:
    static constexpr int MOST = 0xffff;

    // Take items of the current step while there are any. A ticket is the step (32 bits), how many items it has (16) and
    // the next of them (16): whoever changes it has an item of that very step, which cannot end before that is done.
    bool share(int thread) {
        bool any = false;
        for (uint64_t ticket = ticket_.load(std::memory_order_acquire);;) {
            const auto item = static_cast<int>(ticket & MOST), items = static_cast<int>(ticket >> 16 & MOST);
            if (item == items) return any;
            if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) continue;
            (*work_.load(std::memory_order_relaxed))(item, thread);
            left_.fetch_sub(1, std::memory_order_acq_rel);
            any = true;
            ticket = ticket_.load(std::memory_order_acquire);
        }
    }

    void serve(int thread) {
        for (;;) {
            {
                std::unique_lock<std::mutex> hold(lock_);
                awake_.wait(hold, [&] { return closing_ || active_.load(); });
                if (closing_) return;
            }
            for (int spins = 0; active_.load(std::memory_order_acquire); ++spins) {
                if (share(thread)) spins = 0;
                pause(spins);
            }
        }
    }

    static void pause(int spins) {
        if (spins > 500) {
            std::this_thread::yield();  // another process may have the core
            return;
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

    std::vector<std::thread> others_;
    std::mutex lock_;
    std::condition_variable awake_;
    bool closing_ = false;
    std::atomic<bool> active_{false};
    std::atomic<uint64_t> ticket_{0};
    std::atomic<int> left_{0};
    std::atomic<const std::function<void(int, int)>*> work_{nullptr};
};

}  // namespace paw
