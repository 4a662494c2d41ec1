// Gradients and the modes that turn them off.
#include "shim.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

namespace {

std::vector<at::Tensor> list(const SgTensor* handles, int32_t n) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(n);
  for (int32_t i = 0; i < n; i++) tensors.push_back(handles[i] ? sg::borrow(handles[i]) : at::Tensor());
  return tensors;
}

}  // namespace

SG_API int32_t sg_requires_grad(SgTensor t) { return sg::borrow(t).requires_grad(); }
SG_API int32_t sg_is_leaf(SgTensor t) { return sg::borrow(t).is_leaf(); }

SG_API int32_t sg_set_requires_grad(SgTensor t, int32_t on) {
  return sg::guarded(-1, [&] {
    sg::borrow(t).set_requires_grad(on != 0);
    return 0;
  });
}

SG_API int32_t sg_retain_grad(SgTensor t) {
  return sg::guarded(-1, [&] {
    sg::borrow(t).retain_grad();
    return 0;
  });
}

// The gradient, null when there is none.
SG_API SgTensor sg_grad(SgTensor t) { return sg::release(at::Tensor(sg::borrow(t).grad())); }

SG_API int32_t sg_set_grad(SgTensor t, SgTensor grad) {
  return sg::guarded(-1, [&] {
    sg::borrow(t).mutable_grad() = grad ? sg::borrow(grad) : at::Tensor();
    return 0;
  });
}

SG_API int32_t sg_backward(const SgTensor* tensors, int32_t n, const SgTensor* grads, int32_t n_grads, int32_t retain_graph,
                           int32_t create_graph, const SgTensor* inputs, int32_t n_inputs) {
  return sg::guarded(-1, [&] {
    torch::autograd::backward(list(tensors, n), list(grads, n_grads), retain_graph != 0, create_graph != 0,
                              list(inputs, n_inputs));
    return 0;
  });
}

// Writes one handle (null when unused) per input into outs.
SG_API int32_t sg_autograd_grad(const SgTensor* outputs, int32_t n, const SgTensor* inputs, int32_t n_inputs,
                                const SgTensor* grads, int32_t n_grads, int32_t retain_graph, int32_t create_graph,
                                int32_t allow_unused, SgTensor* outs) {
  return sg::guarded(-1, [&] {
    auto result = torch::autograd::grad(list(outputs, n), list(inputs, n_inputs), list(grads, n_grads), retain_graph != 0,
                                        create_graph != 0, allow_unused != 0);
    for (int32_t i = 0; i < n_inputs; i++) outs[i] = sg::release(std::move(result[i]));
    return 0;
  });
}

SG_API int32_t sg_grad_enabled() { return c10::GradMode::is_enabled(); }
SG_API void sg_set_grad_enabled(int32_t on) { c10::GradMode::set_enabled(on != 0); }

SG_API int32_t sg_inference_enabled() { return c10::InferenceMode::is_enabled(); }
SG_API void* sg_enter_inference(int32_t on) { return new c10::InferenceMode(on != 0); }
SG_API void sg_leave_inference(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
