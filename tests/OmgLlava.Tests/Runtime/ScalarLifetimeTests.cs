using Mono.Cecil;
using OmgLlava.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace OmgLlava.Tests.Runtime;

/// <summary>No native number is left to the garbage collector while libtorch reads it: see
/// <see cref="ScalarArithmetic"/>.</summary>
public class ScalarLifetimeTests
{
    private static readonly string Folder = AppContext.BaseDirectory;

    [Fact]
    public void Only_scalar_arithmetic_makes_native_numbers()
    {
        using ModuleDefinition torchSharp = Read("TorchSharp.dll");
        HashSet<string> makers = MakersOfScalars(torchSharp);
        Assert.Contains(makers, name => name.Contains("Tensor::add(TorchSharp.torch/Tensor)", StringComparison.Ordinal));
        Assert.DoesNotContain(makers, name => name.Contains("Tensor::matmul(", StringComparison.Ordinal));

        List<string> found = [];
        bool seenHere = false;
        foreach (
            string file in new[]
            {
                "OmgLlava.Torch.dll",
                "OmgLlava.Training.dll",
                "omg-llava-train.dll",
            }
        )
        {
            using ModuleDefinition module = Read(file);
            foreach (MethodDefinition method in MethodsOf(module.Types))
            {
                IEnumerable<string> calls = CallsOf(method)
                    .Where(call => MakesScalar(call) || makers.Contains(NameOf(call)))
                    .Select(call => call.Name);
                if (method.DeclaringType.Name == nameof(ScalarArithmetic))
                {
                    seenHere |= calls.Any();
                    continue;
                }

                found.AddRange(calls.Select(call => $"{method.DeclaringType.FullName}.{method.Name} calls {call}"));
            }
        }

        Assert.True(seenHere, "The search finds nothing even where scalars are made.");
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    [Fact]
    public void Arithmetic_equals_torch()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor([-2f, 0.5f, 3f]),
            y = tensor([4f, 5f, 6f]),
            counts = tensor([3L, 4L, 7L]);

        Same(x.add(y), x.Add(y));
        Same(x.add(1.5), x.Add(1.5));
        Same(counts.add(2), counts.Add(2));
        Same(x.sub(0.25), x.Sub(0.25));
        Same(counts.sub(2), counts.Sub(2));
        Same(x.mul(-3.5), x.Mul(-3.5));
        Same(counts.mul(2), counts.Mul(2));
        Same(x.div(4.0), x.Div(4.0));
        Same(counts.div(2), counts.Div(2));
        Same(x.addcmul(y, y, 1), x.Addcmul(y, y));
        Same(x.clamp(0, 1), x.Clamp(0, 1));
        Same(x.clamp_min(0.75), x.ClampMin(0.75));
        Same(counts.clamp_min(4), counts.ClampMin(4));
        Same(counts.eq(4), counts.Eq(4));
        Same(counts.ne(4), counts.Ne(4));
        Same(counts.lt(4), counts.Lt(4));
        Same(x.gt(0.5), x.Gt(0.5));
        Same(x.ge(0.5), x.Ge(0.5));
        Same(x.clone().add_(y), x.clone().AddInPlace(y));
        Same(x.clone().add_(y, alpha: -0.5), x.clone().AddInPlace(y, -0.5));
        Same(x.clone().add_(0.5), x.clone().AddInPlace(0.5));
        Same(x.clone().mul_(0.5), x.clone().MulInPlace(0.5));
        Same(x.clone().addcmul_(y, y, 1), x.clone().AddcmulInPlace(y, y));
        Same(x.clone().addcmul_(y, y, 0.1), x.clone().AddcmulInPlace(y, y, 0.1));
        Same(x.clone().fill_(7), x.clone().FillInPlace(7));
        Same(counts.clone().masked_fill_(x.gt(0), -1), counts.clone().MaskedFillInPlace(x.gt(0), -1));
        Same(full([2, 3], 0.5, float32), ScalarArithmetic.Full([2, 3], 0.5, float32, null));
        Same(arange(2, 9, 3, int64), ScalarArithmetic.Arange(2, 9, 3, int64, null));
        Same(arange(5, float32), ScalarArithmetic.Arange(5, float32, null));
    }

    [Fact]
    public void Numbers_outlive_a_storm_of_collections()
    {
        // torch's own functions fail about twenty times a second here.
        bool over = false;
        var storm = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        storm.Start();
        try
        {
            long end = Environment.TickCount64 + 1000;
            using Tensor x = ones(1, 8);
            while (Environment.TickCount64 < end)
            {
                using var scope = NewDisposeScope();
                Assert.Equal(3, x.Mul(2).Add(x.Sub(0.5).Div(0.5)).select(1, 3).item<float>());
            }
        }
        finally
        {
            Volatile.Write(ref over, true);
            storm.Join();
        }
    }

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.True(expected.equal(actual).all().item<bool>());
    }

    /// <summary>Every method of TorchSharp that makes a scalar itself or by what it calls.</summary>
    private static HashSet<string> MakersOfScalars(ModuleDefinition torchSharp)
    {
        ILookup<string, string> callers = MethodsOf(torchSharp.Types)
            .Where(method => !method.DeclaringType.Name.StartsWith(nameof(Scalar), StringComparison.Ordinal))
            .SelectMany(method =>
                CallsOf(method)
                    .Select(call => (Caller: method.FullName, Called: MakesScalar(call) ? nameof(Scalar) : NameOf(call)))
            )
            .ToLookup(pair => pair.Called, pair => pair.Caller);
        HashSet<string> makers = [];
        Queue<string> open = new([nameof(Scalar)]);
        while (open.TryDequeue(out string? called))
        {
            foreach (string caller in callers[called].Where(makers.Add))
            {
                open.Enqueue(caller);
            }
        }

        return makers;
    }

    private static bool MakesScalar(MethodReference call) =>
        call.Name == nameof(ScalarExtensionMethods.ToScalar)
        || (call.Name == "op_Implicit" && call.ReturnType.Name == nameof(Scalar));

    private static string NameOf(MethodReference call) => call.GetElementMethod().FullName;

    private static IEnumerable<MethodReference> CallsOf(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>();

    private static IEnumerable<MethodDefinition> MethodsOf(IEnumerable<TypeDefinition> types) =>
        types.SelectMany(type => type.Methods.Where(method => method.HasBody).Concat(MethodsOf(type.NestedTypes)));

    private static ModuleDefinition Read(string file) => ModuleDefinition.ReadModule(Path.Combine(Folder, file));
}
