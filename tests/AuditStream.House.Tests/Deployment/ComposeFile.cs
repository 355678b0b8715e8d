using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace AuditStream.House.Tests.Deployment;

/// <summary><c>compose/compose.yaml</c>, as far as the tests ask for it.</summary>
internal sealed class ComposeFile
{
    private readonly Dictionary<object, object> _root;

    private ComposeFile(Dictionary<object, object> root) => _root = root;

    /// <summary>The file of the repository.</summary>
    public static ComposeFile Read()
    {
        using var text = new StreamReader(Path.Combine(Repository.Root, "compose/compose.yaml"));
        // The merging parser puts what "<<" names into its place.
        return new(new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text))));
    }

    public IReadOnlyDictionary<string, ComposeService> Services =>
        Map(_root["services"]).ToDictionary(entry => entry.Key, entry => new ComposeService(entry.Key, Map(entry.Value)));

    public IEnumerable<string> Volumes => Map(_root["volumes"]).Keys;

    internal static Dictionary<string, object?> Map(object? node) =>
        ((Dictionary<object, object?>?)node ?? []).ToDictionary(entry => (string)entry.Key, entry => entry.Value);
}
