// Handles: lifetime, shape, data, errors.
#include "shim.h"

#include <c10/util/Exception.h>

#include <cstring>
#include <string>

namespace sg {

static thread_local std::string error_line;

void set_error(const char* what) {
  const char* end = std::strchr(what, '\n');
  error_line.assign(what, end ? static_cast<size_t>(end - what) : std::strlen(what));
}

void set_error_from_current_exception() {
  try {
    throw;
  } catch (const c10::Error& e) {
    set_error(e.what_without_backtrace());
  } catch (const std::exception& e) {
    set_error(e.what());
  } catch (...) {
    set_error("unknown error in libtorch");
  }
}

}  // namespace sg

SG_API const char* sg_error() { return sg::error_line.c_str(); }

SG_API void sg_free(SgTensor t) { sg::Ptr::reclaim(t); }

// Another handle of the same tensor object.
SG_API SgTensor sg_share(SgTensor t) { return sg::release(at::Tensor(sg::borrow(t))); }

SG_API int64_t sg_dim(SgTensor t) { return sg::borrow(t).dim(); }
SG_API int64_t sg_numel(SgTensor t) { return sg::borrow(t).numel(); }
SG_API int32_t sg_dtype(SgTensor t) { return static_cast<int32_t>(sg::borrow(t).scalar_type()); }
SG_API int32_t sg_device_type(SgTensor t) { return static_cast<int32_t>(sg::borrow(t).device().type()); }
SG_API int32_t sg_device_index(SgTensor t) { return sg::borrow(t).device().index(); }
SG_API int64_t sg_element_size(SgTensor t) { return static_cast<int64_t>(sg::borrow(t).element_size()); }
SG_API int64_t sg_storage_offset(SgTensor t) { return sg::borrow(t).storage_offset(); }
SG_API int32_t sg_is_contiguous(SgTensor t) { return sg::borrow(t).is_contiguous(); }
SG_API int32_t sg_is_sparse(SgTensor t) { return sg::borrow(t).is_sparse(); }
SG_API int64_t sg_owned_bytes(SgTensor t) { return sg::owned_bytes(sg::borrow(t)); }

SG_API void sg_sizes(SgTensor t, int64_t* out) {
  const auto sizes = sg::borrow(t).sizes();
  std::copy(sizes.begin(), sizes.end(), out);
}

SG_API void sg_strides(SgTensor t, int64_t* out) {
  const auto strides = sg::borrow(t).strides();
  std::copy(strides.begin(), strides.end(), out);
}

SG_API void* sg_data(SgTensor t) {
  return sg::guarded<>(static_cast<void*>(nullptr), [&] { return sg::borrow(t).data_ptr(); });
}
