// C ABI of libsafetygate_torch: what src/Torch calls through P/Invoke.
//
// A tensor handle is the tensor's own TensorImpl*, with one reference owned by the caller (sg_free gives it back).
// A function that can fail returns a null handle or -1 and leaves one line in sg_error() for the calling thread.
#pragma once
#include <cstdint>

#include <ATen/core/Tensor.h>

#define SG_API extern "C" __attribute__((visibility("default")))

typedef c10::TensorImpl* SgTensor;
struct SgOp;

// Tags of arguments and results of an operator call.
enum SgTag : int32_t {
  SG_DEFAULT = 0,       // the schema's default
  SG_NONE = 1,
  SG_TENSOR = 2,        // value: handle
  SG_INT = 3,           // value
  SG_DOUBLE = 4,        // value: bits
  SG_BOOL = 5,          // value: 0 or 1
  SG_INT_LIST = 6,      // value: int64_t*, length
  SG_TENSOR_LIST = 7,   // value: SgTensor*, length
  SG_OPT_TENSOR_LIST = 8,  // the same; a null handle is "none"
  SG_STRING = 9,        // value: char*, length in bytes
  SG_DEVICE = 10,       // length: device type, value: index
  SG_GENERATOR = 11,    // value: at::Generator*
};

struct SgArg {
  int32_t tag;
  int32_t length;
  int64_t value;
};

struct SgOut {
  int64_t tag;
  int64_t value;
  int64_t bytes;  // of a tensor: bytes of its storage when it is the only owner, else 0
};

namespace sg {

using Ptr = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
static_assert(sizeof(at::Tensor) == sizeof(SgTensor), "a tensor is one pointer");

// The tensor behind a handle, without taking a reference.
inline const at::Tensor& borrow(const SgTensor& handle) {
  return *reinterpret_cast<const at::Tensor*>(&handle);
}

inline SgTensor release(at::Tensor&& tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

inline int64_t owned_bytes(const at::Tensor& tensor) {
  const auto* impl = tensor.unsafeGetTensorImpl();
  if (!impl->has_storage()) return 0;
  const auto& storage = impl->storage();
  return storage.use_count() == 1 ? static_cast<int64_t>(storage.nbytes()) : 0;
}

// Keeps the first line of what() for sg_error().
void set_error(const char* what);
void set_error_from_current_exception();

template <class F, class R>
inline R guarded(R failed, F&& body) {
  try {
    return body();
  } catch (...) {
    set_error_from_current_exception();
    return failed;
  }
}

}  // namespace sg
