#include "workers.h"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include "illegal_address.h"
#include "settings.h"

namespace cuda_on_cpu {
namespace {

class Workers {
 public:
  explicit Workers(int count) : count_(count) {
    for (int i = 0; i < count; i++) std::thread([this, i] { work(i); }).detach();  // until the process ends
  }

  int count() const { return count_; }

  void run(uint64_t count, const std::function<void(uint64_t, int)>& task) {
    std::unique_lock<std::mutex> lock(mutex_);
    task_ = &task;
    tasks_ = count;
    next_ = 0;
    busy_ = count_;
    round_++;
    wake_.notify_all();
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void work(int worker) {
    watch_for_illegal_addresses();
    uint64_t seen = 0;
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return round_ != seen; });
        seen = round_;
      }
      for (uint64_t i = next_++; i < tasks_; i = next_++) (*task_)(i, worker);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_all();
    }
  }

  const int count_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(uint64_t, int)>* task_ = nullptr;
  uint64_t tasks_ = 0, round_ = 0;
  std::atomic<uint64_t> next_{0};
  int busy_ = 0;
};

Workers& workers() {
#ifdef CUDA_ON_CPU_ADDRESS_SANITIZER  // __shared__ variables exist once there
  static Workers* const all = new Workers(1);
#else
  static Workers* const all =
      new Workers(settings.workers > 0 ? settings.workers : (int)std::max(1u, std::thread::hardware_concurrency()));
#endif
  return *all;
}

}  // namespace

int worker_count() { return workers().count(); }

void run_on_workers(uint64_t count, const std::function<void(uint64_t, int)>& task) { workers().run(count, task); }

}  // namespace cuda_on_cpu
