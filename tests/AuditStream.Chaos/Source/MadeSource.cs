using System.Globalization;
using System.Text;

namespace AuditStream.Chaos.Source;

/// <summary>A made-up history of rows as a Debezium PostgreSQL connector writes it, with poison between. It knows what must come out.</summary>
/// <remarks>A change's number, from 1, is its transaction id. The same seed is the same history.</remarks>
internal sealed class MadeSource(int seed)
{
    /// <summary>2026-01-01T00:00:00Z in milliseconds: every commit time lies a little after it.</summary>
    private const long FirstCommitMilliseconds = 1_767_225_600_000;
    private const int PoisonOfThousand = 5;
    private const int DeletesOfThousand = 70;

    private readonly Random random = new(seed);
    private readonly Queue<RawItem> waiting = new();
    private readonly int[][] versions = [.. SourceTable.All.Select(table => new int[table.Rows])];
    private readonly bool[][] lives = [.. SourceTable.All.Select(table => new bool[table.Rows])];

    /// <summary>Every change so far; the number of the first is 1.</summary>
    internal List<Change> Changes { get; } = [];

    /// <summary>Values of the poison so far, by topic and key.</summary>
    internal Dictionary<(string Topic, string Key), byte[]> Poison { get; } = [];

    /// <summary>How many raw records there were.</summary>
    internal long Records { get; private set; }

    /// <summary>The next record.</summary>
    internal RawItem Next()
    {
        Records++;
        if (waiting.TryDequeue(out var tombstone))
            return tombstone;
        var table = PickTable();
        if (SourceTable.All[table].HasPoison && random.Next(1000) < PoisonOfThousand)
            return MakePoison(SourceTable.All[table]);
        var row = random.Next(SourceTable.All[table].Rows);
        var kind = !lives[table][row] ? ChangeKind.Insert : random.Next(1000) < DeletesOfThousand ? ChangeKind.Delete : ChangeKind.Update;
        return Make(table, row, kind);
    }

    /// <summary>What is left of the history, then one more change of every row that lives: its event tells what the state held at the end.</summary>
    internal IEnumerable<RawItem> Closing()
    {
        while (waiting.TryDequeue(out var tombstone))
        {
            Records++;
            yield return tombstone;
        }
        for (var table = 0; table < lives.Length; table++)
        {
            for (var row = 0; row < lives[table].Length; row++)
            {
                if (!lives[table][row])
                    continue;
                Records++;
                yield return Make(table, row, ChangeKind.Update);
            }
        }
    }

    /// <summary>A record that nobody may ever read: it is meant for a transaction that is dropped.</summary>
    /// <param name="number">Its number; negative, so that no change has it.</param>
    internal static RawItem Dropped(int number)
    {
        var table = SourceTable.All[-number % SourceTable.All.Count];
        return new(table.Topic, Key(0), Envelope(table, "u", "null", RowText.Of(0, 0, 1), number));
    }

    /// <summary>The version that a row has now.</summary>
    internal int VersionOf(int table, int row) => versions[table][row];

    private int PickTable()
    {
        var left = random.Next(SourceTable.All.Sum(table => table.Share));
        var table = 0;
        while ((left -= SourceTable.All[table].Share) >= 0)
            table++;
        return table;
    }

    private RawItem Make(int table, int row, ChangeKind kind)
    {
        var change = new Change((byte)table, row, ++versions[table][row], kind);
        Changes.Add(change);
        lives[table][row] = kind != ChangeKind.Delete;
        var description = SourceTable.All[table];
        var before = kind == ChangeKind.Insert ? "null"
            : description.SendsBefore ? RowText.Of(table, row, change.Version - 1)
            : kind == ChangeKind.Delete ? RowText.KeyOnly(row)
            : "null";
        if (kind == ChangeKind.Delete)
            waiting.Enqueue(new(description.Topic, Key(row), Value: null));
        return new(description.Topic, Key(row), Envelope(description, Letter(kind), before, change.After ?? "null", Changes.Count));
    }

    private RawItem MakePoison(SourceTable table)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"poison {Poison.Count}");
        var whole = Envelope(table, "u", "null", RowText.Of(0, 0, 1), number: 0);
        byte[] value = random.Next(3) switch
        {
            0 => Utf8($"this is no JSON, {key}"),
            1 => whole[..random.Next(1, whole.Length - 1)],
            _ => [0x7B, 0xFF, 0xFE, (byte)random.Next(256)],
        };
        Poison.Add((table.Topic, key), value);
        return new(table.Topic, Utf8(key), value);
    }

    private static string Letter(ChangeKind kind) => kind switch
    {
        ChangeKind.Insert => "c",
        ChangeKind.Update => "u",
        _ => "d",
    };

    private static byte[] Envelope(SourceTable table, string letter, string before, string after, long number) =>
        Utf8(string.Create(CultureInfo.InvariantCulture,
        $"{{\"before\":{before},\"after\":{after},\"source\":{{\"version\":\"3.5.0.Final\",\"connector\":\"postgresql\",\"name\":\"chaos\",\"ts_ms\":{FirstCommitMilliseconds + number},\"snapshot\":\"false\",\"db\":\"shop\",\"schema\":\"public\",\"table\":\"{table.Name}\",\"txId\":{number},\"lsn\":{1_000_000 + number},\"xmin\":null}},\"transaction\":null,\"op\":\"{letter}\",\"ts_ms\":{FirstCommitMilliseconds + number + 7}}}"));

    private static byte[] Key(int row) => Utf8(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{row}}}"));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
