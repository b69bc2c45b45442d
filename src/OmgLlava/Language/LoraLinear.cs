using OmgLlava.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Language;

/// <summary>
/// A linear layer without bias, <c>weight</c> (out, in), to which a low-rank adapter can be attached. The adapter is a module of its
/// own and no part of this one's state.
/// </summary>
internal sealed class LoraLinear : nn.Module<Tensor, Tensor>
{
    private readonly AdapterSlot _slot = new();

    public LoraLinear(long inFeatures, long outFeatures, Placement placement) : base(nameof(LoraLinear)) =>
        Weight = this.AddParameter("weight", placement, outFeatures, inFeatures);

    public Tensor Weight { get; }

    public override Tensor forward(Tensor input)
    {
        if (_slot.Adapter is not { } adapter)
        {
            return nn.functional.linear(input, Weight);
        }

        using var scope = NewDisposeScope();
        return nn.functional.linear(input, Weight).Add(adapter.forward(input)).MoveToOuterDisposeScope();
    }

    /// <summary>Lets an adapter take part in the forward pass, or none.</summary>
    public void Use(LoraAdapter? adapter) => _slot.Adapter = adapter;

    // A plain class, so that TorchSharp's search for submodules in fields does not adopt the adapter.
    private sealed class AdapterSlot
    {
        public LoraAdapter? Adapter { get; set; }
    }
}
