using System.Runtime.InteropServices;
using System.Text.Json;
using AuditStream.Core.Json;

namespace AuditStream.Core.Sink;

/// <summary>Reads the scalar columns of an event's body in one pass; the rest is checked for being JSON and passed over.</summary>
/// <remarks>Texts that repeat from event to event (operation, source, table, column names) are kept, so that they take memory once.</remarks>
public sealed class EventBodyReader
{
    /// <summary>A JSON column may be nested this deep; beyond it the body counts as no event.</summary>
    private const int MaximumDepth = 10_000;

    private readonly string fingerprint;
    private readonly List<string> changed = [];
    private string? operation;
    private string? source;
    private string? database;
    private string? schema;
    private string? table;

    /// <summary>Makes a reader.</summary>
    /// <param name="fingerprint">The identity key's fingerprint that <see cref="EventColumns.IsOfThisKey"/> is about.</param>
    public EventBodyReader(string fingerprint) => this.fingerprint = fingerprint;

    /// <summary>Reads a body.</summary>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A member has another type than an event's, or a text is not Unicode.</exception>
    public EventColumns Read(ReadOnlySpan<byte> body)
    {
        var columns = default(EventColumns);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        while (NextMember(ref reader))
            ReadMember(ref reader, ref columns);
        if (reader.Read()) // After the closing brace only the end is left; anything else throws.
            throw new JsonException();
        return columns;
    }

    private void ReadMember(ref Utf8JsonReader reader, ref EventColumns columns)
    {
        if (Is(ref reader, "event_id"u8))
            columns.EventId = reader.TryGetGuid(out var id) ? id : throw new JsonException();
        else if (Is(ref reader, "occurred_at"u8))
            columns.OccurredAtMicroseconds = ReadTime(ref reader);
        else if (Is(ref reader, "operation"u8))
            columns.Operation = Kept(ref reader, ref operation);
        else if (Is(ref reader, "spec"u8))
            columns.IsSpecified = reader.ValueTextEquals("auditstream/1"u8);
        else if (Is(ref reader, "key"u8))
            columns.Key = ReadKey(ref reader);
        else if (Is(ref reader, "changed"u8))
            columns.Changed = ReadChanged(ref reader);
        else if (Is(ref reader, "actor"u8))
            columns.Actor = reader.GetString();
        else if (Is(ref reader, "source"u8))
            ReadSource(ref reader, ref columns);
        else if (Is(ref reader, "transaction"u8))
            ReadTransaction(ref reader, ref columns);
        else if (Is(ref reader, "pipeline"u8))
            ReadPipeline(ref reader, ref columns);
        else
            reader.Skip();
    }

    private void ReadSource(ref Utf8JsonReader reader, ref EventColumns columns)
    {
        if (!Enter(ref reader))
            return;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "name"u8))
                columns.Source = Kept(ref reader, ref source);
            else if (Is(ref reader, "database"u8))
                columns.Database = Kept(ref reader, ref database);
            else if (Is(ref reader, "schema"u8))
                columns.Schema = Kept(ref reader, ref schema);
            else if (Is(ref reader, "table"u8))
                columns.Table = Kept(ref reader, ref table);
            else if (Is(ref reader, "position"u8))
                columns.Position = reader.GetString();
            else
                reader.Skip();
        }
    }

    private static void ReadTransaction(ref Utf8JsonReader reader, ref EventColumns columns)
    {
        if (!Enter(ref reader))
            return;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "id"u8))
                columns.TransactionId = reader.GetString();
            else
                reader.Skip();
        }
    }

    private void ReadPipeline(ref Utf8JsonReader reader, ref EventColumns columns)
    {
        if (!Enter(ref reader))
            return;
        while (NextMember(ref reader))
        {
            if (Is(ref reader, "identity_key"u8))
                columns.IsOfThisKey = reader.ValueTextEquals(fingerprint);
            else
                reader.Skip();
        }
    }

    private string[]? ReadChanged(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == changed.Count)
                changed.Add("");
            if (!reader.ValueTextEquals(changed[count]))
                changed[count] = reader.GetString() ?? throw new JsonException();
            count++;
        }
        return CollectionsMarshal.AsSpan(changed)[..count].ToArray();
    }

    private static Range ReadKey(ref Utf8JsonReader reader)
    {
        if (!Enter(ref reader))
            return default;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static long ReadTime(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[32];
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length
            || !CanonicalText.TryReadTime(text[..reader.CopyString(text)], out var microseconds))
        {
            throw new JsonException();
        }
        return microseconds;
    }

    /// <summary>True, and the reader on the value, when the member has this name.</summary>
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
        => reader.ValueTextEquals(name) && reader.Read();

    /// <summary>False for null; true at the beginning of an object.</summary>
    private static bool Enter(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => false,
        JsonTokenType.StartObject => true,
        _ => throw new JsonException(),
    };

    private static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    private static string? Kept(ref Utf8JsonReader reader, ref string? kept)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (kept is null || !reader.ValueTextEquals(kept))
            kept = reader.GetString();
        return kept;
    }
}
