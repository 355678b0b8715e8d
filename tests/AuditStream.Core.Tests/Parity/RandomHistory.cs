using System.Globalization;

namespace AuditStream.Core.Tests.Parity;

/// <summary>Histories by chance: the same seed gives the same one.</summary>
internal sealed class RandomHistory
{
    private const int MaxTransactions = 6;
    private const int MaxChanges = 5;
    private const int MaxLoaded = 3;

    private static readonly string[] Texts =
        ["", "a", "\"quoted\" \\ back", "Zürich", "日本語 😀", "null", "tab\tline\nend", "  blanks  ", "</script>", "-1"];

    private static readonly string[] Documents =
        ["{}", "[]", "null", "true", "\"text\"", "{\"a\": {\"b\": [1, 2]}, \"c\": null}", "[0, -1, \"é\"]"];

    private readonly Random random;
    private readonly Dictionary<string, List<string?[]>> rows = ModelTable.Names.ToDictionary(name => name, _ => new List<string?[]>());
    private long nextId = 1;

    private RandomHistory(int seed) => random = new Random(seed);

    /// <summary>Makes one.</summary>
    public static MadeHistory Make(int seed) => new RandomHistory(seed).Make();

    private MadeHistory Make()
    {
        // Tables are read one after the other.
        var loaded = Enumerable.Range(0, random.Next(MaxLoaded + 1)).Select(_ => Add(MadeOperation.Snapshot)).ToList()
            .OrderBy(row => row.Table, StringComparer.Ordinal).ToList();
        var moment = 1_700_000_000_000_000 + random.NextInt64(50_000_000_000_000);
        var transactions = new List<MadeTransaction>();
        var count = random.Next(1, MaxTransactions + 1);
        for (var id = 1; id <= count; id++)
        {
            moment += random.NextInt64(1, 90_000_000);
            transactions.Add(new MadeTransaction(id, moment, [.. Enumerable.Range(0, random.Next(1, MaxChanges + 1)).Select(_ => Change())]));
        }

        return new MadeHistory(1_699_999_999_000_001, loaded, transactions);
    }

    private MadeRowChange Change()
    {
        var table = ModelTable.Names[random.Next(ModelTable.Names.Count)];
        var there = rows[table];
        var choice = random.Next(20);
        if (there.Count == 0 || choice < 5)
            return Add(MadeOperation.Insert);
        if (choice == 5)
        {
            there.Clear();
            return new MadeRowChange(MadeOperation.Truncate, table, Before: null, After: null);
        }

        var place = random.Next(there.Count);
        var before = there[place];
        if (choice < 9)
        {
            there.RemoveAt(place);
            return new MadeRowChange(MadeOperation.Delete, table, before, After: null);
        }

        there[place] = choice switch
        {
            9 => before,
            10 or 11 => ModelTable.With(Altered(before), ("id", Number(nextId++))),
            _ => Altered(before),
        };
        return new MadeRowChange(MadeOperation.Update, table, before, there[place]);
    }

    private MadeRowChange Add(MadeOperation operation)
    {
        var table = ModelTable.Names[random.Next(ModelTable.Names.Count)];
        string?[] row = [.. ModelTable.Columns.Select(Value)];
        row = ModelTable.With(row, ("region", random.Next(2) == 0 ? "eu" : "\"x\" ü"), ("id", Number(nextId++)));
        rows[table].Add(row);
        return new MadeRowChange(operation, table, Before: null, row);
    }

    private string?[] Altered(string?[] row)
    {
        string?[] made = [.. row];
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            var place = random.Next(ModelTable.Key.Count, ModelTable.Columns.Count);
            made[place] = Value(ModelTable.Columns[place]);
        }

        return made;
    }

    private string? Value(ModelColumn column)
    {
        if (column.IsOptional && random.Next(5) == 0)
            return null;
        if (column.Default is not null && random.Next(3) == 0)
            return column.Default;
        switch (column.Kind)
        {
            case ColumnKind.Int32:
                return Number(random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-3, 4));
            case ColumnKind.Int64:
                return Number(random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-3, 4));
            case ColumnKind.Unsigned64:
                return ((ulong)random.NextInt64(long.MinValue, long.MaxValue)).ToString(CultureInfo.InvariantCulture);
            case ColumnKind.Decimal:
                return (random.NextInt64(-99_999_999_999, 100_000_000_000) / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture);
            case ColumnKind.Double:
                return ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30))).ToString("R", CultureInfo.InvariantCulture);
            case ColumnKind.Boolean:
                return random.Next(2) == 0 ? "true" : "false";
            case ColumnKind.Bytes:
                var bytes = new byte[random.Next(5)];
                random.NextBytes(bytes);
                return Convert.ToHexStringLower(bytes);
            case ColumnKind.Json:
                return Documents[random.Next(Documents.Length)];
            case ColumnKind.Uuid:
                var sixteen = new byte[16];
                random.NextBytes(sixteen);
                return new Guid(sixteen).ToString();
            case ColumnKind.Enum:
                return ModelTable.States[random.Next(ModelTable.States.Count)];
            case ColumnKind.Text:
                return Texts[random.Next(Texts.Length)];
            default:
                return Moment(column.Kind);
        }
    }

    private string Moment(ColumnKind kind)
    {
        var fraction = random.Next(3) switch { 0 => 0, 1 => 10_000 * random.Next(100), _ => random.Next(1_000_000) };
        var moment = DateTime.UnixEpoch.AddSeconds(random.NextInt64(-2_000_000_000, 4_000_000_000)).AddMicroseconds(fraction);
        var format = kind switch
        {
            ColumnKind.Date => "yyyy-MM-dd",
            ColumnKind.Time => "HH:mm:ss.FFFFFF",
            ColumnKind.TimestampTz => "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
            _ => "yyyy-MM-dd'T'HH:mm:ss.FFFFFF",
        };
        return moment.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
