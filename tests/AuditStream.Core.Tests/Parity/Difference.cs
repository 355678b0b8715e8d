using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AuditStream.Core.Tests.Parity;

/// <summary>How two sequences of events differ, in few words.</summary>
internal static class Difference
{
    private const int MaxEvents = 5;

    /// <summary>The members in which the first events that differ do so; empty when none does.</summary>
    public static string Of(IReadOnlyList<string> events, IReadOnlyList<string> wanted)
    {
        var text = new StringBuilder();
        if (events.Count != wanted.Count)
            text.Append(CultureInfo.InvariantCulture, $"{events.Count} events instead of {wanted.Count}\n");
        var told = 0;
        for (var index = 0; index < Math.Min(events.Count, wanted.Count) && told < MaxEvents; index++)
        {
            if (events[index] == wanted[index])
                continue;
            told++;
            var (made, should) = (Leaves(events[index]), Leaves(wanted[index]));
            var operation = made.Find(leaf => leaf.StartsWith("operation", StringComparison.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"event {index}, {operation}:\n");
            foreach (var leaf in made.Except(should))
                text.Append(CultureInfo.InvariantCulture, $"  is     {leaf}\n");
            foreach (var leaf in should.Except(made))
                text.Append(CultureInfo.InvariantCulture, $"  should {leaf}\n");
        }

        return text.ToString();
    }

    private static List<string> Leaves(string line)
    {
        var leaves = new List<string>();
        Add(JsonNode.Parse(line), "", leaves);
        return leaves;
    }

    private static void Add(JsonNode? node, string path, List<string> leaves)
    {
        if (node is JsonObject { Count: > 0 } members)
        {
            foreach (var (name, value) in members)
                Add(value, $"{path}.{name}", leaves);
        }
        else if (node is JsonArray { Count: > 0 } elements)
        {
            foreach (var element in elements)
                Add(element, element is JsonObject change && change["field"] is { } field ? $"{path}[{field}]" : $"{path}[]", leaves);
        }
        else
        {
            leaves.Add($"{path.TrimStart('.')} = {EventText.Of(node)}");
        }
    }
}
