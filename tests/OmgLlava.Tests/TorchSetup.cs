using System.Runtime.CompilerServices;
using OmgLlava.Runtime;

namespace OmgLlava.Tests;

internal static class TorchSetup
{
    [ModuleInitializer]
    internal static void Start() => TorchRuntime.Initialize();
}
