using OmgLlava.Language;
using OmgLlava.Torch.Layers;
using static TorchSharp.torch;

namespace OmgLlava.Torch.Language;

/// <summary>
/// The low-rank adapters of a language model, one for each of its linear layers and its head (REFERENCE: peft finds every linear
/// layer, and InternLM2's head is one). They are attached to the model, and detached from it or merged into its weights.
/// </summary>
internal sealed class LoraAdapters : nn.Module
{
    private readonly Dictionary<string, LoraAdapter> _adapters = [];

    /// <summary>Builds uninitialised adapters that fit a model; <c>layers.0.attention.wqkv.a</c> and so on.</summary>
    /// <exception cref="OmgLlavaException">The rank is not positive.</exception>
    public LoraAdapters(TorchLanguageModel model, LoraConfig config, Placement placement)
        : base(nameof(LoraAdapters))
    {
        if (config.Rank < 1 || config.Dropout is < 0 or >= 1)
        {
            throw new OmgLlavaException(
                $"LoRA needs a positive rank and a dropout in 0..1, not {config.Rank} and {config.Dropout}."
            );
        }

        Config = config;
        var groups = new Dictionary<string, nn.Module> { [""] = this };
        foreach ((string name, LoraLinear layer) in model.Linears)
        {
            int dot = name.LastIndexOf('.');
            nn.Module owner = Nest(groups, dot < 0 ? "" : name[..dot]);
            _adapters[name] = owner.Add(
                name[(dot + 1)..],
                new LoraAdapter(config, layer.Weight.shape[1], layer.Weight.shape[0], placement)
            );
        }
    }

    /// <summary>Rank, scale and dropout.</summary>
    public LoraConfig Config { get; }

    internal IReadOnlyDictionary<string, LoraAdapter> Adapters => _adapters;

    /// <summary>Draws the adapters anew; they begin without effect.</summary>
    public void Initialize(Generator? generator = null)
    {
        foreach (LoraAdapter adapter in _adapters.Values)
        {
            adapter.Initialize(generator);
        }
    }

    private static nn.Module Nest(Dictionary<string, nn.Module> groups, string path)
    {
        if (!groups.TryGetValue(path, out nn.Module? group))
        {
            int dot = path.LastIndexOf('.');
            nn.Module owner = Nest(groups, dot < 0 ? "" : path[..dot]);
            groups[path] = group = owner.Add(path[(dot + 1)..], new Group());
        }

        return group;
    }
}
