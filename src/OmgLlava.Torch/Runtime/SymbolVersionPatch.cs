using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OmgLlava.Torch.Runtime;

/// <summary>
/// Writes a copy of an ELF shared library in which one required symbol version is marked weak, so that the dynamic
/// loader does not refuse the library where the system lacks that version. TorchSharp's library names
/// <c>GLIBCXX_3.4.32</c>, newer than Debian 12 and Ubuntu 22.04 have, for a symbol that it never relocates.
/// </summary>
internal static class SymbolVersionPatch
{
    private const uint VersionNeedsSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Returns the path of the patched copy, written once per library content into a per-user cache folder.</summary>
    /// <param name="library">The library to adapt.</param>
    /// <param name="symbolVersion">The version to mark weak.</param>
    /// <exception cref="OmgLlavaException">The library is missing, is no ELF file or does not name that version.</exception>
    public static string Apply(string library, string symbolVersion)
    {
        if (!File.Exists(library))
        {
            throw new OmgLlavaException($"TorchSharp's native library '{library}' is missing; restore the packages again.");
        }

        byte[] image = File.ReadAllBytes(library);
        string hash = Convert.ToHexStringLower(SHA256.HashData(image))[..16];
        string folder = Path.Combine(CacheFolder(), "native", hash);
        string target = Path.Combine(folder, Path.GetFileName(library));
        if (File.Exists(target))
        {
            return target;
        }

        if (!MarkWeak(image, symbolVersion))
        {
            throw new OmgLlavaException(
                $"'{library}' cannot be loaded, and it does not ask for {symbolVersion}, so the reason is another one."
            );
        }

        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(temporary, image);
        File.Move(temporary, target, overwrite: true);
        return target;
    }

    /// <summary>Sets the weak flag of one entry of the version-needs table of a 64-bit little-endian ELF image.</summary>
    /// <returns>Whether the entry was there.</returns>
    internal static bool MarkWeak(Span<byte> image, string symbolVersion)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new OmgLlavaException("The native library is not a 64-bit little-endian ELF file.");
        }

        long sections = BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]);
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        uint wanted = ElfHash(symbolVersion);
        bool found = false;
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = image[checked((int)(sections + ((long)i * entrySize)))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == VersionNeedsSection)
            {
                int offset = checked((int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]));
                int files = BinaryPrimitives.ReadInt32LittleEndian(section[0x2c..]);
                found |= MarkInTable(image, offset, files, wanted);
            }
        }

        return found;
    }

    private static bool MarkInTable(Span<byte> image, int need, int files, uint wanted)
    {
        bool found = false;
        for (int f = 0; f < files; f++)
        {
            int versions = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            int entry = need + BinaryPrimitives.ReadInt32LittleEndian(image[(need + 8)..]);
            for (int v = 0; v < versions; v++)
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(image[entry..]) == wanted)
                {
                    ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(image[(entry + 4)..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(entry + 4)..], (ushort)(flags | WeakFlag));
                    found = true;
                }

                entry += BinaryPrimitives.ReadInt32LittleEndian(image[(entry + 12)..]);
            }

            need += BinaryPrimitives.ReadInt32LittleEndian(image[(need + 12)..]);
        }

        return found;
    }

    /// <summary>The hash of the System V ABI, which version tables store beside each name.</summary>
    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (byte b in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + b;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
        }

        string folder = Path.Combine(cache, "omg-llava");
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A read-only home (containers) must not keep the program from starting. The folder is the user's own, so
            // that nobody else can place a library in it.
            return Directory.CreateTempSubdirectory("omg-llava-").FullName;
        }
    }
}
