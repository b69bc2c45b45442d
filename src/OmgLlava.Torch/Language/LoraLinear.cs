using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>
/// A linear layer, <c>weight</c> (out, in) and where it has one <c>bias</c> (out), to which a low-rank adapter can be attached.
/// The adapter is a module of its own and no part of this one's state.
/// </summary>
internal sealed class LoraLinear : nn.Module<Tensor, Tensor>
{
    private readonly AdapterSlot _slot = new();

    private readonly Tensor? _bias;

    public LoraLinear(long inFeatures, long outFeatures, Placement placement, bool bias = false)
        : base(nameof(LoraLinear))
    {
        Weight = this.AddParameter("weight", placement, outFeatures, inFeatures);
        _bias = bias ? this.AddParameter("bias", placement, outFeatures) : null;
    }

    public Tensor Weight { get; }

    public override Tensor forward(Tensor input)
    {
        if (_slot.Adapter is not { } adapter)
        {
            return nn.functional.linear(input, Weight, _bias);
        }

        using var scope = NewDisposeScope();
        return nn.functional.linear(input, Weight, _bias).Add(adapter.forward(input)).MoveToOuterDisposeScope();
    }

    /// <summary>Lets an adapter take part in the forward pass, or none.</summary>
    public void Use(LoraAdapter? adapter) => _slot.Adapter = adapter;

    // A plain class, so that TorchSharp's search for submodules in fields does not adopt the adapter.
    private sealed class AdapterSlot
    {
        public LoraAdapter? Adapter { get; set; }
    }
}
