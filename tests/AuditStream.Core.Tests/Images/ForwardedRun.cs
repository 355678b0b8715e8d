using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;

namespace AuditStream.Core.Tests.Images;

/// <summary>A normalizer that forwards, and several tasks with images; before each message its task is made anew from the changelog.</summary>
internal sealed class ForwardedRun(NormalizerSettings settings)
{
    private const int Tasks = 3;

    private readonly Normalizer normalizer = new(settings, schemaSource: null, imageStore: null, forwardsChanges: true);
    private readonly Dictionary<string, byte[]>[] changelogs = [.. Enumerable.Range(0, Tasks).Select(_ => new Dictionary<string, byte[]>())];
    private long offset;

    /// <summary>Everything that travelled or was kept, as text of one character a byte.</summary>
    public StringBuilder Seen { get; } = new();

    /// <summary>The events of a record.</summary>
    public List<byte[]> Process(in RawRecord record) => Take(Forward(record));

    /// <summary>What a record gives to the tasks, and its own events.</summary>
    public Output Forward(in RawRecord record)
    {
        var output = new Output();
        var outcome = normalizer.Process(record, output);
        outcome.Events.ShouldBe(output.Events.Count);
        outcome.Forwarded.ShouldBe(output.Messages.Count(message => message.IsChange));
        return output;
    }

    /// <summary>Lets the tasks do their part, under other settings if wanted.</summary>
    public List<byte[]> Take(Output output, NormalizerSettings? other = null)
    {
        List<byte[]> events = [.. output.Events];
        foreach (var message in output.Messages)
        {
            Note(message.Address);
            Note(message.Value);
            for (var task = 0; task < Tasks; task++)
            {
                if (message.IsForAll || message.Address.Sum(one => one) % Tasks == task)
                    events.AddRange(Process(task, message, other ?? settings));
            }
        }
        return events;
    }

    private List<byte[]> Process(int task, Message message, NormalizerSettings with)
    {
        var store = new MemoryImageStore();
        store.Write([.. changelogs[task].Select(entry => new KeyValuePair<byte[], byte[]?>(Bytes(entry.Key), entry.Value))], checkpoint: null);
        using var processor = new ImageProcessor(with, store);
        var output = new Output();
        var outcome = processor.Process(
            new RawRecord
            {
                Topic = "repartition", Partition = task, Offset = ++offset, TimestampMilliseconds = 1, Key = message.Address, Value = message.Value, Headers = [],
            },
            output);
        outcome.Rejection.ShouldBeNull();
        outcome.Events.ShouldBe(message.IsChange ? 1 : 0);
        foreach (var (address, image) in processor.Images.Changes)
        {
            Note(address);
            Note(image ?? []);
            if (image is null)
                changelogs[task].Remove(Text(address));
            else
                changelogs[task][Text(address)] = image;
        }
        return output.Events;
    }

    private void Note(byte[] bytes) => Seen.Append(Text(bytes)).Append('\n');

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A message in memory of its own.</summary>
    internal sealed record Message(byte[] Address, byte[] Value, bool IsChange, bool IsForAll);

    /// <summary>Keeps copies.</summary>
    internal sealed class Output : IAuditEventOutput
    {
        public List<byte[]> Events { get; } = [];

        public List<Message> Messages { get; } = [];

        public void Emit(AuditEvent auditEvent) => Events.Add(auditEvent.Value.ToArray());

        public void Forward(in ForwardedMessage message) =>
            Messages.Add(new Message(message.Address.ToArray(), message.Value.ToArray(), message.IsChange, message.IsForAll));
    }
}
