using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for gradients.</summary>
        public bool requires_grad
        {
            get => Alive(Native.sg_requires_grad(Handle)) != 0;
            set
            {
                Native.Check(Native.sg_set_requires_grad(Handle, value ? 1 : 0), "requires_grad");
                GC.KeepAlive(this);
            }
        }

        /// <summary>Sets whether operations on the tensor are recorded for gradients.</summary>
        /// <param name="requires_grad">Whether they are.</param>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Sets whether operations on the tensor are recorded for gradients.</summary>
        /// <param name="requires_grad">Whether they are.</param>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Whether the tensor is no result of a recorded operation.</summary>
        public bool is_leaf => Alive(Native.sg_is_leaf(Handle)) != 0;

        /// <summary>The gradient that backward gathered, null when there is none. Set it to null to drop it.</summary>
        public Tensor? grad
        {
            get
            {
                var handle = Native.sg_grad(Handle);
                GC.KeepAlive(this);
                return handle == 0 ? null : new Tensor(handle, 0);
            }
            set
            {
                Native.Check(Native.sg_set_grad(Handle, value?.Handle ?? 0), "grad");
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Makes backward keep the gradient of a tensor that is no leaf.</summary>
        public void retain_grad()
        {
            Native.Check(Native.sg_retain_grad(Handle), "retain_grad");
            GC.KeepAlive(this);
        }

        /// <summary>Adds the gradients of this scalar to the leaves it was made of.</summary>
        public void backward() => autograd.backward([this], null, null, false, null);

        /// <summary>Adds the gradients of this tensor to the leaves it was made of.</summary>
        /// <param name="grad_tensors">The gradient with respect to this tensor; null for a scalar's 1.</param>
        /// <param name="retain_graph">Whether the graph can be used again.</param>
        /// <param name="create_graph">Whether gradients are recorded too.</param>
        /// <param name="inputs">The only leaves to add to; null for all.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);
    }

    /// <summary>Gradients.</summary>
    public static class autograd
    {
        /// <summary>The gradients of outputs with respect to inputs, without touching <see cref="Tensor.grad"/>.</summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">By what.</param>
        /// <param name="grad_outputs">A gradient for each output; null for the 1 of scalars.</param>
        /// <param name="retain_graph">Whether the graph can be used again.</param>
        /// <param name="create_graph">Whether gradients are recorded too.</param>
        /// <param name="allow_unused">Whether an input may have no influence; its gradient is null then.</param>
        /// <returns>One gradient for each input.</returns>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] from = Handles(outputs), to = Handles(inputs), gradients = Handles(grad_outputs), results = new nint[inputs.Count];
            fixed (nint* f = from, t = to, g = gradients, r = results)
            {
                Native.Check(Native.sg_autograd_grad(f, from.Length, t, to.Length, g, gradients.Length, retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r), "autograd.grad");
            }
            Keep(outputs, inputs, grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle, Native.sg_owned_bytes(handle)));
        }

        /// <summary>Adds the gradients of tensors to the leaves they were made of.</summary>
        /// <param name="tensors">What is differentiated.</param>
        /// <param name="grad_tensors">A gradient for each of them; null for the 1 of scalars.</param>
        /// <param name="retain_graph">Whether the graph can be used again; null: when gradients are recorded.</param>
        /// <param name="create_graph">Whether gradients are recorded too.</param>
        /// <param name="inputs">The only leaves to add to; null for all.</param>
        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] from = Handles(tensors), gradients = Handles(grad_tensors), to = Handles(inputs);
            fixed (nint* f = from, g = gradients, t = to)
            {
                Native.Check(Native.sg_backward(f, from.Length, g, gradients.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, t, to.Length), "backward");
            }
            Keep(tensors, grad_tensors, inputs);
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(t => t is null ? 0 : t.Handle)];

        private static void Keep(params IList<Tensor>?[] lists)
        {
            foreach (var list in lists)
            {
                if (list is null) continue;
                foreach (var tensor in list) GC.KeepAlive(tensor);
            }
        }
    }
}
