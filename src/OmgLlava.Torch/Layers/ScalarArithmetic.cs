using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Arithmetic of a tensor and a number that the garbage collector cannot disturb; each is torch's function of the same
/// name.</summary>
/// <remarks>
/// TorchSharp turns the number into a native <see cref="Scalar"/> with a finalizer and hands only its address to libtorch.
/// Nothing refers to the scalar during the call, so that a collection on another thread may free it while libtorch still reads
/// it: a rare assertion deep in libtorch, or worse a wrong number. Even the sum of two tensors makes such a scalar, its
/// <c>alpha</c> of 1. Here every scalar outlives its call. A test reads the compiled program and finds any call that makes one
/// elsewhere.
/// </remarks>
internal static class ScalarArithmetic
{
    private static readonly Scalar One = 1;

    extension(Tensor tensor)
    {
        public Tensor Add(Tensor other) => tensor.add(other, One);

        public Tensor Add(double number)
        {
            using Scalar scalar = number;
            return tensor.add(scalar, One);
        }

        public Tensor Add(long number)
        {
            using Scalar scalar = number;
            return tensor.add(scalar, One);
        }

        public Tensor AddInPlace(Tensor other) => tensor.add_(other, One);

        public Tensor AddInPlace(Tensor other, double alpha)
        {
            using Scalar scalar = alpha;
            return tensor.add_(other, scalar);
        }

        public Tensor AddInPlace(double number)
        {
            using Scalar scalar = number;
            return tensor.add_(scalar, One);
        }

        public Tensor Sub(double number)
        {
            using Scalar scalar = number;
            return tensor.sub(scalar);
        }

        public Tensor Sub(long number)
        {
            using Scalar scalar = number;
            return tensor.sub(scalar);
        }

        public Tensor MaskedFill(Tensor mask, double number)
        {
            using Scalar scalar = number;
            return tensor.masked_fill(mask, scalar);
        }

        public Tensor Mul(double number)
        {
            using Scalar scalar = number;
            return tensor.mul(scalar);
        }

        public Tensor Mul(long number)
        {
            using Scalar scalar = number;
            return tensor.mul(scalar);
        }

        public Tensor MulInPlace(double number)
        {
            using Scalar scalar = number;
            return tensor.mul_(scalar);
        }

        public Tensor Div(double number)
        {
            using Scalar scalar = number;
            return tensor.div(scalar);
        }

        public Tensor Div(long number)
        {
            using Scalar scalar = number;
            return tensor.div(scalar);
        }

        public Tensor Addcmul(Tensor first, Tensor second) => tensor.addcmul(first, second, One);

        public Tensor AddcmulInPlace(Tensor first, Tensor second) => tensor.addcmul_(first, second, One);

        public Tensor AddcmulInPlace(Tensor first, Tensor second, double factor)
        {
            using Scalar scalar = factor;
            return tensor.addcmul_(first, second, scalar);
        }

        public Tensor Clamp(double lowest, double highest)
        {
            using Scalar low = lowest,
                high = highest;
            return tensor.clamp(low, high);
        }

        public Tensor ClampMin(double lowest)
        {
            using Scalar low = lowest;
            return tensor.clamp_min(low);
        }

        public Tensor ClampMin(long lowest)
        {
            using Scalar low = lowest;
            return tensor.clamp_min(low);
        }

        public Tensor Eq(long number)
        {
            using Scalar scalar = number;
            return tensor.eq(scalar);
        }

        public Tensor Ne(long number)
        {
            using Scalar scalar = number;
            return tensor.ne(scalar);
        }

        public Tensor Lt(long number)
        {
            using Scalar scalar = number;
            return tensor.lt(scalar);
        }

        public Tensor Gt(double number)
        {
            using Scalar scalar = number;
            return tensor.gt(scalar);
        }

        public Tensor Ge(double number)
        {
            using Scalar scalar = number;
            return tensor.ge(scalar);
        }

        public Tensor FillInPlace(double number)
        {
            using Scalar scalar = number;
            return tensor.fill_(scalar);
        }

        public Tensor MaskedFillInPlace(Tensor mask, long number)
        {
            using Scalar scalar = number;
            return tensor.masked_fill_(mask, scalar);
        }
    }

    public static Tensor Full(ReadOnlySpan<long> shape, double number, ScalarType type, Device? device)
    {
        using Scalar scalar = number;
        return full(shape, scalar, type, device);
    }

    /// <summary>0, 1, ... below <paramref name="end"/>, of <paramref name="type"/>.</summary>
    public static Tensor Arange(long end, ScalarType type, Device? device) => Arange(0, end, 1, type, device);

    /// <summary>first, first + step, ... below end, of <paramref name="type"/>.</summary>
    public static Tensor Arange(long first, long end, long step, ScalarType type, Device? device)
    {
        using Scalar from = first,
            to = end,
            by = step;
        return arange(from, to, by, type, device);
    }
}
