// Any ATen operator, by its schema's name: libtorch's dispatcher does the rest (autograd, devices, broadcasting).
#include "shim.h"

#include <ATen/core/Generator.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct SgOp {
  explicit SgOp(c10::OperatorHandle handle) : op(std::move(handle)) {}
  c10::OperatorHandle op;
  // Unboxed forms, for the operators whose C++ signature is one of these.
  std::optional<c10::TypedOperatorHandle<at::Tensor(const at::Tensor&)>> unary;
  std::optional<c10::TypedOperatorHandle<at::Tensor(const at::Tensor&, const at::Tensor&)>> binary;
  std::optional<c10::TypedOperatorHandle<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&)>> binary_alpha;
};

namespace {

// c10::optional or std::optional, whichever this libtorch's lists hold.
template <template <class...> class Optional, class T>
Optional<at::Tensor> optional_tensor_like(const Optional<T>&);
using OptionalTensor = decltype(optional_tensor_like(
    std::declval<c10::Dispatcher&>().findSchema(std::declval<const c10::OperatorName&>())));

bool is(const c10::Argument& argument, c10::TypeKind kind) {
  return argument.type()->kind() == kind && (!argument.alias_info() || !argument.alias_info()->isWrite());
}

void resolve_unboxed(SgOp& target) {
  const auto& schema = target.op.schema();
  const auto& arguments = schema.arguments();
  const auto& returns = schema.returns();
  if (returns.size() != 1 || returns[0].type()->kind() != c10::TypeKind::TensorType) return;
  if (returns[0].alias_info() && returns[0].alias_info()->isWrite()) return;
  const size_t n = arguments.size();
  if (n == 1 && is(arguments[0], c10::TypeKind::TensorType)) {
    target.unary = target.op.typed<at::Tensor(const at::Tensor&)>();
  } else if (n == 2 && is(arguments[0], c10::TypeKind::TensorType) && is(arguments[1], c10::TypeKind::TensorType)) {
    target.binary = target.op.typed<at::Tensor(const at::Tensor&, const at::Tensor&)>();
  } else if (n == 3 && is(arguments[0], c10::TypeKind::TensorType) && is(arguments[1], c10::TypeKind::TensorType) &&
             arguments[2].name() == "alpha") {
    target.binary_alpha = target.op.typed<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&)>();
  }
}

c10::IValue to_ivalue(const SgArg& arg, const c10::Argument& formal) {
  switch (arg.tag) {
    case SG_DEFAULT:
      TORCH_CHECK(formal.default_value().has_value(), "argument '", formal.name(), "' has no default");
      return *formal.default_value();
    case SG_NONE:
      return c10::IValue();
    case SG_TENSOR:
      return c10::IValue(at::Tensor(sg::borrow(reinterpret_cast<SgTensor>(arg.value))));
    case SG_INT:
      return c10::IValue(arg.value);
    case SG_DOUBLE: {
      double value;
      std::memcpy(&value, &arg.value, sizeof value);
      return c10::IValue(value);
    }
    case SG_BOOL:
      return c10::IValue(arg.value != 0);
    case SG_INT_LIST: {
      const auto* values = reinterpret_cast<const int64_t*>(arg.value);
      return c10::IValue(std::vector<int64_t>(values, values + arg.length));
    }
    case SG_TENSOR_LIST: {
      const auto* handles = reinterpret_cast<const SgTensor*>(arg.value);
      c10::List<at::Tensor> list;
      list.reserve(arg.length);
      for (int32_t i = 0; i < arg.length; i++) list.push_back(sg::borrow(handles[i]));
      return c10::IValue(std::move(list));
    }
    case SG_OPT_TENSOR_LIST: {
      const auto* handles = reinterpret_cast<const SgTensor*>(arg.value);
      c10::List<OptionalTensor> list;
      list.reserve(arg.length);
      for (int32_t i = 0; i < arg.length; i++) {
        list.push_back(handles[i] ? OptionalTensor(sg::borrow(handles[i])) : OptionalTensor());
      }
      return c10::IValue(std::move(list));
    }
    case SG_STRING:
      return c10::IValue(std::string(reinterpret_cast<const char*>(arg.value), arg.length));
    case SG_DEVICE:
      return c10::IValue(c10::Device(static_cast<c10::DeviceType>(arg.length), static_cast<c10::DeviceIndex>(arg.value)));
    case SG_GENERATOR:
      return c10::IValue(*reinterpret_cast<const at::Generator*>(arg.value));
    default:
      TORCH_CHECK(false, "unknown argument tag ", arg.tag);
  }
}

