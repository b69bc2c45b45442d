using System.Runtime.CompilerServices;
using OmgLlava.Torch.Runtime;

namespace OmgLlava.Goldens;

internal static class TorchSetup
{
    [ModuleInitializer]
    internal static void Start() => TorchRuntime.Initialize();
}
