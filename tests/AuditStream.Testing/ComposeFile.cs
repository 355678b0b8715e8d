using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace AuditStream.Testing;

/// <summary><c>compose/compose.yaml</c>, as far as the tests ask for it.</summary>
public sealed partial class ComposeFile
{
    private readonly Dictionary<object, object> _root;

    private ComposeFile(Dictionary<object, object> root) => _root = root;

    /// <summary>The file of the repository.</summary>
    public static ComposeFile Read()
    {
        using var text = new StreamReader(Path.Combine(RepositoryFolder.Root, "compose/compose.yaml"));
        // The merging parser puts what "<<" names into its place.
        return new(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text))));
    }

    /// <summary>The services by name.</summary>
    public IReadOnlyDictionary<string, ComposeService> Services =>
        Map(_root["services"]).ToDictionary(entry => entry.Key, entry => new ComposeService(entry.Key, Map(entry.Value)));

    /// <summary>The names of the declared volumes.</summary>
    public IEnumerable<string> Volumes => Map(_root["volumes"]).Keys;

    internal static Dictionary<string, object?> Map(object? node) =>
        ((Dictionary<object, object?>?)node ?? []).ToDictionary(entry => (string)entry.Key, entry => entry.Value);

    /// <summary>A text as it is where the shell has none of the variables: <c>${NAME:-this}</c> is <c>this</c>.</summary>
    internal static string WithDefaults(string text) => Variable().Replace(text, "$1");

    [GeneratedRegex(@"\$\{\w+:-([^}]*)\}")]
    private static partial Regex Variable();
}
