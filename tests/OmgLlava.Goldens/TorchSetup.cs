using System.Runtime.CompilerServices;
using OmgLlava.Runtime;

namespace OmgLlava.Goldens;

internal static class TorchSetup
{
    [ModuleInitializer]
    internal static void Start() => TorchRuntime.Initialize();
}
