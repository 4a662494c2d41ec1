// The same work as bench/Torch does from C#, in C++ alone: what the engine can at best reach.
#include "shim.h"

#include <ATen/ops/add.h>
#include <ATen/ops/matmul.h>

#include <chrono>

namespace {

template <class F>
double seconds_for(int64_t calls, F&& body) {
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < calls; i++) body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

// Seconds for so many a + b (negative on an error).
SG_API double sg_bench_add(SgTensor a, SgTensor b, int64_t calls) {
  return sg::guarded(-1.0, [&] { return seconds_for(calls, [&] { at::add(sg::borrow(a), sg::borrow(b)); }); });
}

// Seconds for so many matrix products (negative on an error).
SG_API double sg_bench_matmul(SgTensor a, SgTensor b, int64_t calls) {
  return sg::guarded(-1.0, [&] { return seconds_for(calls, [&] { at::matmul(sg::borrow(a), sg::borrow(b)); }); });
}
