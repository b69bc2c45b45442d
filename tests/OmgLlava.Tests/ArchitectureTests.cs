using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace OmgLlava.Tests;

/// <summary>The table of rooms in docs/architecture.md says which may use which.</summary>
public sealed partial class ArchitectureTests
{
    private const string Root = "root";
    private const string Library = "OmgLlava";

    // Whoever fails may say so.
    private static readonly string[] Everybodys = ["OmgLlava.OmgLlavaException"];

    private static readonly string[] CodeFolders = ["src", "tests", "bench", "samples"];

    [Fact]
    public void Rooms_use_only_those_that_the_table_allows()
    {
        Dictionary<string, HashSet<string>> table = ReadTable();
        Dictionary<string, string> arrows = Arrows();
        Assert.Contains("Perception > Imaging", arrows.Keys); // the search finds something
        string[] broken = [.. arrows.Keys.Where(arrow => !Allows(table, arrow)).Order(StringComparer.Ordinal)];
        Assert.True(
            broken.Length == 0,
            $"docs/architecture.md does not allow:\n{string.Join('\n', broken.Select(arrow => $"{arrow} ({arrows[arrow]})"))}\n"
                + "Turn the dependency round, or give the room a line in the table that says what it is and what it uses."
        );
    }

    [Fact]
    public void The_table_has_no_circles()
    {
        Dictionary<string, HashSet<string>> table = ReadTable();
        var open = table
            .Where(row => row.Key != Root)
            .ToDictionary(row => row.Key, row => row.Value.Where(room => room != Root).ToHashSet());
        while (open.Count > 0)
        {
            string[] free = [.. open.Where(row => !row.Value.Overlaps(open.Keys)).Select(row => row.Key)];
            Assert.True(free.Length > 0, $"In docs/architecture.md these rooms use each other: {string.Join(", ", open.Keys)}.");
            Array.ForEach(free, room => open.Remove(room));
        }
    }

    [Fact]
    public void No_line_is_wider_than_a_page_shows()
    {
        const int columns = 130;
        string[] files =
        [
            .. CodeFolders
                .SelectMany(folder =>
                    Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
                )
                .Where(file =>
                    !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                ),
        ];
        Assert.True(files.Length > 1000);
        Assert.Empty(
            files.SelectMany(file =>
                CodeLines(file)
                    .Where(line => line.Text.Length > columns && !line.Text.Contains('"'))
                    .Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number} has {line.Text.Length} columns")
            )
        );
    }

    /// <summary>The lines outside of raw strings. Patterns and data may be wider: they have no place to break.</summary>
    private static IEnumerable<(int Number, string Text)> CodeLines(string file)
    {
        bool inside = false;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (!inside)
            {
                yield return (number, line);
            }

            inside ^= RawStringQuotes().Count(line) % 2 == 1;
        }
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawStringQuotes();

    /// <summary>Half a gigabyte stands behind it: what answers and serves does without.</summary>
    [Theory]
    [InlineData("OmgLlava", false)]
    [InlineData("OmgLlava.Data", false)]
    [InlineData("OmgLlava.Evaluation", false)]
    [InlineData("OmgLlava.Server", false)]
    [InlineData("OmgLlava.World", false)]
    [InlineData("omg-llava", false)]
    [InlineData("OmgLlava.Torch", true)]
    [InlineData("OmgLlava.Training", true)]
    [InlineData("omg-llava-train", true)]
    public void Libtorch_is_behind_what_trains_alone(string assembly, bool torch)
    {
        var closure = new HashSet<string>();
        var open = new Stack<string>([assembly]);
        while (open.TryPop(out string? name))
        {
            string path = Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
            if (closure.Add(name) && File.Exists(path)) // the others are those of .NET itself
            {
                using var module = ModuleDefinition.ReadModule(path);
                module.AssemblyReferences.ToList().ForEach(reference => open.Push(reference.Name));
            }
        }

        Assert.Contains("SkiaSharp", closure); // the search finds something
        Assert.Equal(torch, closure.Contains("TorchSharp"));
    }

    private static bool Allows(Dictionary<string, HashSet<string>> table, string arrow)
    {
        string[] ends = arrow.Split(" > ");
        return ends[0] == Root || (table.TryGetValue(ends[0], out HashSet<string>? used) && used.Contains(ends[1]));
    }

    private static Dictionary<string, HashSet<string>> ReadTable() =>
        File.ReadAllLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .SkipWhile(line => !line.StartsWith("| room", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|'))
            .ToDictionary(cells => Names(cells[0]).Single(), cells => Names(cells[^1]).ToHashSet());

    private static IEnumerable<string> Names(string cell) => Name().Matches(cell).Select(match => match.Groups[1].Value);

    /// <summary>Every use of a room's types by another room, with one that does it.</summary>
    private static Dictionary<string, string> Arrows()
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "OmgLlava.dll"));
        var arrows = new Dictionary<string, string>();
        foreach (TypeDefinition type in module.GetTypes())
        {
            string? from = RoomOf(type);
            foreach (TypeReference used in from is null ? [] : UsedBy(type))
            {
                if (RoomOf(used) is { } to && to != from)
                {
                    arrows.TryAdd($"{from} > {to}", $"{type.FullName} uses {used.FullName}");
                }
            }
        }

        return arrows;
    }

    /// <summary>The room of a type of the library; null for any other type.</summary>
    private static string? RoomOf(TypeReference type)
    {
        TypeReference outer = type.GetElementType();
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        string[] parts = outer.Namespace.Split('.');
        bool ours =
            parts[0] == Library && outer.Scope.Name is "OmgLlava" or "OmgLlava.dll" && !Everybodys.Contains(outer.FullName);
        return !ours ? null
            : parts.Length > 1 ? parts[1]
            : Root;
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference> Signature(MethodReference method) =>
            [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];
        IEnumerable<TypeReference> own =
        [
            .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Methods.SelectMany(Signature),
        ];
        IEnumerable<Instruction> code = type
            .Methods.Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions);
        IEnumerable<TypeReference> called = code.SelectMany(instruction =>
            instruction.Operand switch
            {
                MethodReference method => Signature(method),
                FieldReference field => [field.DeclaringType, field.FieldType],
                TypeReference named => [named],
                _ => Array.Empty<TypeReference>(),
            }
        );
        return own.Concat(called).SelectMany(Parts);
    }

    /// <summary>A type with its elements and arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type switch
        {
            GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
            TypeSpecification some => Parts(some.ElementType),
            GenericParameter => [],
            _ => [type],
        };

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Name();
}
