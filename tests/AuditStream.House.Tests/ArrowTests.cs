using System.Text.RegularExpressions;

namespace AuditStream.House.Tests;

/// <summary>Holds the arrows between projects and between the rooms of Core: what is not listed is not allowed.</summary>
public sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> projectArrows = new()
    {
        ["AuditStream.Core"] = [],
        ["AuditStream.Streams"] = ["AuditStream.Core"],
        ["AuditStream.Postgres"] = ["AuditStream.Core"],
        ["AuditStream.RocksDb"] = ["AuditStream.Core"],
        ["AuditStream.App"] = ["AuditStream.Core", "AuditStream.Streams", "AuditStream.Postgres", "AuditStream.RocksDb"],
        ["AuditStream.Demo"] = ["AuditStream.App"],
    };

    private static readonly Dictionary<string, string> clientLibraries = new()
    {
        ["Confluent."] = "AuditStream.Streams",
        ["Npgsql"] = "AuditStream.Postgres",
    };

    // Each room sees the rooms before it in the flow, and the shared nouns; never a room after it.
    private static readonly Dictionary<string, string[]> roomArrows = new()
    {
        ["Json"] = [],
        ["Flow"] = [],
        ["Decode"] = ["Flow", "Json"],
        ["Identity"] = ["Decode", "Json"],
        ["Packed"] = ["Decode", "Json"],
        ["Images"] = ["Decode", "Json", "Packed"],
        ["Diff"] = ["Decode", "Json"],
        ["Protect"] = ["Decode", "Diff", "Identity", "Json"],
        ["Forward"] = ["Decode", "Flow", "Images", "Json", "Packed", "Protect"],
        ["Emit"] = ["Decode", "Diff", "Flow", "Identity", "Json", "Protect"],
        ["Normalize"] = ["Decode", "Diff", "Emit", "Flow", "Forward", "Identity", "Images", "Json", "Protect"],
        ["Account"] = ["Decode", "Diff", "Emit", "Flow", "Identity", "Json", "Normalize", "Protect"],
        ["Check"] = ["Decode", "Flow", "Protect"],
        ["Sink"] = ["Decode", "Flow", "Identity", "Json"],
        ["Chain"] = ["Flow", "Sink"],
        ["Archive"] = ["Chain"],
    };

    [Fact]
    public void Projects_reference_only_the_projects_they_may()
    {
        foreach (var (project, allowed) in projectArrows)
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
            var references = ProjectReference().Matches(text).Select(match => match.Groups[1].Value).Order().ToArray();
            references.ShouldBe(allowed.Order().ToArray(), ignoreOrder: false, customMessage: $"project references of {project}");
        }
    }

    [Fact]
    public void Every_project_has_its_arrows_listed() =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).Order().ShouldBe(projectArrows.Keys.Order());

    [Fact]
    public void Core_references_no_package()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "src/AuditStream.Core/AuditStream.Core.csproj"));
        text.ShouldNotContain("PackageReference");
        text.ShouldNotContain("FrameworkReference");
    }

    [Fact]
    public void A_client_library_is_named_in_one_project_only()
    {
        var strangers =
            from file in Repository.CSharpFiles("src")
            from line in Repository.Lines(file)
            from library in clientLibraries
            where Regex.IsMatch(line, @"^\s*using\s+(static\s+)?(\w+\s*=\s*)?" + Regex.Escape(library.Key))
            where !file.StartsWith($"src/{library.Value}/", StringComparison.Ordinal)
            select $"{file}: {line.Trim()}";
        strangers.ShouldBeEmpty();
    }

    // One project may hold unsafe code, for what the generator of its native calls writes.
    [Fact]
    public void No_file_says_unsafe() => Repository.CSharpFiles("src")
        .Where(file => Repository.Lines(file).Any(line => Unsafe().IsMatch(line))).ShouldBeEmpty();

    [Fact]
    public void Rooms_see_only_the_rooms_they_may()
    {
        var breaches =
            from file in Repository.CSharpFiles("src/AuditStream.Core")
            let room = RoomOf(file)
            from line in Repository.Lines(file)
            from Match match in CoreName().Matches(line)
            let other = match.Groups[1].Value
            where other != room && roomArrows.ContainsKey(other) && !line.TrimStart().StartsWith("///", StringComparison.Ordinal)
            where !roomArrows[room].Contains(other)
            select $"{file}: {room} -> {other}: {line.Trim()}";
        breaches.ShouldBeEmpty();
    }

    [Fact]
    public void Every_room_has_its_arrows_listed()
    {
        var rooms = Repository.CSharpFiles("src/AuditStream.Core").Select(RoomOf).Distinct().Order();
        rooms.ShouldBe(roomArrows.Keys.Order());
    }

    private static string RoomOf(string file) => file.Split('/')[2];

    [GeneratedRegex(@"ProjectReference Include=""[^""]*/(AuditStream\.\w+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"^\s*(?!//).*\b(unsafe\s+(class|struct|static|void|partial|\{)|unsafe$|fixed\s*\()")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"AuditStream\.Core\.(\w+)")]
    private static partial Regex CoreName();
}
