using System.Text;
using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>What holds of every rejection.</summary>
internal static class Rejections
{
    /// <summary>A value that is shorter, in bytes, may stand in a message by chance.</summary>
    private const int MinValueBytes = 8;

    // A message may hold words that a record holds too; what has a digit, a blank or a capital letter is none, but for this name.
    private const string WordBytes = "abcdefghijklmnopqrstuvwxyz_-.";
    private const string Word = "wal2json";

    // Their values are names: a message may tell those.
    private static readonly string[] Naming = ["field", "name", "type", "table", "schema", "namespace", "columnnames", "columntypes"];

    /// <summary>Null, or what does not hold of a record's rejection.</summary>
    public static Failure? Check(in RawRecord record, Rejection rejection)
    {
        if (rejection.Code == RejectionCode.None || rejection.Message.Length == 0)
            return new Failure("rejection", "without a code or a message");
        if (rejection.ByteOffset < -1 || rejection.ByteOffset > record.Value.GetValueOrDefault().Length)
            return new Failure("rejection", $"byte offset {rejection.ByteOffset} in {record.Value.GetValueOrDefault().Length} bytes");
        var message = Encoding.UTF8.GetBytes(rejection.Message);
        return Tells(record.Value.GetValueOrDefault().Span, message) || Tells(record.Key.GetValueOrDefault().Span, message)
            ? new Failure("rejection", $"the message tells a value: {rejection.Message}")
            : null;
    }

    private static bool Tells(ReadOnlySpan<byte> text, ReadOnlySpan<byte> message)
    {
        if (text.Length == 0 || text[0] == 0)
            return false;
        var spans = JsonSpan.Find(text);
        foreach (var span in spans)
        {
            var value = text[span.Start..span.End].Trim((byte)'"');
            if (value.Length >= MinValueBytes && value.Length <= message.Length && message.IndexOf(value) >= 0 && !IsWord(value) && !IsName(text, span, spans))
                return true;
        }

        return false;
    }

    private static bool IsWord(ReadOnlySpan<byte> value) =>
        Encoding.UTF8.GetString(value) is var text && (text == Word || text.All(character => WordBytes.Contains(character, StringComparison.Ordinal)));

    private static bool IsName(ReadOnlySpan<byte> text, JsonSpan value, List<JsonSpan> spans)
    {
        if (value.HasName && Naming.Contains(Name(text, value), StringComparer.Ordinal))
            return true;
        var content = Encoding.UTF8.GetString(text[value.Start..value.End]).Trim('"');
        foreach (var span in spans)
        {
            if (span.HasName && Name(text, span) == content)
                return true;
        }

        return false;
    }

    private static string Name(ReadOnlySpan<byte> text, JsonSpan member) =>
        Encoding.UTF8.GetString(text[member.NameStart..member.Start]).TrimEnd(' ', '\t', '\r', '\n', ':').Trim('"');
}
