using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The tables that were seen. A table is named by source, connector, database, schema and table as the record has them.</summary>
internal sealed class TableCatalog
{
    /// <summary>How many tables are kept; then all are forgotten and worked out again.</summary>
    public const int MaxTables = 20_000;

    private readonly Dictionary<byte[], TableState> byName = new(ByteKeyComparer.Instance);
    private readonly ByteWriter name = new(256);

    /// <summary>Starts the name of a table with its dialect; its other parts follow in a fixed order.</summary>
    public void Begin(ReadOnlySpan<byte> kind)
    {
        name.Clear();
        Part(kind);
    }

    /// <summary>Adds a part of the name: a string's content as written; empty for what is null or missing.</summary>
    public void Part(ReadOnlySpan<byte> content)
    {
        // No part holds a line feed unescaped.
        name.Write(content);
        name.Write((byte)'\n');
    }

    /// <summary>The table that the parts name: kind, connector, source name, database, schema, table, and a last part from
    /// <see cref="PartOf"/> when they are not all the record's.</summary>
    public TableState Find(TopicState topic)
    {
        if (topic.LastTable is not null && name.Written.SequenceEqual(topic.LastTableName))
            return topic.LastTable;
        var prefix = name.Length;
        name.Write(Encoding.UTF8.GetBytes(topic.Settings.TopicPattern ?? ""));
        var lookup = byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(name.Written, out var table))
        {
            if (byName.Count >= MaxTables)
                byName.Clear();
            table = Make(topic, Encoding.UTF8.GetString(name.Written[..prefix]).Split('\n'));
            lookup[name.Written] = table;
        }

        topic.LastTableName = name.Written[..prefix].ToArray();
        topic.LastTable = table;
        return table;
    }

    /// <summary>Adds who names the table: nothing when it is the record.</summary>
    public void PartOf(NameOrigin origin)
    {
        if (origin != NameOrigin.Record)
            Part(origin == NameOrigin.Topic ? "topic"u8 : "configuration"u8);
    }

    /// <summary>The table, without a name, of records that say nothing of their source, which is named by the topic up to its last
    /// dot.</summary>
    public TableState FindWithoutSource(TopicState topic)
    {
        Part(default);
        Part(topic.NameToLastDot);
        Part(default);
        Part(default);
        Part(default);
        return Find(topic);
    }

    private static TableState Make(TopicState topic, string[] parts)
    {
        var settings = topic.Settings;
        var (database, schema, table) = (Plain(parts[3]), Plain(parts[4]), Plain(parts[5]));
        var qualifier = schema ?? database;
        var fullName = qualifier is null ? table ?? "" : $"{qualifier}.{table}";
        var special = settings.Tables.GetValueOrDefault(fullName);
        var reference = new TableReference
        {
            Kind = parts[0],
            Engine = Plain(parts[1]) ?? settings.Engine,
            Source = settings.Name ?? Plain(parts[2]) ?? topic.Topic,
            Incarnation = settings.Incarnation,
            Database = database,
            Schema = schema,
            Table = table,
            TableFrom = parts[6] switch { "topic" => NameOrigin.Topic, "configuration" => NameOrigin.Configuration, _ => NameOrigin.Record },
            ReplicaIdentity = special?.ReplicaIdentity ?? settings.ReplicaIdentity,
            KeepsImages = special?.KeepsImages ?? settings.KeepsImages,
            ActorColumns = special?.ActorColumns ?? settings.ActorColumns,
            ActorHeaders = special?.ActorHeaders ?? settings.ActorHeaders,
            DeepDiff = special?.DeepDiff ?? settings.DeepDiff,
            ConfiguredKey = special?.Key ?? settings.Key,
            ConfiguredColumns = special?.Columns,
        };
        var skip = !BookkeepingTables.Match(settings.SkippedTables, fullName, table) ? SkipReason.None
            : BookkeepingTables.Match(BookkeepingTables.Patterns, fullName, table) ? SkipReason.Bookkeeping
            : SkipReason.SkippedTable;
        return new TableState(reference, skip);
    }

    private static string? Plain(string content)
    {
        if (!content.Contains('\\', StringComparison.Ordinal))
            return content.Length == 0 ? null : content;
        var plain = new ByteWriter(content.Length);
        JsonText.Unescape(Encoding.UTF8.GetBytes(content), plain);
        return plain.Length == 0 ? null : Encoding.UTF8.GetString(plain.Written);
    }
}
