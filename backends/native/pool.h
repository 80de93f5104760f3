// A few threads that share the steps of one call. Within a call they wait by spinning, as its 200 steps take microseconds
// each; between calls they sleep.
#pragma once

#include <atomic>
#include <condition_variable>
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
        work_ = &work;
        items_ = items;
        next_.store(0, std::memory_order_relaxed);
        busy_.store(static_cast<int>(others_.size()), std::memory_order_relaxed);
        step_.fetch_add(1, std::memory_order_release);
        share(0);
        for (int spins = 0; busy_.load(std::memory_order_acquire) != 0; ++spins) pause(spins);
    }

  private:
    void share(int thread) {
        for (int item; (item = next_.fetch_add(1, std::memory_order_relaxed)) < items_;) (*work_)(item, thread);
    }

    void serve(int thread) {
        for (unsigned done = 0;;) {
            {
                std::unique_lock<std::mutex> hold(lock_);
                awake_.wait(hold, [&] { return closing_ || active_.load() || step_.load() != done; });
                if (closing_) return;
            }
            for (int spins = 0;; ++spins) {
                if (step_.load(std::memory_order_acquire) != done) {
                    ++done;
                    share(thread);
                    busy_.fetch_sub(1, std::memory_order_release);
                    spins = 0;
                } else if (!active_.load(std::memory_order_acquire)) {
                    break;
                } else {
                    pause(spins);
                }
            }
        }
    }

    static void pause(int spins) {
        if (spins > 2000) {
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
    std::atomic<unsigned> step_{0};
    std::atomic<int> next_{0}, busy_{0};
    int items_ = 0;
    const std::function<void(int, int)>* work_ = nullptr;
};

}  // namespace paw
