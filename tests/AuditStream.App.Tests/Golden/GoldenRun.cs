using System.Globalization;
using System.Text;
using System.Text.Json;
using AuditStream.App.Configuration;
using AuditStream.App.Explain;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;

namespace AuditStream.App.Tests.Golden;

/// <summary>Takes records through everything that <c>explain</c> does with them, and writes down all that comes out: outcome, Kafka key, headers,
/// event.</summary>
/// <remarks>The identity key is made (the bytes 00 to 1f), so that ids and hashes are the same everywhere; version and hash of the configuration
/// are made too, or every release would change every file.</remarks>
internal sealed class GoldenRun : IAuditEventOutput
{
    private const string Made = "golden";
    private const string OtherTopic = "topic";

    private readonly Normalizer normalizer;
    private readonly StringBuilder text = new();
    private int number;
    private int events;

    /// <summary>Makes a run.</summary>
    /// <param name="settings">Settings as on the command line: <c>Key:Path=value</c>.</param>
    /// <param name="schemas">The schemas of Avro records; null for none.</param>
    public GoldenRun(IReadOnlyList<string> settings, ISchemaSource? schemas)
    {
        var options = ConfigurationReader.Read(file: null, [.. settings, "Roles=sink"]);
        var key = new IdentityKey([.. Enumerable.Range(0, IdentityKey.MinimumBytes).Select(value => (byte)value)]);
        normalizer = new Normalizer(
            CoreSettings.Normalizer(options, key) with { ConfigHash = Made, ProductVersion = Made }, schemas, new MemoryImageStore());
    }

    /// <summary>What became of the records so far: a list of JSON.</summary>
    public string Json => $"[{text}]";

    /// <summary>Takes the records of an input, as <c>explain</c> reads it.</summary>
    public GoldenRun With(Stream input)
    {
        foreach (var record in new InputTexts(new ByteLines(input)).Read())
            Take(record.Bytes);
        return this;
    }

    /// <summary>Takes the record of one text, as <c>explain</c> reads it.</summary>
    public void Take(byte[] record)
    {
        events = 0;
        var raw = ExplainInput.Read(new InputText(Line: 1, Lines: 1, record), ++number, OtherTopic).Record;
        if (number > 1)
            text.Append(',');
        var head = text.Length;
        var outcome = normalizer.Process(raw, this);
        text.Insert(head, Head(raw, outcome));
        text.Append(events == 0 ? "}" : "]}");
    }

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent)
    {
        text.Append(events++ == 0 ? "" : ",").Append("{\"key\":").Append(Encoding.UTF8.GetString(auditEvent.Key.Span)).Append(",\"headers\":{");
        text.AppendJoin(',', auditEvent.Headers.Select(header => $"{Quoted(header.Name)}:{Quoted(Encoding.UTF8.GetString((header.Value ?? default).Span))}"));
        text.Append("},\"event\":").Append(Encoding.UTF8.GetString(auditEvent.Value.Span)).Append('}');
        var origin = JsonSerializer.Deserialize<JsonElement>(auditEvent.Value.Span, GoldenDifference.Options).GetProperty("origin");
        auditEvent.TimestampMilliseconds.ShouldBe(origin.TryGetProperty("timestamp", out var timestamp) ? timestamp.GetInt64() : -1);
    }

    private string Head(RawRecord raw, Outcome outcome)
    {
        outcome.Events.ShouldBe(events);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"{{\"n\":{number},\"record\":{Quoted($"{raw.Topic} {raw.Partition}/{raw.Offset}")},\"outcome\":\"{OutcomeText.Kind(outcome)}\"");
        if (OutcomeText.Reason(outcome) is { } reason)
            head += $",\"reason\":\"{reason}\"";
        if (outcome.Rejection is { } rejection)
            head += string.Create(CultureInfo.InvariantCulture, $",\"message\":{Quoted(rejection.Message)},\"byte\":{rejection.ByteOffset}");
        return events == 0 ? head : head + ",\"events\":[";
    }

    private static string Quoted(string value) =>
        $"\"{JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
