using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.App.Explain;

/// <summary>Collects the events of one record, and writes what became of it as JSON.</summary>
public sealed class ExplainOutput : IAuditEventOutput
{
    private readonly List<byte[]> events = [];

    /// <summary>The events of the record, in their order: canonical JSON each.</summary>
    public IReadOnlyList<byte[]> Events => events;

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent) => events.Add(auditEvent.Value.ToArray());

    /// <summary>Forgets the events of the record before.</summary>
    public void Clear() => events.Clear();

    /// <summary>One line: <c>{"n":1,"outcome":"event|skip|reject","reason":null|"…","events":[…]}</c>.</summary>
    public void WriteJson(TextWriter output, int number, in Outcome outcome)
    {
        var reason = OutcomeText.Reason(outcome) is { } text ? $"\"{JsonEncodedText.Encode(text)}\"" : "null";
        output.Write(string.Create(CultureInfo.InvariantCulture,
            $"{{\"n\":{number},\"outcome\":\"{OutcomeText.Kind(outcome)}\",\"reason\":{reason},\"events\":["));
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0)
                output.Write(',');
            output.Write(Encoding.UTF8.GetString(events[i]));
        }
        output.Write("]}\n"); // the same bytes on every machine
    }
}
