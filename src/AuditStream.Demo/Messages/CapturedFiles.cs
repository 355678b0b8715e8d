using System.Text.Json;

namespace AuditStream.Demo.Messages;

/// <summary>Reads captured messages: one JSON object a line, as <c>captured/README.md</c> describes.</summary>
public static class CapturedFiles
{
    private const int MaxMessages = 1_000_000;

    /// <summary>The demo's own messages, beside the program.</summary>
    public static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "captured");

    /// <summary>The messages of every <c>*.jsonl</c> file of a folder, file after file in the order of their names.</summary>
    /// <exception cref="InvalidDataException">The folder holds no message, or a line is none: the message names file and line.</exception>
    public static IReadOnlyList<CapturedMessage> Read(string folder)
    {
        var messages = new List<CapturedMessage>();
        foreach (var file in FilesOf(folder))
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (messages.Count == MaxMessages)
                    throw new InvalidDataException($"{folder} holds more than {MaxMessages} messages.");
                if (line.Length > 0)
                    messages.Add(ReadLine(line) ?? throw new InvalidDataException($"{file}, line {number} is no captured message."));
            }
        }
        return messages.Count > 0 ? messages : throw new InvalidDataException($"{folder} holds no *.jsonl file with captured messages.");
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal) : [];

    private static CapturedMessage? ReadLine(string line)
    {
        try
        {
            var read = JsonSerializer.Deserialize<CapturedLine>(line);
            return read is null ? null : new CapturedMessage(
                read.Topic,
                read.Partition,
                read.Timestamp,
                Bytes(read.Key),
                Bytes(read.Value),
                [.. read.Headers.Select(header => KeyValuePair.Create(header[0] ?? "", Bytes(header[1])))]);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string? base64) => base64 is null ? null : Convert.FromBase64String(base64);
}
