using System.Text.Json;
using AuditStream.App.CommandLine;
using AuditStream.App.Tests.CommandLine;

namespace AuditStream.App.Tests.Explain;

/// <summary>What <c>explain --json</c> says of one record.</summary>
/// <param name="Outcome"><c>event</c>, <c>skip</c> or <c>reject</c>.</param>
/// <param name="Reason">Why it is skipped or rejected.</param>
/// <param name="Events">The events.</param>
internal sealed record Explained(string Outcome, string? Reason, JsonElement[] Events)
{
    /// <summary>Runs the verb over a file; one answer for each record.</summary>
    public static async Task<IReadOnlyList<Explained>> OfAsync(string path, params string[] arguments)
    {
        var run = await CommandLineRun.OfAsync(["explain", "--json", .. arguments, path]);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select((line, index) => Of(line, index + 1))];
    }

    private static Explained Of(string line, int number)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(line);
        json.GetProperty("n").GetInt32().ShouldBe(number);
        return new(
            json.GetProperty("outcome").GetString() ?? "", json.GetProperty("reason").GetString(), [.. json.GetProperty("events").EnumerateArray()]);
    }
}
