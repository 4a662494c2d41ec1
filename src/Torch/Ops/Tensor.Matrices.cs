using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The matrix product, batched and broadcast.</summary>
        public Tensor matmul(Tensor target) => Ops.matmul.Binary(this, target);

        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Ops.mm.Binary(this, target);

        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) => Ops.bmm.Binary(this, batch2);

        /// <summary>The product of a matrix and a vector.</summary>
        public Tensor mv(Tensor target) => Ops.mv.Binary(this, target);

        /// <summary>The inner product of two vectors.</summary>
        public Tensor dot(Tensor target) => Ops.dot.Binary(this, target);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Ops.outer.Binary(this, vec2);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor ger(Tensor vec2) => Ops.outer.Binary(this, vec2);

        /// <summary>Inner products along the last dimensions.</summary>
        public Tensor inner(Tensor vec2) => Ops.inner.Binary(this, vec2);

        /// <summary>beta · this + alpha · mat1 · mat2.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm.Call(this, mat1, mat2, beta, alpha);

        /// <summary>beta · this + alpha · mat1 · mat2, in place.</summary>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm_.InPlace(this, mat1, mat2, beta, alpha);

        /// <summary>beta · this + alpha · mat · vec.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Ops.addmv.Call(this, mat, vec, beta, alpha);

        /// <summary>beta · this + alpha · batch1 · batch2, batch by batch.</summary>
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Ops.baddbmm.Call(this, batch1, batch2, beta, alpha);

        /// <summary>The transpose of a matrix.</summary>
        public Tensor t() => Ops.t.Unary(this);

        /// <summary>The part on and below a diagonal, 0 elsewhere.</summary>
        public Tensor tril(long diagonal = 0) => Ops.tril.Call(this, diagonal);

        /// <summary>The part on and above a diagonal, 0 elsewhere.</summary>
        public Tensor triu(long diagonal = 0) => Ops.triu.Call(this, diagonal);

        /// <summary>A vector as a diagonal matrix, or a matrix' diagonal.</summary>
        public Tensor diag(long diagonal = 0) => Ops.diag.Call(this, diagonal);

        /// <summary>A diagonal, as a view.</summary>
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Ops.diagonal.Call(this, offset, dim1, dim2);

        /// <summary>The sum of the diagonal.</summary>
        public Tensor trace() => Ops.trace.Unary(this);
    }
}