// The stack of the last call of this thread, kept for its memory.
thread_local std::vector<c10::IValue> spare_stack;

struct Stack {
  Stack() : values(std::move(spare_stack)) { values.clear(); }
  ~Stack() {
    values.clear();
    spare_stack = std::move(values);
  }
  std::vector<c10::IValue> values;
};

// Results beyond the caller's room wait here until sg_overflow fetches them.
thread_local std::vector<SgOut> overflow;

void give(SgOut result, SgOut* outs, int32_t room, int32_t& count) {
  if (count < room) outs[count] = result;
  else overflow.push_back(result);
  count++;
}

void give_tensor(at::Tensor tensor, SgOut* outs, int32_t room, int32_t& count) {
  const int64_t bytes = tensor.defined() ? sg::owned_bytes(tensor) : 0;
  give({SG_TENSOR, reinterpret_cast<int64_t>(sg::release(std::move(tensor))), bytes}, outs, room, count);
}

}  // namespace

SG_API SgOp* sg_op(const char* name, const char* overload) {
  return sg::guarded(static_cast<SgOp*>(nullptr), [&] {
    auto* target = new SgOp(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    resolve_unboxed(*target);
    return target;
  });
}

// Calls an operator. Missing trailing arguments take the schema's defaults. Returns the number of results (lists are
// flattened), or -1. With room 0 the results are dropped (in-place operators).
SG_API int32_t sg_call(SgOp* target, const SgArg* args, int32_t n, SgOut* outs, int32_t room) {
  return sg::guarded(-1, [&] {
    const auto& formals = target->op.schema().arguments();
    TORCH_CHECK(static_cast<size_t>(n) <= formals.size(), "takes ", formals.size(), " arguments, got ", n);
    Stack stack;
    stack.values.reserve(formals.size());
    static const SgArg unset = {SG_DEFAULT, 0, 0};
    for (size_t i = 0; i < formals.size(); i++) {
      stack.values.push_back(to_ivalue(i < static_cast<size_t>(n) ? args[i] : unset, formals[i]));
    }
    target->op.callBoxed(stack.values);
    if (room == 0) return 0;
    int32_t count = 0;
    overflow.clear();
    for (auto& value : stack.values) {
      if (value.isTensor()) {
        give_tensor(std::move(value).toTensor(), outs, room, count);
      } else if (value.isTensorList()) {
        for (auto& tensor : value.toTensorVector()) give_tensor(tensor, outs, room, count);
      } else if (value.isInt()) {
        give({SG_INT, value.toInt(), 0}, outs, room, count);
      } else if (value.isBool()) {
        give({SG_BOOL, value.toBool(), 0}, outs, room, count);
      } else if (value.isDouble()) {
        SgOut result = {SG_DOUBLE, 0, 0};
        const double number = value.toDouble();
        std::memcpy(&result.value, &number, sizeof number);
        give(result, outs, room, count);
      } else {
        give({SG_NONE, 0, 0}, outs, room, count);
      }
    }
    return count;
  });
}

// Moves the results that did not fit into the last sg_call's room.
SG_API void sg_overflow(SgOut* outs) {
  std::copy(overflow.begin(), overflow.end(), outs);
  overflow.clear();
}

// op(a) of an operator with one tensor argument.
SG_API SgTensor sg_call1(SgOp* target, SgTensor a, int64_t* bytes) {
  return sg::guarded(static_cast<SgTensor>(nullptr), [&] {
    TORCH_CHECK(target->unary.has_value(), "is not an operator of one tensor");
    at::Tensor result = target->unary->call(sg::borrow(a));
    *bytes = sg::owned_bytes(result);
    return sg::release(std::move(result));
  });
}

// op(a, b), or op(a, b, alpha = 1), of an operator with two tensor arguments.
SG_API SgTensor sg_call2(SgOp* target, SgTensor a, SgTensor b, int64_t* bytes) {
  return sg::guarded(static_cast<SgTensor>(nullptr), [&] {
    at::Tensor result;
    if (target->binary) {
      result = target->binary->call(sg::borrow(a), sg::borrow(b));
    } else {
      TORCH_CHECK(target->binary_alpha.has_value(), "is not an operator of two tensors");
      result = target->binary_alpha->call(sg::borrow(a), sg::borrow(b), at::Scalar(1));
    }
    *bytes = sg::owned_bytes(result);
    return sg::release(std::move(result));
  });
}
