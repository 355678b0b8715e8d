using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.App.Explain;

/// <summary>Collects the events of one record and writes what became of it, as JSON or for a person.</summary>
public sealed class ExplainOutput : IAuditEventOutput
{
    private readonly List<(string Operation, string Key, byte[] Body)> events = [];

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent) =>
        events.Add((ChangeOperationName.Of(auditEvent.Operation), Encoding.UTF8.GetString(auditEvent.Key.Span), auditEvent.Value.ToArray()));

    /// <summary>One line: <c>{"n":1,"outcome":"event|skip|reject","reason":null|"…","events":[…]}</c>.</summary>
    public void WriteJson(TextWriter output, int number, in Outcome outcome)
    {
        var reason = Reason(outcome) is { } text ? $"\"{JsonEncodedText.Encode(text)}\"" : "null";
        var bodies = string.Join(',', events.Select(one => Encoding.UTF8.GetString(one.Body)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{{\"n\":{number},\"outcome\":\"{Kind(outcome)}\",\"reason\":{reason},\"events\":[{bodies}]}}"));
        events.Clear();
    }

    /// <summary>A paragraph: what came in, what became of it, and the diff of each event.</summary>
    public void WriteText(TextWriter output, int number, in RawRecord record, in Outcome outcome)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{number}. {record.Topic}, partition {record.Partition}, offset {record.Offset}");
        output.WriteLine(Reason(outcome) is { } reason ? $"{place}: {Kind(outcome)} {reason}" : $"{place}: {Kind(outcome)}");
        if (outcome.Rejection is { } rejection)
            output.WriteLine($"   {rejection.Message}");
        foreach (var (operation, key, body) in events)
        {
            output.WriteLine($"   {operation} {key}");
            foreach (var field in EventText.Changes(body))
                output.WriteLine($"     {field.Name}: {field.Old ?? "?"} \u2192 {field.New ?? "?"}");
        }
        events.Clear();
    }

    private static string Kind(in Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Emitted => "event",
        OutcomeKind.Skipped => "skip",
        OutcomeKind.Rejected => "reject",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Kind, "No such outcome."),
    };

    private static string? Reason(in Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Skipped => WireName.Of(outcome.Skip),
        OutcomeKind.Rejected when outcome.Rejection is { } rejection => WireName.Of(rejection.Code),
        _ => null,
    };
}
