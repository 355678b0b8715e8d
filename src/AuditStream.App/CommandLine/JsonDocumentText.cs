using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuditStream.App.CommandLine;

/// <summary>Writes the one JSON object that <c>--json</c> gives.</summary>
public static class JsonDocumentText
{
    /// <summary>Writes an object, indented for people and whole for programs.</summary>
    /// <param name="output">Receives it, with a line end.</param>
    /// <param name="members">Writes its members.</param>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var form = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, form))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
