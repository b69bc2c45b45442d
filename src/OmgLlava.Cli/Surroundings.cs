using System.Globalization;
using System.Runtime.InteropServices;

namespace OmgLlava.Cli;

/// <summary>
/// What a program is started in on Linux, and what of it a program of .NET cannot live with. Where it can be mended, the program
/// starts itself anew, before it has begun anything.
/// <list type="bullet">
/// <item>Standard streams that were closed (<c>2>&amp;-</c>): their numbers belong to files of the runtime then, and a message
/// would be written into the memory of compiled code. <c>/dev/null</c> takes their place.</item>
/// <item>A limit of the address space (<c>ulimit -v</c>): the runtime reserves half of it for its heap, and of the rest the C
/// library takes up to 128 MB for each thread. One pool for all threads does as well. Where even that is too narrow, one
/// sentence says so: later the process would end without a word.</item>
/// </list>
/// </summary>
internal static unsafe partial class Surroundings
{
    private const int GetFlags = 1;
    private const int ReadAndWrite = 2;
    private const int AddressSpace = 9;
    private const string Pools = "MALLOC_ARENA_MAX";

    /// <summary>Bytes of address space that answering with a small model takes beside what is taken at the beginning.</summary>
    private const long LeastRoom = 300L << 20;

    /// <summary>Mends what can be mended; does not return where that takes a new start.</summary>
    /// <returns>What is wrong and cannot be mended; null for nothing.</returns>
    public static string? Mend()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        bool limited = GetLimit(AddressSpace, out Limit limit) == 0 && limit.Soft < long.MaxValue;
        bool pools = limited && Environment.GetEnvironmentVariable(Pools) is null;

        // What a program was given stays open when it is started: it has no flag "close on exec". The runtime's own files have.
        int[] closed = File.Exists("/dev/null") // without it a new start would find the same again
            ? [.. Enumerable.Range(0, 3).Where(stream => Flags(stream, GetFlags) != 0)]
            : [];
        if (pools || closed.Length > 0)
        {
            StartAnew(closed, pools);
        }

        return limited && (long)limit.Soft - TakenBytes() < LeastRoom
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The limit of the address space, {limit.Soft / 1e9:F1} GB (ulimit -v), is too low; raise it to 2 GB and what "
                    + $"the model and the picture take."
            )
            : null;
    }

    private static void StartAnew(int[] closed, bool pools)
    {
        byte[] words = File.ReadAllBytes("/proc/self/cmdline"); // each ends with a zero
        nint[] arguments = new nint[words.Count(letter => letter == 0) + 1];
        fixed (byte* first = words)
        {
            for ((int at, int i) = (0, 0); at < words.Length; at = Array.IndexOf(words, (byte)0, at) + 1, i++)
            {
                arguments[i] = (nint)(first + at);
            }

            foreach (int stream in closed)
            {
                int nothing = Open("/dev/null", ReadAndWrite);
                _ = Duplicate(nothing, stream);
                if (nothing > 2)
                {
                    _ = Close(nothing);
                }
            }

            if (pools)
            {
                _ = SetVariable(Pools, "1", 1);
            }

            fixed (nint* all = arguments)
            {
                _ = Execute("/proc/self/exe", all);
            }
        }
    }

    private static long TakenBytes()
    {
        const string Size = "VmSize:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Size, StringComparison.Ordinal));
        string number = line?[Size.Length..].Replace("kB", "", StringComparison.Ordinal).Trim() ?? "";
        return long.TryParse(number, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes << 10 : 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Flags(int file, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int file, int number);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int replace);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, nint* arguments);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
