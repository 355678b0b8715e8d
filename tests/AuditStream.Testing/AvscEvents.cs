using System.Text.Json;

namespace AuditStream.Testing;

/// <summary>Reads the product's events in Avro with avsc.</summary>
public static class AvscEvents
{
    /// <summary>The JSON that each of them stands for.</summary>
    /// <param name="schema">The schema's text.</param>
    /// <param name="values">The values in Confluent's framing.</param>
    public static async Task<string[]> ReadAsync(string schema, IEnumerable<byte[]> values)
    {
        using var folder = new TemporaryFolder("avsc");
        var input = folder.At("events.json");
        await File.WriteAllTextAsync(input, JsonSerializer.Serialize(new { schema, values = values.Select(Convert.ToBase64String) }));
        var script = Path.Combine(RepositoryFolder.Root, "tests", "AuditStream.Testing", "events-as-json.js");
        return (await NodeModules.RunWithAvscAsync(script, input)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
