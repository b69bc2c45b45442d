using static TorchSharp.torch;

namespace OmgLlava.Torch.Layers;

/// <summary>Registers what a module is made of, by the names that its state dict shall show.</summary>
internal static class ModuleExtensions
{
    /// <summary>Registers a submodule and returns it.</summary>
    public static T Add<T>(this nn.Module owner, string name, T module)
        where T : nn.Module
    {
        owner.register_module(name, module);
        return module;
    }

    /// <summary>Registers a numbered list of submodules as <c>name.0</c>, <c>name.1</c>, ... and returns it.</summary>
    public static T[] AddList<T>(this nn.Module owner, string name, IEnumerable<T> modules)
        where T : nn.Module
    {
        Group list = owner.Add(name, new Group());
        return [.. modules.Select((module, index) => list.Add($"{index}", module))];
    }

    /// <summary>Registers an uninitialised parameter and returns it. Weights are loaded or drawn afterwards, so that
    /// building a large model costs no random numbers.</summary>
    public static Tensor AddParameter(this nn.Module owner, string name, Placement placement, params long[] shape)
    {
        var parameter = new TorchSharp.Modules.Parameter(empty(shape, placement.DType, placement.Device));
        owner.register_parameter(name, parameter);
        return parameter;
    }
}
