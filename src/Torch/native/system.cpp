// The process: threads, random numbers, CUDA, libtorch's version.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <dlfcn.h>

SG_API const char* sg_version() { return TORCH_VERSION; }

// Called once after loading: results that depend on nothing but input, machine and thread count.
// Operators without such a form warn instead of failing; memory that is not set stays as it is.
SG_API void sg_start() {
  at::globalContext().setDeterministicAlgorithms(true, true);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
  at::globalContext().setDeterministicFillUninitializedMemory(false);
#endif
}

SG_API int32_t sg_get_num_threads() { return at::get_num_threads(); }
SG_API int32_t sg_get_num_interop_threads() { return at::get_num_interop_threads(); }

SG_API int32_t sg_set_num_threads(int32_t n) {
  return sg::guarded(-1, [&] {
    at::set_num_threads(n);
    // A BLAS with its own threads does not hear of it otherwise.
    using Setter = void (*)(int);
    if (auto set = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(n);
    return 0;
  });
}

SG_API int32_t sg_set_num_interop_threads(int32_t n) {
  return sg::guarded(-1, [&] {
    at::set_num_interop_threads(n);
    return 0;
  });
}

SG_API int32_t sg_cuda_available() {
  return sg::guarded(0, [] { return static_cast<int32_t>(torch::cuda::is_available()); });
}

SG_API int32_t sg_cudnn_available() {
  return sg::guarded(0, [] { return static_cast<int32_t>(torch::cuda::cudnn_is_available()); });
}

SG_API int32_t sg_cuda_device_count() {
  return sg::guarded(0, [] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

SG_API int32_t sg_cuda_synchronize(int64_t index) {
  return sg::guarded(-1, [&] {
    torch::cuda::synchronize(index);
    return 0;
  });
}

// Seeds the generators of every device.
SG_API int32_t sg_manual_seed(int64_t seed) {
  return sg::guarded(-1, [&] {
    at::manual_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

SG_API int32_t sg_cuda_manual_seed(int64_t seed, int32_t all) {
  return sg::guarded(-1, [&] {
    if (all) torch::cuda::manual_seed_all(static_cast<uint64_t>(seed));
    else torch::cuda::manual_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

// A generator of its own, on the CPU or as a clone of the device's default one.
SG_API void* sg_generator_new(int64_t seed, int32_t device_type, int32_t device_index) {
  return sg::guarded(static_cast<void*>(nullptr), [&]() -> void* {
    const auto type = static_cast<c10::DeviceType>(device_type);
    if (type == c10::DeviceType::CPU) {
      return new at::Generator(at::detail::createCPUGenerator(static_cast<uint64_t>(seed)));
    }
    const auto device = c10::Device(type, static_cast<c10::DeviceIndex>(device_index));
    auto generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(static_cast<uint64_t>(seed));
    return new at::Generator(std::move(generator));
  });
}

// The CPU's default generator.
SG_API void* sg_generator_default() { return new at::Generator(at::detail::getDefaultCPUGenerator()); }

SG_API void sg_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

SG_API int32_t sg_generator_set_seed(void* generator, int64_t seed) {
  return sg::guarded(-1, [&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    target.set_current_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

SG_API int64_t sg_generator_initial_seed(void* generator) {
  return static_cast<int64_t>(static_cast<at::Generator*>(generator)->current_seed());
}

// A new non-deterministic seed, set and returned.
SG_API int64_t sg_generator_seed(void* generator) {
  return sg::guarded(int64_t{0}, [&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    return static_cast<int64_t>(target.seed());
  });
}

SG_API SgTensor sg_generator_get_state(void* generator) {
  return sg::guarded(static_cast<SgTensor>(nullptr), [&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    return sg::release(target.get_state());
  });
}

SG_API int32_t sg_generator_set_state(void* generator, SgTensor state) {
  return sg::guarded(-1, [&] {
    auto& target = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    target.set_state(sg::borrow(state));
    return 0;
  });
}

SG_API int32_t sg_deterministic() { return at::globalContext().deterministicAlgorithms(); }
SG_API int32_t sg_deterministic_warn_only() { return at::globalContext().deterministicAlgorithmsWarnOnly(); }
SG_API void sg_set_deterministic(int32_t on, int32_t warn_only) {
  at::globalContext().setDeterministicAlgorithms(on != 0, warn_only != 0);
}
