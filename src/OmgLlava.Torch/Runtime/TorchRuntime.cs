using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace OmgLlava.Torch.Runtime;

/// <summary>
/// Starts libtorch. Call <see cref="Initialize"/> before the first use of TorchSharp; every entry point of this
/// library that needs tensors does so itself.
/// </summary>
internal static partial class TorchRuntime
{
    /// <summary>Environment variable that names the <c>lib</c> folder of an existing PyTorch installation.</summary>
    public const string LibTorchVariable = "OMG_LIBTORCH";

    /// <summary>The libtorch version that TorchSharp 0.107 is built against.</summary>
    public const string ExpectedTorchVersion = "2.10";

    private static readonly Lazy<TorchRuntimeInfo> Started = new(Start);

    /// <summary>
    /// Loads the native libraries once per process and returns where they came from. Later calls are free.
    /// </summary>
    /// <exception cref="OmgLlavaException">The libraries are missing, or the ones that
    /// <see cref="LibTorchVariable"/> names do not fit.</exception>
    public static TorchRuntimeInfo Initialize() => Started.Value;

    /// <summary>The device a user asked for.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="OmgLlavaException">The name is unknown, or this machine or this libtorch has no such device.</exception>
    public static torch.Device Device(string name)
    {
        Initialize();
        if (name == "cpu")
        {
            return torch.CPU;
        }

        bool isCuda =
            name == "cuda"
            || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out int index) && index >= 0);
        if (!isCuda)
        {
            throw new OmgLlavaException($"Unknown device '{name}'; use 'cpu', 'cuda' or 'cuda:N'.");
        }

        if (!torch.cuda_is_available())
        {
            throw new OmgLlavaException(
                $"Device '{name}' is not available: this libtorch is a CPU build or sees no GPU. "
                    + $"Set {LibTorchVariable} to the lib folder of a CUDA build of PyTorch {ExpectedTorchVersion}, or use 'cpu'."
            );
        }

        return torch.device(name);
    }

    private static TorchRuntimeInfo Start()
    {
        string? foreign = Environment.GetEnvironmentVariable(LibTorchVariable);
        if (OperatingSystem.IsLinux())
        {
            // libtorch's threads wait for one another by spinning, as long as they like; where another program holds a core, one
            // thread then burns what the other needs. A short spin, some microseconds, loses little on a quiet one. A user's own
            // setting stays.
            _ = SetNativeVariable("GOMP_SPINCOUNT", "300", overwrite: 0);
        }

        return OperatingSystem.IsLinux() || !string.IsNullOrEmpty(foreign)
            ? StartLinux(foreign)
            : new TorchRuntimeInfo(AppContext.BaseDirectory, null, false, torch.__version__);
    }

    /// <summary>
    /// Loads libtorch by absolute path, so that <c>libLibTorchSharp.so</c> finds it by its soname wherever it lies, and
    /// then that library itself, patched where the C++ runtime of the system is older than the one it names.
    /// </summary>
    private static TorchRuntimeInfo StartLinux(string? foreign)
    {
        string packaged = NativeFolder();
        bool useForeign = !string.IsNullOrEmpty(foreign);
        string folder = useForeign ? Path.GetFullPath(foreign!) : packaged;
        string? version = useForeign ? ForeignTorch.Check(folder) : null;
        try
        {
            foreach (string library in LibraryOrder(folder))
            {
                NativeLibrary.Load(library);
            }
        }
        catch (DllNotFoundException error)
        {
            throw new OmgLlavaException(
                useForeign
                    ? $"The libtorch in '{folder}' ({LibTorchVariable}, PyTorch {version ?? "of unknown version"}) cannot be "
                        + $"loaded: {FirstLine(error)}"
                    : $"libtorch is missing or broken in '{folder}': {FirstLine(error)} Restore the packages again, or set "
                        + $"{LibTorchVariable} to the lib folder of PyTorch {ExpectedTorchVersion}.",
                error
            );
        }

        string bridge = Path.Combine(packaged, "libLibTorchSharp.so");
        bool patched = false;
        if (!NativeLibrary.TryLoad(bridge, out _))
        {
            LoadPatched(bridge, folder, version, useForeign);
            patched = true;
        }

        if (useForeign)
        {
            KeepTorchSharpFromLoadingItsOwn();
        }

        return new TorchRuntimeInfo(folder, version, patched, torch.__version__);
    }

    private static void LoadPatched(string bridge, string folder, string? version, bool useForeign)
    {
        try
        {
            NativeLibrary.Load(SymbolVersionPatch.Apply(bridge, "GLIBCXX_3.4.32"));
        }
        catch (DllNotFoundException error)
        {
            string near = useForeign
                ? $" TorchSharp needs PyTorch {ExpectedTorchVersion}; '{folder}' holds {version ?? "an unknown version"}."
                : string.Empty;
            throw new OmgLlavaException($"TorchSharp's native library cannot be loaded: {FirstLine(error)}{near}", error);
        }
    }

    /// <summary>
    /// TorchSharp preloads <c>libtorch_cpu.so</c> from the application's folder before its first call. With a foreign
    /// libtorch in the process that would be a second copy, and libtorch aborts when its operators are registered twice.
    /// </summary>
    private static void KeepTorchSharpFromLoadingItsOwn()
    {
        foreach (string name in (string[])["nativeBackendLoaded", "nativeBackendCudaLoaded"])
        {
            FieldInfo field =
                typeof(torch).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)
                ?? throw new OmgLlavaException(
                    $"This TorchSharp has no field '{name}', so {LibTorchVariable} cannot be used with it."
                );
            field.SetValue(null, true);
        }
    }

    private static IEnumerable<string> LibraryOrder(string folder)
    {
        string[] names = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            bool optional = name.Contains("cuda", StringComparison.Ordinal);
            if (!optional || File.Exists(path))
            {
                yield return path;
            }
        }
    }

    /// <summary>The folder of the native libraries: beside the program after a publish for one system, else below
    /// <c>runtimes</c>.</summary>
    private static string NativeFolder()
    {
        string flat = AppContext.BaseDirectory;
        string nested = Path.Combine(
            flat,
            "runtimes",
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64",
            "native"
        );
        return File.Exists(Path.Combine(flat, "libLibTorchSharp.so")) ? flat : nested;
    }

    /// <summary>The native environment, which .NET's own copy does not reach.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    private static string FirstLine(Exception error) => error.Message.Split('\n', 2)[0].TrimEnd();
}
