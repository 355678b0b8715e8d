using System.Buffers.Binary;
using System.Security.Cryptography;
using AuditStream.Chaos.Stack;
using Npgsql;

namespace AuditStream.Chaos.Census;

/// <summary>Compares the audit table with the topic: the same events, the same bytes, at the same places; and the dead letters.</summary>
internal sealed class StoreCensus(ChaosStack stack, TopicCensus topic, Breaches breaches)
{
    private const string Kind = "table";

    /// <summary>How many events the table holds.</summary>
    internal long Rows { get; private set; }

    /// <summary>Compares.</summary>
    internal async Task RunAsync()
    {
        var left = new Dictionary<Guid, EventDigest>(topic.Events);
        await using var connection = await stack.OpenStoreAsync();
        await using (var command = new NpgsqlCommand("select event_id, shard, stream_offset, convert_to(body::text, 'UTF8') from audit.event", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                Rows++;
                var id = reader.GetGuid(0);
                if (!left.Remove(id, out var digest))
                    breaches.Add(Kind, $"the table has the event {id}, and the topic has not");
                else if (digest.Partition != reader.GetInt32(1) || digest.Offset != reader.GetInt64(2))
                    breaches.Add(Kind, $"the event {id} has another place in the table than on the topic");
                else if (digest.Hash != BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(reader.GetFieldValue<byte[]>(3))))
                    breaches.Add(Kind, $"the event {id} has other bytes in the table than on the topic");
            }
        }

        // The accounts that the stop itself closes come after the sink's last batch: the next run stores them.
        foreach (var id in left.Where(entry => !entry.Value.IsOfPipeline).Select(entry => entry.Key))
            breaches.Add(Kind, $"the topic has the event {id}, and the table has not");
        var letters = await stack.ScalarAsync<long>("select count(*) from audit.dead_letter where stage = 'normalize'");
        if (letters != topic.DeadLetters)
            breaches.Add(Kind, $"the table has {letters} dead letters, and the topic {topic.DeadLetters}");
        var refused = await stack.ScalarAsync<long>("select count(*) from audit.dead_letter where stage <> 'normalize'");
        if (refused > 0)
            breaches.Add(Kind, $"{refused} events are dead letters of the store");
        var divergences = await stack.ScalarAsync<long>("select count(*) from audit.divergence");
        if (divergences > 0)
            breaches.Add(Kind, $"{divergences} events came again with other facts");
    }
}
